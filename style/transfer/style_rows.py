"""The features of the styles' positions, among which each position finds its nearest neighbour.

A position is described by its hypercolumn, the features of all layers there, or by one layer alone
(feature splitting); both as in Kolkin et al., arXiv 2203.13215. Here each layer is divided by the
size of the style's features, so that it counts by its weight, whatever the backbone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from style.errors import ConfigError
from style.losses.neighbours import centred
from style.transfer.extractor import Features
from style.transfer.recipe import Recipe

MOST_ROWS = 32_768  # positions of the styles that hypercolumns are sought among, in all regions
MOST_LAYER_ROWS = 8_192  # of one layer alone, whose map may have sixteen times as many positions
BLOCK_ROWS = 2_048  # that are computed at once; larger = more memory
TINY = 1e-8  # added to the power of a layer, which may be 0


@dataclass(frozen=True)
class Reading:
    """How features are read: as hypercolumns, or layer by layer. `scales` are by layer."""

    recipe: Recipe
    scales: Mapping[str, float]
    by_layer: bool

    @classmethod
    def of(cls, recipe: Recipe, features: Features, *, by_layer: bool) -> Reading:
        """With the scales that give the layers of a style their weights."""
        powers = {
            name: float(features[name].detach().float().square().sum(dim=1).mean()) + TINY
            for name in recipe.style_layers
        }
        scales = {n: (w / powers[n]) ** 0.5 for n, w in recipe.style_layers.items()}
        return cls(recipe, scales, by_layer)

    @property
    def weights(self) -> Mapping[str, float]:
        """How much each view counts, by name."""
        return self.recipe.style_layers if self.by_layer else {self.recipe.grid_layer: 1.0}

    def views(self, features: Features) -> dict[str, torch.Tensor]:
        """The maps (1, C, h, w) to match, float32, by the layer whose grid they have."""
        if self.by_layer:
            return {name: features[name].float() for name in self.recipe.style_layers}
        grid = features[self.recipe.grid_layer].shape[2:]
        columns = [_on_grid(features[n].float(), grid) * s for n, s in self.scales.items()]
        return {self.recipe.grid_layer: torch.cat(columns, dim=1)}


@dataclass(frozen=True)
class StyleRows:
    """Of one view and one region: M positions of the styles.

    `directions` (M, C): their features, of unit length. `seen` (M, C): the same as seen from their
    mean, which are compared. Both are in the precision that the painting is computed in.
    """

    directions: torch.Tensor
    seen: torch.Tensor

    @classmethod
    def of(cls, rows: list[torch.Tensor], most: int, dtype: torch.dtype) -> StyleRows:
        """From the features (N, C) of some pictures; at most `most` positions, evenly chosen.

        Empties the list, for the sake of memory. Raises ConfigError where there is no position.
        """
        every = thinned(torch.cat(rows), most)
        rows.clear()
        if not len(every):
            raise ConfigError(
                "a region of a style's mask is smaller than what the network sees: give a larger"
                " region, or --method gatys"
            )
        mean = every.mean(dim=0)
        origins = torch.zeros_like(mean), mean
        directions, seen = (_directions(every, origin, dtype) for origin in origins)
        return cls(directions, seen)


def rows_bytes(recipe: Recipe, channels: int) -> float:
    """The most that the positions of the styles take: as features, and as what becomes of them."""
    if not recipe.is_matched:
        return 0
    results = 2 * (2 if recipe.is_autocast else 4)  # two tensors, in bfloat16 or float32
    return MOST_ROWS * channels * (4 + results)


def _directions(rows: torch.Tensor, origin: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The directions of `rows` (N, C) from `origin` (C,), in blocks for the sake of memory."""
    found = torch.empty(rows.shape, dtype=dtype, device=rows.device)
    blocks = torch.split(rows, BLOCK_ROWS), torch.split(found, BLOCK_ROWS)
    for some, block in zip(*blocks, strict=True):
        block.copy_(centred(some, origin))
    return found


def thinned(rows: torch.Tensor, most: int) -> torch.Tensor:
    """At most `most` of rows (N, C), evenly chosen."""
    if len(rows) <= most:
        return rows
    return rows[torch.linspace(0, len(rows) - 1, most, device=rows.device).long()]


def _on_grid(maps: torch.Tensor, grid: Sequence[int]) -> torch.Tensor:
    """A map at the size of another: means of its positions, or each repeated."""
    if tuple(maps.shape[2:]) == tuple(grid):
        return maps
    mode = "area" if maps.shape[2] >= grid[0] else "nearest"
    return functional.interpolate(maps, size=tuple(grid), mode=mode)
