"""A picture in tiles: each sees beyond its own area, whose features are those of the whole."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import torch

from style.backbones.receptive_field import ReceptiveField


@dataclass(frozen=True)
class Span:
    """One side of a tile, in pixels: what the tile sees, and within that its own part."""

    begin: int
    end: int
    own_begin: int
    own_end: int
    is_last: bool

    def own(self, stride: int) -> slice:
        """Its own positions in the map of what it sees, of a layer with this stride."""
        return self._positions(self.begin, stride)

    def placed(self, stride: int) -> slice:
        """Its own positions in the map of the whole side."""
        return self._positions(0, stride)

    def _positions(self, origin: int, stride: int) -> slice:
        end = None if self.is_last else (self.own_end - origin) // stride
        return slice((self.own_begin - origin) // stride, end)


def spans(side: int, *, longest: int, halo: int, step: int) -> list[Span]:
    """Spans of equal length that see at most `longest` pixels if possible, starting at a `step`.

    `halo`: pixels that a span sees to each side of its own, a multiple of `step`.
    """
    own = max(step, longest - 2 * halo)
    count = 1 if side <= longest else max(2, math.ceil(side / own))
    length = math.ceil(side / count / step) * step
    begins = range(0, side, length)
    return [
        Span(
            max(0, begin - halo), min(side, begin + length + halo),
            begin, min(side, begin + length), begin == begins[-1],
        )
        for begin in begins
    ]  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """A part of a picture (1, C, H, W)."""

    down: Span
    across: Span

    @property
    def pixels(self) -> int:
        """How many pixels it sees."""
        return (self.down.end - self.down.begin) * (self.across.end - self.across.begin)

    def seen(self, image: torch.Tensor) -> torch.Tensor:
        """What it sees, a view."""
        return image[..., self.down.begin : self.down.end, self.across.begin : self.across.end]

    def own(self, features: torch.Tensor, stride: int) -> torch.Tensor:
        """Its own part of the features of what it sees, a view."""
        return features[..., self.down.own(stride), self.across.own(stride)]

    def placed(self, features: torch.Tensor, stride: int) -> torch.Tensor:
        """Its own part of the features of the whole picture, a view."""
        return features[..., self.down.placed(stride), self.across.placed(stride)]


def tiles(
    width: int, height: int, *, longest: int, fields: Collection[ReceptiveField]
) -> list[Tile]:
    """Tiles that cover a picture; each sees as far beyond its own as the receptive `fields`."""
    step = max(field.stride for field in fields)
    halo = math.ceil(max(field.radius_px for field in fields) / step) * step
    down = spans(height, longest=longest, halo=halo, step=step)
    across = spans(width, longest=longest, halo=halo, step=step)
    return [Tile(one, other) for one in down for other in across]
