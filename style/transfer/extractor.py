"""Features of a picture, in the precision that it is painted in."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import torch

from style.backbones.backbone import Backbone

Features = Mapping[str, torch.Tensor]  # (1, C, h, w) by layer name


class Extractor:
    """A backbone on its device, in bfloat16 where `is_autocast`."""

    def __init__(self, backbone: Backbone, *, is_autocast: bool) -> None:
        self.backbone, self.is_autocast = backbone, is_autocast

    @property
    def device(self) -> torch.device:
        """Where the backbone is."""
        return self.backbone.mean.device

    def on(self, device: torch.device) -> Extractor:
        """This extractor, or a copy of it on another device."""
        if device == self.device:
            return self
        backbone = copy.deepcopy(self.backbone).to(device)
        return Extractor(backbone, is_autocast=self.is_autocast)

    def __call__(self, image: torch.Tensor, names: Collection[str], **options: Any) -> Features:
        """Features by layer name, of an image (1, 3, H, W) in [0, 1] on the same device.

        `options`: as the network's own forward takes them.
        """
        image = image.contiguous(memory_format=torch.channels_last)
        forward = partial(self.backbone, **options) if options else self.backbone
        with torch.autocast(image.device.type, torch.bfloat16, enabled=self.is_autocast):
            features: Features = forward(image, set(names))
        return features
