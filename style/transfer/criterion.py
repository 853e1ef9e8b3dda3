"""What a painting is judged by: style, content, smoothness, and optionally a dream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

import torch
from torch.nn import functional

from style.dreams.objectives import Objective
from style.losses.functional import temporal_loss, variation_loss
from style.losses.statistics import Statistics, pooled
from style.runs.progress import Losses
from style.transfer.free_channels import unused_objective, use_of_channels
from style.transfer.inner_dream import InnerDream
from style.transfer.matching import Matching
from style.transfer.parts.whole_pass import WholePass
from style.transfer.previous_frame import PreviousFrame
from style.transfer.recipe import TERMS, Recipe
from style.transfer.region_weights import RegionWeights
from style.transfer.sums import Key, PartialSums
from style.transfer.targets import Targets, losses_and_gradient, losses_from_sums, weighted_total


class Pass(Protocol):
    """How a picture goes through the network, forward and backward: whole, in tiles or in strips.

    It holds the features of the content. Pictures are (1, 3, H, W), sRGB in [0, 1].
    """

    def statistics(
        self, image: torch.Tensor, masks: Mapping[int, torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """Gram matrices and means of a picture of any size, without gradient.

        By the number of a mask and by layer. A mask (1, 1, H, W) weights the positions; None: all
        weigh the same.
        """
        ...

    def sums(self, image: torch.Tensor, targets: Targets) -> PartialSums:
        """What the losses are computed from, of a picture that has the size of the content."""
        ...

    def add_gradient(
        self,
        gradient: torch.Tensor,
        image: torch.Tensor,
        targets: Targets,
        sums: PartialSums,
        by_sums: PartialSums,
    ) -> None:
        """Adds the gradient of the loss with respect to the pixels to `gradient`, in place.

        `sums`: the return value of `sums` for the same image and targets. `by_sums`: the gradient
        of the loss with respect to each of them.
        """
        ...


class Criterion:
    """The losses of a picture (1, 3, H, W) against `targets`, and their gradient.

    `pictures`: the content and the styles, (1, 3, H, W) each, sRGB in [0, 1]. `matching` finds the
    nearest neighbours of a matched style, which needs `match` before it is evaluated. `previous`
    is the frame before, where the picture continues a film.
    """

    def __init__(
        self,
        pass_: Pass,
        targets: Targets,
        pictures: Sequence[torch.Tensor],
        matching: Matching | None = None,
        previous: PreviousFrame | None = None,
    ) -> None:
        self.pass_, self.targets, self.pictures = pass_, targets, pictures
        self.matching, self.previous = matching, previous
        masks = [mask for mask in targets.masks if mask is not None]
        self.painted = torch.stack(masks).sum(dim=0) if masks else None

    @property
    def dream(self) -> InnerDream | None:
        """The dream, once it has started."""
        return self.targets.dream

    def evaluate(self, image: torch.Tensor) -> Losses:
        """The losses and their weighted `total`; the total's gradient is left in `image.grad`."""
        recipe, picture = self.targets.recipe, image.detach().requires_grad_()
        sums = self.pass_.sums(picture, self.targets)
        losses, by_sums = losses_and_gradient(sums, self.targets)
        of_pixels = self._losses_of_pixels(picture)
        losses |= of_pixels
        (gradient,) = torch.autograd.grad(weighted_total(of_pixels, recipe), picture)
        self.pass_.add_gradient(gradient, picture, self.targets, sums, by_sums)
        if self.painted is not None:
            gradient *= self.painted  # what is not painted stays as it is
        image.grad = gradient
        losses["total"] = weighted_total(losses, recipe)
        names = (name for name in (*TERMS, "total") if name in losses)
        return {name: float(losses[name].detach()) for name in names}

    def _losses_of_pixels(self, picture: torch.Tensor) -> dict[str, torch.Tensor]:
        losses = {"variation": variation_loss(picture)}
        if before := self.previous:
            losses["temporal"] = temporal_loss(picture, before.picture, before.certainty)
        return losses

    def match(self, image: torch.Tensor, *, by_layer: bool) -> None:
        """From here on the picture should look like the nearest neighbours of `image`."""
        assert self.matching
        matches = self.matching.matches(image, by_layer=by_layer)
        self.targets = replace(self.targets, matches=matches)

    def weigh_content(self, weight: float) -> None:
        """From here on the content loss has this weight."""
        recipe = self.targets.recipe.with_weight("content", weight)
        self.targets = replace(self.targets, recipe=recipe)

    @cached_property
    @torch.no_grad()
    def content_loss_of_styles(self) -> float:
        """The content loss of the style pictures in the content's place, by their weights."""
        content, *styles = self.pictures
        weights = self.targets.recipe.weights_of_styles(len(styles))
        total = 0.0
        for weight, style in zip(weights, styles, strict=True):
            placed = functional.interpolate(
                style, size=content.shape[2:], mode="bilinear", antialias=True
            )
            if self.painted is not None:
                placed = content.lerp(placed, self.painted.clamp(0, 1))
            total += weight * float(self.pass_.sums(placed, self.targets).content)
        return total / sum(weights)

    def start_dream(self, image: torch.Tensor) -> None:
        """Starts the dream from this picture, in which an automatic dream is chosen."""
        objective = self._objective(image)
        targets = replace(self.targets, dream_terms=objective.terms, dream=None)
        with torch.no_grad():
            sums = self.pass_.sums(image, targets)
            losses = losses_from_sums(sums, targets)
        before = [float(one.mean) for one in sums.dream]
        dream = InnerDream(objective, before, level=_level(losses, targets.recipe))
        self.targets = replace(targets, dream=dream)

    @torch.no_grad()
    def dream_values(self, image: torch.Tensor) -> list[float]:
        """The value of each term of the dream in a picture."""
        return [float(one.mean) for one in self.pass_.sums(image, self.targets).dream]

    def _objective(self, image: torch.Tensor) -> Objective:
        recipe = self.targets.recipe
        if recipe.dream:
            return recipe.dream
        if isinstance(self.pass_, WholePass):
            return self._unused_objective(image, self.pass_)
        assert self.dream, "in parts an automatic dream is the one found at a smaller size"
        return self.dream.objective

    def _unused_objective(self, image: torch.Tensor, whole: WholePass) -> Objective:
        """The channel that style and content use least in this painting."""
        targets, recipe = replace(self.targets, dream_terms=(), dream=None), self.targets.recipe

        def total(features: Mapping[str, torch.Tensor]) -> torch.Tensor:
            sums = whole.sums_of(features, targets)
            return weighted_total(losses_from_sums(sums, targets), recipe)

        uses = use_of_channels(
            whole.extract, image, total,
            used=recipe.compared_layers, free=recipe.free_layers, others=self.pictures,
        )  # fmt: skip
        return unused_objective(uses, preferred=recipe.backbone.facts.dream)


def style_targets(
    pass_: Pass,
    styles: Sequence[torch.Tensor],
    regions: Sequence[RegionWeights],
    recipe: Recipe,
) -> list[dict[str, Statistics]]:
    """The statistics by layer that each region should have: the styles', by their weights."""
    if recipe.is_matched:
        return [{} for _ in regions]
    weights = recipe.weights_of_styles(len(styles))
    by_style = [
        pass_.statistics(
            style,
            {n: region.styles[i] for n, region in enumerate(regions) if i in region.styles},
        )
        for i, style in enumerate(styles)
    ]
    return [
        {
            layer: pooled(
                [by_style[i][number, layer] for i in region.styles],
                [weights[i] for i in region.styles],
            )
            for layer in recipe.statistics_layers
        }
        for number, region in enumerate(regions)
    ]


def _level(losses: Mapping[str, torch.Tensor], recipe: Recipe) -> float:
    """The scale of the dream's loss: the smaller of the weighted style and content losses.

    So the dream does not outweigh them.
    """
    weighted = [recipe.term_weights[n] * float(losses[n]) for n in ("style", "content")]
    return min((value for value in weighted if value > 0), default=1.0)
