"""How long a painting will take, and how much memory, before it begins."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from style.backbones.backbone import Backbone
from style.backbones.receptive_field import receptive_fields
from style.config.memory_size import written
from style.config.stylize import StylizeConfig
from style.pictures.files import scaled
from style.runs.device import chosen_devices
from style.transfer.parts.division import cut_of
from style.transfer.parts.memory_need import compared, need_of
from style.transfer.parts.tiles import tiles
from style.transfer.pyramid import SMALLEST, pyramid

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
    devices = chosen_devices(config.device)
    network = network.placed(devices[0])
    need = need_of(network, config)
    size = scaled(content, config.size).size
    least = max(SMALLEST, network.facts.least_px)
    pixels, cut = 0.0, None
    for side in pyramid(max(size), least=least):
        width, height = scaled(content, side).size
        cut = cut_of((width, height), need=need, config=config, network=network, devices=devices)
        if cut is None:
            pixels += width * height
        elif cut.streams:
            pixels += TILED * width * height
        else:
            seen = receptive_fields(network, compared(network, config)).values()
            parts = tiles(width, height, longest=cut.longest, reaches=seen)
            pixels += TILED * sum(one.pixels for one in parts) / len(devices)
    seconds = BESIDE * need.seconds * pixels * config.steps
    return Forecast(seconds, need.memory(size[0] * size[1], cut.longest**2 if cut else None))
