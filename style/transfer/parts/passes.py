"""The pass that a division asks for."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from style.backbones.receptive_field import receptive_fields
from style.transfer.extractor import Extractor
from style.transfer.inner_dream import InnerDream
from style.transfer.parts.division import Division, dream_in_parts
from style.transfer.parts.strip_pass import StripPass
from style.transfer.parts.tiled_pass import TiledPass
from style.transfer.parts.whole_pass import WholePass
from style.transfer.recipe import Recipe


def pass_of(
    division: Division | None,
    recipe: Recipe,
    content: torch.Tensor,
    *,
    dream: InnerDream | None,
    devices: Sequence[torch.device] = (),
) -> WholePass | TiledPass | StripPass:
    """A pass over pictures of the size of `content` (1, 3, H, W); None: over the whole at once.

    `dream`: the one found at a smaller size, if any. `devices` take tiles in turn. Raises
    ConfigError where the network or the dream cannot be divided.
    """
    extract = Extractor(recipe.backbone, is_autocast=recipe.is_autocast)
    if division is None:
        return WholePass(extract, recipe, content)
    objective, longest = dream_in_parts(recipe, dream), division.longest
    layers = recipe.compared_layers | (objective.layers if objective else frozenset())
    fields = receptive_fields(recipe.backbone, layers)
    if division.is_streamed:
        return StripPass(extract, recipe, content, longest=longest, fields=fields)
    return TiledPass(extract, recipe, content, longest=longest, fields=fields, devices=devices)
