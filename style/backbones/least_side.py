"""The smallest picture that a network can take."""

from __future__ import annotations

from collections.abc import Collection

import torch

from style.backbones.backbone import Backbone


@torch.no_grad()
def least_side(backbone: Backbone, layers: Collection[str]) -> int:
    """The shorter side in pixels from which all of `layers` have a map; found by trial."""
    low, high = 1, backbone.facts.least_px
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(backbone, layers, middle) else (middle + 1, high)
    return high


@torch.no_grad()
def fits(backbone: Backbone, layers: Collection[str], side: int) -> bool:
    """Whether all of `layers` have a map of a picture of `side` x `side` pixels."""
    try:
        features = backbone(backbone.mean.new_zeros(1, 3, side, side), layers)
    except RuntimeError:  # a window that is larger than its map
        return False
    return all(one.numel() for one in features.values())
