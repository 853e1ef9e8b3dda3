"""A region of the content and of the styles as weights of their positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from style.losses.statistics import Statistics, pooled, statistics
from style.pictures.masks import Region

Features = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Place:
    """Weights (1, 1, H, W) in [0, 1] of the content's positions, and of each style's; None: all.

    A style that has nothing of the region is left out.
    """

    content: torch.Tensor | None
    styles: Mapping[int, torch.Tensor | None]


def everywhere(styles: int) -> Place:
    """The whole content, painted like the whole of each style."""
    return Place(None, dict.fromkeys(range(styles)))


def place_of(
    region: Region,
    size: tuple[int, int],
    style_sizes: Sequence[tuple[int, int]],
    device: torch.device,
) -> Place:
    """A region of pictures of these sizes, width and height."""
    return Place(
        _weights(region.content, size, device),
        {
            index: _weights(mask, style_sizes[index], device)
            for index, mask in enumerate(region.styles)
            if mask
        },
    )


@dataclass(frozen=True)
class Target:
    """What is wanted of a region: `share` of all that is painted, statistics by layer."""

    share: float
    mask: torch.Tensor | None
    styles: Mapping[str, Statistics]


def targets(places: Sequence[Place], wanted: Sequence[Mapping[str, Statistics]]) -> list[Target]:
    """One a place, with what is wanted of it; places share by how much they cover."""
    areas = [1.0 if place.content is None else float(place.content.sum()) for place in places]
    return [
        Target(area / sum(areas), place.content, styles)
        for area, place, styles in zip(areas, places, wanted, strict=True)
    ]


def wanted_of(
    place: Place, taken: Sequence[Features], shares: Sequence[float]
) -> dict[str, Statistics]:
    """The statistics by layer of a place, of the features of each style and the styles' shares."""
    return {
        name: pooled(
            [statistics(taken[index][name], mask) for index, mask in place.styles.items()],
            [shares[index] for index in place.styles],
        )
        for name in taken[0]
    }


def _weights(mask: Image.Image, size: tuple[int, int], device: torch.device) -> torch.Tensor:
    pixels = np.asarray(mask.resize(size, Image.Resampling.BOX), np.float32) / 255
    return torch.from_numpy(pixels)[None, None].to(device)
