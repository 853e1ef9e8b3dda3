"""How long a painting will take, and how much memory, before it starts."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from style.backbones.backbone import Backbone
from style.config.memory_size import format_bytes
from style.config.stylize import StylizeConfig
from style.pictures.files import scaled
from style.runs.device import chosen_devices
from style.transfer.parts.division import computed_pixels, division_of
from style.transfer.pyramid import pyramid_of
from style.transfer.run_cache import RunCache

LONG_S = 60  # seconds from which a forecast is worth a line


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
    """Time and memory of `stylize` with these, measured on two small patches.

    Raises ConfigError where the configuration does not fit the backbone, OutOfMemory where no part
    of the picture fits.

    `cache`: give the same to `iterate`, which then does not measure again.
    """
    devices = chosen_devices(config.device)
    cache = cache or RunCache()
    recipe = cache.recipe(config, backbone.placed(devices[0]))
    need = cache.memory_need(recipe)
    goal = scaled(content, config.size, enlarge=config.enlarge)
    seconds, division = 0.0, None
    for side in pyramid_of(goal, recipe):
        size = scaled(goal, side).size
        division = division_of(size, recipe, need=need, devices=devices)
        pixels = computed_pixels(size, division, recipe, devices)
        seconds += config.steps * need.seconds(pixels)
    tile_pixels = division.longest**2 if division else None
    return Forecast(seconds, need.memory(goal.width * goal.height, tile_pixels))
