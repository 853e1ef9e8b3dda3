"""What one part of a picture adds to the sums of the whole, and the gradient that it gets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from style.losses.functional import EPSILON
from style.losses.statistics import Statistics, statistics
from style.transfer.extractor import Features
from style.transfer.matches import MaskOfPart
from style.transfer.recipe import Recipe
from style.transfer.sums import Key, PartialSums, WeightedMean
from style.transfer.targets import Targets


class ContentOfParts:
    """The content's features, part by part.

    Squared differences are divided by the summed squares of the whole content's features.
    """

    def __init__(self, parts: Sequence[Features]) -> None:
        self.parts = [{name: one.contiguous() for name, one in part.items()} for part in parts]
        self.power = {name: self._power(name) for name in self.parts[0]}

    def loss(self, features: Features, number: int, weights: Mapping[str, float]) -> torch.Tensor:
        """What part `number` adds to the content loss, by its own features."""
        losses = []
        for layer, weight in weights.items():
            own, target = features[layer], self.parts[number][layer]
            distance = (own.float() - target.to(own.device).float()).square().sum()
            losses.append(weight * distance / self.power[layer])
        return torch.stack(losses).sum()

    def _power(self, name: str) -> float:
        maps = [part[name].float() for part in self.parts]
        return sum(float(one.square().sum()) + EPSILON * one.numel() for one in maps)


def part_statistics(
    features: Features,
    masks: Mapping[int, torch.Tensor | None],
    recipe: Recipe,
    mask_of_part: MaskOfPart,
) -> dict[Key, Statistics]:
    """By region and layer, of a part's own features; on the device of the picture."""
    device = recipe.backbone.mean.device
    by_key = {}
    for number, mask in masks.items():
        for layer in recipe.statistics_layers:
            own = None
            if mask is not None:
                own = mask_of_part(mask, layer).to(features[layer].device)
            one = statistics(features[layer], own)
            by_key[number, layer] = Statistics(
                one.gram.to(device), one.mean.to(device), one.positions
            )
    return by_key


def part_sums(
    features: Features,
    number: int,
    targets: Targets,
    content: ContentOfParts,
    mask_of_part: MaskOfPart,
) -> PartialSums:
    """The sums of part `number`, by its own features."""
    recipe = targets.recipe
    device = recipe.backbone.mean.device
    return PartialSums(
        part_statistics(features, dict(enumerate(targets.masks)), recipe, mask_of_part),
        content.loss(features, number, recipe.content_layers).to(device),
        [
            WeightedMean(term.measure(own).to(device), own[0, 0].numel())
            for term in targets.dream_terms
            for own in [features[term.layer]]
        ],
        targets.matches.loss(features, number).to(device) if targets.matches else None,
    )


@dataclass(frozen=True)
class PositionGradient:
    """The gradient of the weighted total with respect to the sums of the whole, per position.

    `statistics`: with respect to Gram matrix and mean by region and layer; `dream`: to each term.
    """

    statistics: Mapping[Key, tuple[torch.Tensor, torch.Tensor]]
    content: torch.Tensor
    dream: Sequence[float]
    matched: torch.Tensor | None

    @classmethod
    def of(cls, by_sums: PartialSums) -> PositionGradient:
        """From the gradients with respect to the sums of the whole."""
        return cls(
            {
                key: (by.gram / by.positions, by.mean / by.positions)
                for key, by in by_sums.statistics.items()
            },
            by_sums.content,
            [float(by.mean) / by.positions for by in by_sums.dream],
            by_sums.matched,
        )

    def loss(self, part: PartialSums) -> torch.Tensor:
        """A scalar whose gradient by a part's pixels is that of the weighted total."""
        style = [
            own.positions * ((gram * own.gram).sum() + mean @ own.mean)
            for key, (gram, mean) in self.statistics.items()
            for own in [part.statistics[key]]
        ]
        dream = [
            weight * own.positions * own.mean
            for weight, own in zip(self.dream, part.dream, strict=True)
        ]
        if self.matched is not None and part.matched is not None:
            style = [self.matched * part.matched]
        loss = torch.stack(style).sum() + self.content * part.content
        return loss + torch.stack(dream).sum() if dream else loss
