"""What a job costs, before it is painted: megapixels times steps, and so seconds.

The sizes are those of `style.transfer.pyramid` and `style.dreams`, which load torch and are not
imported here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from style.backbones.registry import facts_of
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig

Config = StylizeConfig | DreamConfig
SMALLEST_PX = 128  # longest side of the first picture of a pyramid
# Before anything was painted: a backbone like VGG-19 on two cores. A GPU is a hundred times faster,
# which the first finished job shows.
SECONDS_PER_COST = 12.0
SIZE_STEP_PX = 16  # of the sizes that are suggested


@dataclass(frozen=True)
class Estimate:
    """What a job costs, and how many seconds it should take."""

    cost: float
    seconds: float


def cost_of(config: Config, width: int, height: int) -> float:
    """Megapixels times steps of painting a picture of this size."""
    ratio = config.size / max(width, height)
    ratio = ratio if config.enlarge else min(1.0, ratio)
    pixels = width * height * ratio**2
    longest, shortest = (ratio * side for side in sorted((width, height), reverse=True))
    least = facts_of(config.backbone).least_px
    if isinstance(config, DreamConfig):
        scales = list(_octaves(config, shortest, least))
    else:
        scales = list(_pyramid(longest, least))
    return config.steps * pixels * sum(scale**2 for scale in scales) / 1e6


def estimate(
    config: Config, width: int, height: int, *, seconds_per_cost: float | None
) -> Estimate:
    """Of painting a picture of this size. `seconds_per_cost`: as measured here, if at all."""
    cost = cost_of(config, width, height)
    return Estimate(cost, cost * (seconds_per_cost or SECONDS_PER_COST))


def accepted_instead(config: Config, width: int, height: int, *, most_cost: float) -> str:
    """What costs at most `most_cost`: fewer steps, or a smaller size, as fields of the form."""
    steps = int(most_cost / cost_of(replace(config, steps=1), width, height))
    least = max(facts_of(config.backbone).least_px, 64)
    largest = config.size if config.enlarge else min(config.size, max(width, height))
    sizes = range(largest, least - 1, -SIZE_STEP_PX)
    fits = (
        size for size in sizes if cost_of(replace(config, size=size), width, height) <= most_cost
    )
    size = next(fits, 0)
    ways = [f"steps={steps}"] * (steps > 0) + [f"size={size}"] * (size > 0)
    return " or ".join(ways) or "a smaller size with fewer steps"


def duration_text(seconds: float) -> str:
    """A duration as a person says it: 40 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _pyramid(longest: float, least_px: int) -> Iterator[float]:
    """The sizes of a painting relative to the last one."""
    least = max(SMALLEST_PX, least_px)
    for power in range(max(0, math.floor(math.log2(longest / least))) + 1):
        yield 0.5**power


def _octaves(config: DreamConfig, shortest: float, least_px: int) -> Iterator[float]:
    """The sizes of a dream relative to the last one."""
    for power in range(config.octaves):
        scale = config.octave_scale**-power
        if power == 0 or round(shortest * scale) >= least_px:
            yield scale
