"""Finding the nearest neighbours of a picture among the styles, region by region.

The styles are also turned by quarters, so that more directions of a stroke are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import torch
from torch.nn import functional

from style.losses.neighbours import centred, nearest, rows_of
from style.transfer.extractor import Features
from style.transfer.matches import MaskOfPart, Matches, PartMatches
from style.transfer.recipe import Recipe
from style.transfer.region_weights import RegionWeights
from style.transfer.style_rows import (
    MOST_LAYER_ROWS,
    MOST_ROWS,
    Reading,
    StyleRows,
    thinned,
)

QUARTER_TURNS = 4
INSIDE = 0.5  # weight in a mask from which a style's position belongs to a region


View = tuple[Mapping[str, torch.Tensor], MaskOfPart]  # of a part: its maps by view; of a mask


class PartsPass(Protocol):
    """The part of a `Pass` that features are read by."""

    def parts(self, image: torch.Tensor) -> Iterator[tuple[Features, MaskOfPart]]:
        """The features of each part of a picture, without gradient, and the part of a mask."""
        ...


class Matching:
    """Matches pictures of the content's size with `styles` (1, 3, H, W), within `regions`."""

    def __init__(
        self,
        pass_: PartsPass,
        recipe: Recipe,
        styles: Sequence[torch.Tensor],
        regions: Sequence[RegionWeights],
    ) -> None:
        self.pass_, self.recipe, self.styles, self.regions = pass_, recipe, styles, regions
        self._by_layer: bool | None = None
        self._dtype = torch.bfloat16 if recipe.is_autocast else torch.float32

    @torch.no_grad()
    def matches(self, image: torch.Tensor, *, by_layer: bool) -> Matches:
        """The nearest neighbours of `image`; `by_layer`: of each layer alone."""
        if by_layer != self._by_layer:
            self._measure_styles(by_layer=by_layer)
        means, views = self._means(image)
        parts = [
            {view: self._part(maps, means[view], view, mask_of) for view, maps in part.items()}
            for part, mask_of in views or self._views(image)
        ]
        directions = {
            view: _joined([region.directions for region in by_region])
            for view, by_region in self.rows.items()
        }
        totals = {view: sum(_total(part[view]) for part in parts) for view in directions}
        return Matches(self.reading, directions, parts, totals)

    def _measure_styles(self, *, by_layer: bool) -> None:
        """Sets the reading, and the rows of the styles by view for each region."""
        features = next(self.pass_.parts(self.styles[0]))[0]
        self.reading = Reading.of(self.recipe, features, by_layer=by_layer)
        rows: dict[str, list[list[torch.Tensor]]] = {}
        most = (MOST_LAYER_ROWS if by_layer else MOST_ROWS) // len(self.regions)
        share = most // (QUARTER_TURNS * len(self.styles))  # of a picture, which bounds memory
        for number, style in enumerate(self.styles):
            for turns in range(QUARTER_TURNS):
                turned = _turned(style, turns).contiguous()
                masks = [_turned_mask(one, number, turns) for one in self.regions]
                for part, mask_of in self.pass_.parts(turned):
                    for view, maps in self.reading.views(part).items():
                        by_region = rows.setdefault(view, [[] for _ in self.regions])
                        for region, mask, some in zip(self.regions, masks, by_region, strict=True):
                            if number in region.styles:
                                some.append(thinned(_inside(maps, mask, view, mask_of), share))
        self.rows = {
            view: [StyleRows.of(region, most, self._dtype) for region in by_region]
            for view, by_region in rows.items()
        }
        self._by_layer = by_layer

    def _views(self, image: torch.Tensor) -> Iterator[View]:
        """The maps of each part by view, and the part of a mask."""
        for features, mask_of in self.pass_.parts(image):
            yield self.reading.views(features), mask_of

    def _means(self, image: torch.Tensor) -> tuple[Mapping[str, torch.Tensor], list[View]]:
        """The mean features (C,) of all positions, by view; and the views of a whole picture.

        Of a picture in parts there are none: they would not fit into memory.
        """
        sums: dict[str, torch.Tensor] = {}
        counts: dict[str, int] = {}
        kept: list[View] = []
        for number, (part, mask_of) in enumerate(self._views(image)):
            for view, maps in part.items():
                sums[view] = sums.get(view, 0) + maps.sum(dim=(0, 2, 3))
                counts[view] = counts.get(view, 0) + maps[0, 0].numel()
            kept = [] if number else [(part, mask_of)]
        return {view: total / counts[view] for view, total in sums.items()}, kept

    def _part(
        self, maps: torch.Tensor, mean: torch.Tensor, view: str, mask_of: MaskOfPart
    ) -> PartMatches:
        """The neighbours of a part's positions, each within the region that it belongs to most."""
        rows, by_region = centred(rows_of(maps), mean).to(self._dtype), self.rows[view]
        if self.regions[0].content is None:
            return PartMatches(nearest(rows, by_region[0].seen), None)
        contents = [one.content for one in self.regions if one.content is not None]
        masks = [_at(mask, maps, view, mask_of) for mask in contents]
        weights, owners = torch.stack(masks).max(dim=0)
        numbers, first = torch.zeros_like(owners), 0
        for region, some in enumerate(by_region):
            own = (owners == region).nonzero()[:, 0]
            if len(own):
                numbers[own] = first + nearest(rows[own], some.seen)
            first += len(some.seen)
        return PartMatches(numbers, weights)


def _joined(rows: Sequence[torch.Tensor]) -> torch.Tensor:
    """All rows one after the other; those of one region are not copied."""
    return rows[0] if len(rows) == 1 else torch.cat(list(rows))


def _turned(image: torch.Tensor, turns: int) -> torch.Tensor:
    return torch.rot90(image, turns, dims=(2, 3))


def _turned_mask(region: RegionWeights, style: int, turns: int) -> torch.Tensor | None:
    mask = region.styles.get(style)
    return None if mask is None else _turned(mask, turns).contiguous()


def _at(mask: torch.Tensor, maps: torch.Tensor, layer: str, mask_of: MaskOfPart) -> torch.Tensor:
    """The weights (N,) of a mask at the positions of a part's map."""
    part = mask_of(mask, layer).to(maps)
    return functional.interpolate(part, size=maps.shape[2:], mode="area").flatten()


def _inside(
    maps: torch.Tensor, mask: torch.Tensor | None, layer: str, mask_of: MaskOfPart
) -> torch.Tensor:
    """The rows of a style's positions that are inside a mask."""
    rows = rows_of(maps)
    return rows if mask is None else rows[_at(mask, maps, layer, mask_of) >= INSIDE]


def _total(matched: PartMatches) -> float:
    return len(matched.numbers) if matched.weights is None else float(matched.weights.sum())
