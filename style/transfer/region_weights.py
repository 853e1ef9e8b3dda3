"""A region of the content and of the styles, as weights of their positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from style.losses.statistics import Statistics
from style.pictures.masks import Region


@dataclass(frozen=True)
class RegionWeights:
    """Weights (1, 1, H, W) in [0, 1] of the content's positions, and of each style's; None: all 1.

    `styles` are by the style's number; a style that has nothing of the region is left out.
    """

    content: torch.Tensor | None
    styles: Mapping[int, torch.Tensor | None]


def everywhere(styles: int) -> RegionWeights:
    """The whole content, painted like the whole of each of `styles` pictures."""
    return RegionWeights(None, dict.fromkeys(range(styles)))


def region_weights(
    region: Region,
    size: tuple[int, int],
    style_sizes: Sequence[tuple[int, int]],
    device: torch.device,
) -> RegionWeights:
    """A region of a content and of styles of these sizes, width and height."""
    return RegionWeights(
        _weights(region.content, size, device),
        {
            index: _weights(mask, style_sizes[index], device)
            for index, mask in enumerate(region.styles)
            if mask
        },
    )


@dataclass(frozen=True)
class RegionTarget:
    """The `statistics` by layer that a region should have.

    `weight`: the region's part of the painted area. `mask` (1, 1, H, W); None: the whole picture.
    """

    weight: float
    mask: torch.Tensor | None
    statistics: Mapping[str, Statistics]


def region_targets(
    regions: Sequence[RegionWeights], statistics: Sequence[Mapping[str, Statistics]]
) -> list[RegionTarget]:
    """One for each region, weighted by area."""
    areas = [1.0 if one.content is None else float(one.content.sum()) for one in regions]
    return [
        RegionTarget(area / sum(areas), one.content, by_layer)
        for area, one, by_layer in zip(areas, regions, statistics, strict=True)
    ]


def _weights(mask: Image.Image, size: tuple[int, int], device: torch.device) -> torch.Tensor:
    pixels = np.asarray(mask.resize(size, Image.Resampling.BOX), np.float32) / 255
    return torch.from_numpy(pixels)[None, None].to(device)
