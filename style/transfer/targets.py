"""What a painting is compared with, and the losses of its sums against that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from style.dreams.objectives import Term
from style.transfer.inner_dream import InnerDream
from style.transfer.matches import Matches
from style.transfer.recipe import TERMS, Recipe
from style.transfer.region_weights import RegionTarget
from style.transfer.sums import PartialSums


@dataclass(frozen=True)
class Targets:
    """The styles' statistics for each region, and the dream. The content is held by the pass.

    `dream_terms` are measured in the picture, whether or not there is a `dream` yet. `matches` are
    the nearest neighbours that a matched style has in place of statistics.
    """

    recipe: Recipe
    regions: Sequence[RegionTarget]
    dream_terms: Sequence[Term] = ()
    dream: InnerDream | None = None
    matches: Matches | None = None

    @property
    def masks(self) -> list[torch.Tensor | None]:
        """Of the regions, each (1, 1, H, W) in [0, 1]; None: the whole picture."""
        return [region.mask for region in self.regions]

    @property
    def layers(self) -> set[str]:
        """The layers whose features the sums are computed from."""
        return {*self.recipe.compared_layers, *(term.layer for term in self.dream_terms)}


def losses_from_sums(sums: PartialSums, targets: Targets) -> dict[str, torch.Tensor]:
    """The losses `style`, `content` and, where there is one, `dream`: unweighted scalars."""
    losses = {"style": _style_loss(sums, targets), "content": sums.content}
    if targets.dream:
        losses["dream"] = targets.dream.loss([one.mean for one in sums.dream])
    return losses


def _style_loss(sums: PartialSums, targets: Targets) -> torch.Tensor:
    if sums.matched is not None:
        return sums.matched
    recipe = targets.recipe
    style = [
        weight * region.weight * recipe.style_loss(sums.statistics[number, layer], statistics)
        for layer, weight in recipe.style_layers.items()
        for number, region in enumerate(targets.regions)
        for statistics in [region.statistics[layer]]
    ]
    return torch.stack(style).sum()


def weighted_total(losses: Mapping[str, torch.Tensor], recipe: Recipe) -> torch.Tensor:
    """The weighted sum of the losses, which is minimised."""
    weighted = [recipe.term_weights[name] * losses[name] for name in TERMS if name in losses]
    return torch.stack(weighted).sum()


def losses_and_gradient(
    sums: PartialSums, targets: Targets
) -> tuple[dict[str, torch.Tensor], PartialSums]:
    """The losses, and the gradient of their weighted total with respect to each of the sums."""
    leaves = [tensor.detach().requires_grad_() for tensor in sums.tensors()]
    losses = losses_from_sums(sums.with_tensors(leaves), targets)
    total = weighted_total(losses, targets.recipe)
    gradients = torch.autograd.grad(total, leaves, materialize_grads=True, allow_unused=True)
    detached = {name: loss.detach() for name, loss in losses.items()}
    return detached, sums.with_tensors(gradients)
