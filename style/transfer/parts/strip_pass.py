"""A large picture that goes through the network in strips, so that nothing is computed twice.

The first pass goes down and keeps the rows that each strip leaves to the next (`strips.Strip`). The
second pass goes up: a strip starts from those rows again, and hands the gradient with respect to
them to the strip above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from style.transfer.parts.strips import Rows, Strip, strips
from style.transfer.parts.tiles import Span
from style.transfer.recipe import Recipe
from style.transfer.sums import Key, PartialSums, whole_statistics
from style.transfer.targets import Targets


@dataclass(frozen=True)
class StripState:
    """Of one strip on the way down: `rows` of the picture, and where its own features lie.

    `above`: the rows by layer that the strip above left, None for the first. `begins` and `ends`:
    its rows of each layer's map of the whole picture.
    """

    rows: Span
    above: Rows | None
    begins: Mapping[str, int]
    ends: Mapping[str, int]

    def seen(self, image: torch.Tensor) -> torch.Tensor:
        """Its rows of a picture (1, C, H, W), a view."""
        return image[:, :, self.rows.begin : self.rows.end]


@dataclass(frozen=True)
class StripSums(PartialSums):
    """The sums of a picture, and the strips that its second pass starts from."""

    strips: Sequence[StripState] = ()


class StripPass:
    """A `Pass` over strips of half of `longest`² pixels, for a backbone that `can_stream`."""

    def __init__(
        self,
        extract: Extractor,
        recipe: Recipe,
        content: torch.Tensor,
        *,
        longest: int,
        fields: Mapping[str, ReceptiveField],
    ) -> None:
        self.extract, self.recipe, self.longest, self.fields = extract, recipe, longest, fields
        self._masks = LayerMasks(extract, recipe.style_layers, fields, longest)
        own = self._down(content, recipe.content_layers)
        self.content = ContentOfParts([features for _, features in own])

    def statistics(
        self, image: torch.Tensor, masks: Mapping[int, torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """As `Pass.statistics`."""
        return whole_statistics(
            [
                part_statistics(features, masks, self.recipe, self._mask_of(state))
                for state, features in self._down(image, self.recipe.style_layers)
            ]
        )

    def sums(self, image: torch.Tensor, targets: Targets) -> StripSums:
        """As `Pass.sums`: the pass down."""
        states, parts = [], []
        for number, (state, own) in enumerate(self._down(image, targets.layers)):
            states.append(state)
            parts.append(part_sums(own, number, targets, self.content, self._mask_of(state)))
        whole = PartialSums.of(parts)
        return StripSums(whole.statistics, whole.content, whole.dream, strips=states)

    def add_gradient(
        self,
        gradient: torch.Tensor,
        image: torch.Tensor,
        targets: Targets,
        sums: PartialSums,
        by_sums: PartialSums,
    ) -> None:
        """As `Pass.add_gradient`: the pass up."""
        assert isinstance(sums, StripSums)
        by_position, by_left = PositionGradient.of(by_sums), Rows()
        for number, state in reversed(list(enumerate(sums.strips))):
            seen = state.seen(image).detach().clone().requires_grad_()
            above = {name: rows.requires_grad_() for name, rows in (state.above or {}).items()}
            strip = Strip(above or None, is_last=state.rows.is_last)
            own = self.extract(seen, targets.layers, apply=strip)
            part = part_sums(own, number, targets, self.content, self._mask_of(state))
            loss = by_position.loss(part)
            by_pixels, *by_above = torch.autograd.grad(
                [loss, *(strip.left[name] for name in by_left)],
                [seen, *above.values()],
                [torch.ones_like(loss), *by_left.values()],
            )
            by_left = dict(zip(above, by_above, strict=True))
            state.seen(gradient).add_(by_pixels)

    @torch.no_grad()
    def _down(
        self, image: torch.Tensor, layers: Collection[str]
    ) -> Iterator[tuple[StripState, Features]]:
        """Each strip with its own features, from the top."""
        height, width = image.shape[2:]
        above: Rows | None = None
        begins = dict.fromkeys(layers, 0)
        for rows in strips(width, height, pixels=self.longest**2, fields=self.fields.values()):
            strip = Strip(above, is_last=rows.is_last)
            own = self.extract(image[:, :, rows.begin : rows.end], layers, apply=strip)
            ends = {name: begins[name] + one.shape[2] for name, one in own.items()}
            yield StripState(rows, above, begins, ends), own
            above, begins = strip.left, ends

    def _mask_of(self, state: StripState) -> MaskOfPart:
        return partial(self._strip_mask, state)

    def _strip_mask(self, state: StripState, mask: torch.Tensor, layer: str) -> torch.Tensor:
        end = None if state.rows.is_last else state.ends[layer]
        return self._masks.of(mask, layer)[..., state.begins[layer] : end, :]
