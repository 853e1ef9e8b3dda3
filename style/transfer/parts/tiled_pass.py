"""A picture that goes through the network tile by tile, as it does not fit into memory at once.

Gram matrices, means and the content loss are sums over positions. The first pass adds them up over
the tiles and keeps nothing else. The gradients of the losses with respect to these sums are small
matrices; the second pass backpropagates them through one tile at a time. Each tile sees as far
beyond its own area as the network's receptive field, so that losses and gradient are those of the
whole picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial

import torch

from style.backbones.receptive_field import ReceptiveField
from style.losses.statistics import Statistics
from style.transfer.extractor import Extractor, Features
from style.transfer.matches import MaskOfPart
from style.transfer.parts.layer_masks import LayerMasks
from style.transfer.parts.part_sums import (
    ContentOfParts,
    PositionGradient,
    part_statistics,
    part_sums,
)
from style.transfer.parts.tiles import Tile, tiles
from style.transfer.recipe import Recipe
from style.transfer.sums import Key, PartialSums, whole_statistics
from style.transfer.targets import Targets


class TiledPass:
    """A `Pass` over tiles of at most `longest` pixels a side, in turn on each of `devices`.

    `fields`: the receptive field of every layer that is used.
    """

    def __init__(
        self,
        extract: Extractor,
        recipe: Recipe,
        content: torch.Tensor,
        *,
        longest: int,
        fields: Mapping[str, ReceptiveField],
        devices: Sequence[torch.device] = (),
    ) -> None:
        self.recipe, self.longest, self.fields = recipe, longest, fields
        self.replicas = [extract.on(device) for device in devices or [extract.device]]
        self._masks = LayerMasks(extract, recipe.style_layers, fields, longest)
        with torch.no_grad():
            own = self._forward(content, recipe.content_layers)
            self.content = ContentOfParts([features for _, features in own])

    def statistics(
        self, image: torch.Tensor, masks: Mapping[int, torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """As `Pass.statistics`."""
        with torch.no_grad():
            return whole_statistics(
                [
                    part_statistics(features, masks, self.recipe, self._mask_of(tile))
                    for tile, features in self._forward(image, self.recipe.style_layers)
                ]
            )

    @torch.no_grad()
    def parts(self, image: torch.Tensor) -> Iterator[tuple[Features, MaskOfPart]]:
        """As `Pass.parts`: the tiles."""
        for tile, features in self._forward(image, self.recipe.style_layers):
            yield features, self._mask_of(tile)

    def sums(self, image: torch.Tensor, targets: Targets) -> PartialSums:
        """As `Pass.sums`: the first pass over the tiles."""
        with torch.no_grad():
            own = enumerate(self._forward(image, targets.layers))
            return PartialSums.of(
                [self._sums(features, n, tile, targets) for n, (tile, features) in own]
            )

    def add_gradient(
        self,
        gradient: torch.Tensor,
        image: torch.Tensor,
        targets: Targets,
        sums: PartialSums,
        by_sums: PartialSums,
    ) -> None:
        """As `Pass.add_gradient`: the second pass, forward and backward for one tile at a time."""
        by_position = PositionGradient.of(by_sums)
        for number, tile in reversed(list(enumerate(self._tiles(image)))):
            seen = tile.seen(image).detach().clone().requires_grad_()
            own = self._own(seen, tile, number, targets.layers)
            loss = by_position.loss(self._sums(own, number, tile, targets))
            (by_pixels,) = torch.autograd.grad(loss, seen)
            tile.seen(gradient).add_(by_pixels.to(gradient))

    def _tiles(self, image: torch.Tensor) -> list[Tile]:
        height, width = image.shape[2:]
        return tiles(width, height, longest=self.longest, fields=self.fields.values())

    def _forward(
        self, image: torch.Tensor, layers: Collection[str]
    ) -> Iterator[tuple[Tile, Features]]:
        """Each tile with its own features."""
        for number, tile in enumerate(self._tiles(image)):
            yield tile, self._own(tile.seen(image), tile, number, layers)

    def _own(
        self, seen: torch.Tensor, tile: Tile, number: int, layers: Collection[str]
    ) -> Features:
        """A tile's own features, on the device whose turn it is."""
        extract = self.replicas[number % len(self.replicas)]
        features = extract(seen.to(extract.device), layers)
        return {name: tile.own(one, self.fields[name].stride) for name, one in features.items()}

    def _sums(self, own: Features, number: int, tile: Tile, targets: Targets) -> PartialSums:
        return part_sums(own, number, targets, self.content, self._mask_of(tile))

    def _mask_of(self, tile: Tile) -> MaskOfPart:
        return partial(self._tile_mask, tile)

    def _tile_mask(self, tile: Tile, mask: torch.Tensor, layer: str) -> torch.Tensor:
        return tile.placed(self._masks.of(mask, layer), self.fields[layer].stride)
