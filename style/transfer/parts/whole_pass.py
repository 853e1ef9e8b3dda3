"""A picture that goes through the network at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch

from style.losses.functional import content_loss
from style.losses.statistics import Statistics, statistics
from style.transfer.extractor import Extractor, Features
from style.transfer.matches import MaskOfPart
from style.transfer.recipe import Recipe
from style.transfer.sums import Key, PartialSums, WeightedMean
from style.transfer.targets import Targets


class WholePass:
    """A `Pass` over pictures that fit into memory; autograd keeps their maps between its steps."""

    def __init__(self, extract: Extractor, recipe: Recipe, content: torch.Tensor) -> None:
        self.extract, self.recipe = extract, recipe
        with torch.no_grad():
            self.content = extract(content, recipe.content_layers)

    @torch.no_grad()
    def statistics(
        self, image: torch.Tensor, masks: Mapping[int, torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """As `Pass.statistics`."""
        layers = self.recipe.statistics_layers
        return _statistics(self.extract(image, layers), masks, layers)

    @torch.no_grad()
    def parts(self, image: torch.Tensor) -> Iterator[tuple[Features, MaskOfPart]]:
        """As `Pass.parts`: one part, with masks at their own size."""
        yield self.extract(image, self.recipe.style_layers), lambda mask, _: mask

    def sums(self, image: torch.Tensor, targets: Targets) -> PartialSums:
        """As `Pass.sums`; their tensors belong to the graph of `image`."""
        return self.sums_of(self.extract(image, targets.layers), targets)

    def sums_of(self, features: Features, targets: Targets) -> PartialSums:
        """The sums of a picture with these features."""
        content = [
            weight * content_loss(features[layer], self.content[layer])
            for layer, weight in self.recipe.content_layers.items()
        ]
        return PartialSums(
            _statistics(features, dict(enumerate(targets.masks)), self.recipe.statistics_layers),
            torch.stack(content).sum(),
            [WeightedMean(term.measure(features[term.layer]), 1) for term in targets.dream_terms],
            targets.matches.loss(features, 0) if targets.matches else None,
        )

    def add_gradient(
        self,
        gradient: torch.Tensor,
        image: torch.Tensor,
        targets: Targets,
        sums: PartialSums,
        by_sums: PartialSums,
    ) -> None:
        """As `Pass.add_gradient`."""
        used = [
            (one, by)
            for one, by in zip(sums.tensors(), by_sums.tensors(), strict=True)
            # The mean of a layer costs a pass over its map; a Gram loss has no use for it.
            if by.device.type != "cpu" or by.any()
        ]
        if used:
            (by_pixels,) = torch.autograd.grad([s for s, _ in used], image, [by for _, by in used])
            gradient.add_(by_pixels)


def _statistics(
    features: Features,
    masks: Mapping[int, torch.Tensor | None],
    layers: Mapping[str, float],
) -> dict[Key, Statistics]:
    return {
        (number, layer): statistics(features[layer], mask)
        for layer in layers
        for number, mask in masks.items()
    }
