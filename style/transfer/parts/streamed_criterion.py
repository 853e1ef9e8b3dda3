"""An objective of a large picture in strips, of which none looks at what another has computed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch

from style.transfer.parts.partial_sums import Pulls
from style.transfer.parts.strips import Rows, Strip, strips
from style.transfer.parts.tiled_criterion import Features, TiledObjective
from style.transfer.parts.tiles import Span, Tile


class StreamedObjective(TiledObjective):
    """As `TiledObjective`, in strips that fit `longest`² pixels, of a network that `can_stream`.

    The first pass goes down and keeps the rows that each strip leaves to the next. The second goes
    up: a strip starts from those rows, and hands the slope by them to the strip above.
    """

    _above: dict[int, Rows]  # by the number of a strip: what the one above left to it
    _begins: dict[int, dict[str, int]]  # the first row that it has of each layer
    _leaves: Rows  # of the strip that is on its way back: what it was left
    _left: Rows  # and what it leaves
    _carried: Rows  # the slope by that, from the strip below

    def _tiles(self, image: torch.Tensor) -> list[Tile]:
        height, width = image.shape[2:]
        whole = Span(0, width, 0, width, True)
        found = strips(width, height, pixels=self.longest**2, seen=self.reaches.values())
        return [Tile(span, whole) for span in found]

    def _own(self, seen: torch.Tensor, tile: Tile, number: int, names: set[str]) -> Features:
        """The next rows of each layer; notes what is left to the strip below."""
        if number == 0:
            above = None
        elif torch.is_grad_enabled():
            above = {name: rows.requires_grad_() for name, rows in self._above.pop(number).items()}
        else:
            above = self._above[number]
        strip = Strip(above, is_last=tile.down.is_last)
        found = self._features(seen, names, partial(self.network, apply=strip))
        if torch.is_grad_enabled():
            self._leaves, self._left = above or {}, strip.left
        else:
            self._note(number, strip.left, {name: one.shape[2] for name, one in found.items()})
        return found

    def _note(self, number: int, left: Rows, heights: Mapping[str, int]) -> None:
        """What the next strip starts from."""
        if number == 0:
            self._above, self._begins = {}, {0: dict.fromkeys(heights, 0)}
        begins = self._begins[number]
        self._above[number + 1] = left
        self._begins[number + 1] = {name: begins[name] + high for name, high in heights.items()}

    def _part(self, mask: torch.Tensor, tile: Tile, number: int, name: str) -> torch.Tensor:
        """Of a layer's mask what lies over a strip's rows."""
        end = None if tile.down.is_last else self._begins[number + 1][name]
        return mask[..., self._begins[number][name] : end, :]

    def _pulled(self, seen: torch.Tensor, tile: Tile, number: int, pulls: Pulls) -> torch.Tensor:
        """The slope of style and content by a strip, what the strips below see of it included."""
        seen = seen.detach().clone().requires_grad_()
        total = self._weighed(seen, tile, number, pulls)
        below = self._carried if self._left else {}
        slopes = torch.autograd.grad(
            [total, *(self._left[name] for name in below)],
            [seen, *self._leaves.values()],
            [torch.ones_like(total), *below.values()],
        )
        self._carried = dict(zip(self._leaves, slopes[1:], strict=True))
        return slopes[0]
