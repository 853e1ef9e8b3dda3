"""A small film whose motion is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from PIL import Image

STEP = 3  # pixels that the camera moves to the right from frame to frame


def texture(seed: int, width: int, height: int) -> Image.Image:
    """Smooth coloured noise."""
    values = np.random.default_rng(seed).integers(0, 256, (height // 6, width // 6, 3), np.uint8)
    return Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)


@dataclass(frozen=True)
class Pan:
    """A `Film`: a window that moves over a texture; from frame `cut` on over another."""

    count: int = 4
    cut: int = 99
    size: tuple[int, int] = (96, 72)
    rate: Fraction = Fraction(24)

    def frames(self) -> Iterator[Image.Image]:
        width, height = self.size
        for number in range(self.count):
            scene = texture(1 if number < self.cut else 2, width + 90, height)
            yield scene.crop((STEP * number, 0, STEP * number + width, height))

    def sha256(self) -> str:
        return str(self)
