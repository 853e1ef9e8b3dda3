"""How photos are cropped and changed for training, by torchvision's transforms (v2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from PIL import Image
from torchvision.transforms import v2

from data.errors import DataError

CUBIC = v2.InterpolationMode.BICUBIC


@dataclass(frozen=True)
class PhotoCrops:
    """Which part of a photo a batch has, and what is changed in it.

    In training a random part is cropped, of at least the fraction `least_share` of the photo's
    area, at most `aspect` times as wide as high or as high as wide. It is mirrored every other
    time. `trivial_augment`: one random change of colour or shape besides (TrivialAugment, Müller
    and Hutter, arXiv 2103.10158). In validation the fraction `kept` of the shorter side is cropped
    in the middle, 0.875 by custom of ImageNet.

    Parts are scaled to `size_px`. `growing`: smaller sizes in training, by the epoch that they
    begin with: {0: 128, 30: 176, 60: 224}; other epochs and validation have `size_px`.

    Raises DataError for a setting outside its range.
    """

    size_px: int = 256
    least_share: float = 0.3
    aspect: float = 1.0
    kept: float = 0.875
    trivial_augment: bool = False
    growing: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("least_share", "kept"):
            if not 0 < getattr(self, name) <= 1:
                raise DataError(f"{name} is {getattr(self, name)}; allowed: above 0, to 1")
        if self.aspect < 1:
            raise DataError(f"aspect is {self.aspect}; allowed: 1 or more")
        for name, size in (
            ("size_px", self.size_px),
            *(("growing", n) for n in self.growing.values()),
        ):
            if size < 1:
                raise DataError(f"{name} is {size}; allowed: 1 or more")

    def size_at(self, epoch: int) -> int:
        """The size in pixels in the training of an epoch."""
        begun = [first for first in self.growing if first <= epoch]
        return self.growing[max(begun)] if begun else self.size_px

    def training(self, epoch: int) -> v2.Transform:
        """From a photo to (3, size, size) uint8; random by torch's generator."""
        size = self.size_at(epoch)
        return v2.Compose(
            [
                v2.RandomResizedCrop(
                    size,
                    scale=(self.least_share, 1),
                    ratio=(1 / self.aspect, self.aspect),
                ),
                v2.RandomHorizontalFlip(),
                *([v2.TrivialAugmentWide()] if self.trivial_augment else []),
                v2.PILToTensor(),
            ]
        )

    def validation(self) -> v2.Transform:
        """From a photo to (3, size_px, size_px) uint8."""
        return v2.Compose(
            [_Middle(self.kept), v2.Resize((self.size_px,) * 2, CUBIC), v2.PILToTensor()]
        )


class _Middle(torch.nn.Module):
    """Crops the square in the middle of a picture, with a fraction of its shorter side."""

    def __init__(self, kept: float) -> None:
        super().__init__()
        self.kept = kept

    def forward(self, image: Image.Image) -> Image.Image:
        side = max(1, round(self.kept * min(image.size)))
        return v2.functional.center_crop(image, [side, side])  # type: ignore[no-any-return]
