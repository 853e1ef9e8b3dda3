"""Whether a picture is painted as a whole or in parts, and in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from style.backbones.receptive_field import receptive_fields
from style.dreams.objectives import Objective
from style.errors import ConfigError
from style.transfer.inner_dream import InnerDream
from style.transfer.parts.memory_need import MemoryNeed
from style.transfer.parts.strips import can_stream
from style.transfer.parts.tiles import tiles
from style.transfer.recipe import Recipe

SHARED_PX = 1024  # longest side from which several devices share a picture
PARTS_COST = 1.5  # how many times longer passes in parts take: two forward instead of one
OVERLAP_PX = 256  # sum of what the two halves of a shared picture see beyond their own areas


@dataclass(frozen=True)
class Division:
    """Into tiles of at most `longest` pixels a side, or strips of as many pixels as such a tile."""

    longest: int
    is_streamed: bool


def division_of(
    size: tuple[int, int],
    recipe: Recipe,
    *,
    need: MemoryNeed | None,
    devices: Sequence[torch.device],
) -> Division | None:
    """How a picture of this width and height is divided, None where it is painted as a whole.

    Strips compute nothing twice, but one follows the other, so several devices paint tiles. `need`
    is used where the recipe has a limit of memory. Raises ConfigError where the network cannot
    paint in parts, OutOfMemory where no part fits.
    """
    budget = recipe.max_bytes
    longest = need.longest_tile(*size, budget) if need and budget else 0
    if not longest and len(devices) > 1 and max(size) >= SHARED_PX:
        longest = max(size) // 2 + OVERLAP_PX
    if not longest:
        return None
    layers = recipe.all_layers
    is_streamed = (
        len(devices) == 1
        and not recipe.is_matched  # a strip does not have the same rows of every layer
        and can_stream(recipe.backbone, layers, size[0], pixels=longest**2)
    )
    return Division(longest, is_streamed)


def computed_pixels(
    size: tuple[int, int],
    division: Division | None,
    recipe: Recipe,
    devices: Sequence[torch.device],
) -> float:
    """Pixels that a step sends through the network, each device at the same time."""
    width, height = size
    if division is None:
        return width * height
    if division.is_streamed:
        return PARTS_COST * width * height
    fields = receptive_fields(recipe.backbone, recipe.all_layers).values()
    parts = tiles(width, height, longest=division.longest, fields=fields)
    return PARTS_COST * sum(part.pixels for part in parts) / len(devices)


def dream_in_parts(recipe: Recipe, dream: InnerDream | None) -> Objective | None:
    """The objective that a picture in parts dreams of: the named one, or that of `dream`.

    Raises ConfigError for an automatic dream that no whole picture has shown yet, and for a dream
    of a single place.
    """
    objective = recipe.dream or (dream.objective if dream else None)
    if recipe.has_dream and not objective:
        raise ConfigError(
            "dream is auto, which looks for room in a whole picture, and max_memory is too small"
            " even for the first, smallest scale: raise max_memory, or name a layer to dream in"
        )
    for term in objective.terms if objective else ():
        if not term.is_mean:
            raise ConfigError(
                f"dream has {term.name}, a place in the whole picture, which max_memory or"
                " several devices divide into parts: leave out the place, or paint it whole"
            )
    return objective
