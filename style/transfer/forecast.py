"""How long a painting will take, and how much memory, before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.backbones.receptive_field import receptive_fields
from style.config.memory_size import format_bytes
from style.config.stylize import StylizeConfig
from style.pictures.files import scaled
from style.runs.device import chosen_devices
from style.transfer.parts.division import Division, division_of
from style.transfer.parts.tiles import tiles
from style.transfer.pyramid import pyramid_of
from style.transfer.recipe import Recipe
from style.transfer.run_cache import RunCache

LONG_S = 60  # seconds from which a forecast is worth a line
PARTS_COST = 1.5  # how many times longer passes in parts take: two forward instead of one
STEP_COST = 1.15  # how many times longer a step takes than its passes: losses and optimizer


@dataclass(frozen=True)
class Forecast:
    """Estimated seconds, and bytes beyond those that the process has after importing torch."""

    seconds: float
    memory: float

    def __str__(self) -> str:
        minutes = max(1, round(self.seconds / 60))
        return f"about {minutes} min and {format_bytes(self.memory)} of memory"


def forecast(
    content: Image.Image,
    config: StylizeConfig,
    backbone: Backbone,
    *,
    cache: RunCache | None = None,
) -> Forecast:
    """Time and memory of `stylize` with these, measured on a small patch.

    Raises ConfigError where the configuration does not fit the backbone, OutOfMemory where no part
    of the picture fits.

    `cache`: give the same to `iterate`, which then does not measure again.
    """
    devices = chosen_devices(config.device)
    cache = cache or RunCache()
    recipe = cache.recipe(config, backbone.placed(devices[0]))
    need = cache.memory_need(recipe)
    goal = scaled(content, config.size, enlarge=config.enlarge)
    pixels, division = 0.0, None
    for side in pyramid_of(goal, recipe):
        size = scaled(goal, side).size
        division = division_of(size, recipe, need=need, devices=devices)
        pixels += _computed_pixels(size, division, recipe, devices)
    seconds = STEP_COST * need.seconds_per_pixel * pixels * config.steps
    tile_pixels = division.longest**2 if division else None
    return Forecast(seconds, need.memory(goal.width * goal.height, tile_pixels))


def _computed_pixels(
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
