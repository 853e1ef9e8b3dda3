"""How long a painting will take, and how much memory, before it begins."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from style.backbone import Backbone
from style.budget import bytes_of, written
from style.config import StylizeConfig
from style.device import chosen_devices
from style.need import compared, need_of
from style.painting import SMALLEST, pyramid
from style.pictures import scaled
from style.reach import reaches
from style.strips import can_stream
from style.tiles import tiles

LONG_S = 60  # seconds from which on a forecast is worth a line
TILED = 1.5  # how many times longer passes in parts take: forward twice, back once
BESIDE = 1.15  # how many times longer a step takes than its passes: losses, the picture's change


@dataclass(frozen=True)
class Forecast:
    """Seconds, and bytes above the import."""

    seconds: float
    memory: float

    def __str__(self) -> str:
        minutes = max(1, round(self.seconds / 60))
        return f"about {minutes} min and {written(self.memory)} of memory"


def forecast(content: Image.Image, config: StylizeConfig, network: Backbone) -> Forecast:
    """Of `stylize` with these, measured on a small patch. Raises OutOfMemory where none fits."""
    network = network.placed(chosen_devices(config.device)[0])
    need, budget = need_of(network, config), bytes_of(config.max_memory)
    size = scaled(content, config.size).size
    least = max(SMALLEST, network.facts.least_px)
    pixels, tile = 0.0, 0
    for side in pyramid(max(size), least=least):
        width, height = scaled(content, side).size
        tile = need.longest_tile(width, height, budget) if budget else 0
        pixels += _tiled(width, height, tile, network, config) if tile else width * height
    seconds = BESIDE * need.seconds * pixels * config.steps
    return Forecast(seconds, need.memory(size[0] * size[1], tile**2 or None))


def _tiled(width: int, height: int, tile: int, network: Backbone, config: StylizeConfig) -> float:
    """As many pixels as a whole picture has that takes as long."""
    names = compared(network, config)
    if can_stream(network, names, width, pixels=tile**2):
        return TILED * width * height
    seen = reaches(network, names).values()
    return TILED * sum(one.pixels for one in tiles(width, height, longest=tile, reaches=seen))
