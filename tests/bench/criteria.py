"""A painting's criterion from tensors: of a whole picture, in tiles or in strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from style import StylizeConfig
from style.backbones.backbone import Backbone
from style.transfer.criterion import Criterion, style_targets
from style.transfer.inner_dream import InnerDream
from style.transfer.matching import Matching
from style.transfer.parts.division import Division
from style.transfer.parts.passes import pass_of
from style.transfer.parts.strip_pass import StripPass
from style.transfer.recipe import Recipe
from style.transfer.region_weights import RegionWeights, everywhere, region_targets
from style.transfer.targets import Targets


@dataclass(frozen=True)
class Pictures:
    """A content and styles (1, 3, H, W) in [0, 1], and the regions of their masks; none: all."""

    content: torch.Tensor
    styles: Sequence[torch.Tensor]
    regions: Sequence[RegionWeights] = ()


def criterion_of(
    pictures: Pictures,
    config: StylizeConfig,
    backbone: Backbone,
    *,
    division: Division | None = None,
    dream: InnerDream | None = None,
    devices: Sequence[torch.device] = (),
) -> Criterion:
    """What `pictures` are painted by, whole or divided; `dream`: one found at a smaller size."""
    recipe = Recipe.of(config, backbone)
    pass_ = pass_of(division, recipe, pictures.content, dream=dream, devices=devices)
    regions = pictures.regions or [everywhere(len(pictures.styles))]
    statistics = style_targets(pass_, pictures.styles, regions, recipe)
    terms = dream.objective.terms if dream else ()
    targets = Targets(recipe, region_targets(regions, statistics), terms, dream)
    matching = None
    if recipe.is_matched and not isinstance(pass_, StripPass):
        matching = Matching(pass_, recipe, pictures.styles, regions)
    return Criterion(pass_, targets, (pictures.content, *pictures.styles), matching)
