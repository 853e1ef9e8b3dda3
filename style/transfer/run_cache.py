"""What several runs of the same styles, masks and configuration share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.losses.statistics import Statistics
from style.transfer.parts.memory_need import MemoryNeed, memory_need
from style.transfer.recipe import Recipe

# The longest side in pixels, and the colours of the regions
Key = tuple[int, tuple[str, ...]]


class RunCache:
    """What is measured and computed once; empty at first.

    `statistics`: for each region, the statistics of the styles by layer. `clock` gives the seconds
    by which a step is measured.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.clock = clock
        self.statistics: dict[Key, Sequence[Mapping[str, Statistics]]] = {}
        self._recipes: dict[tuple[StylizeConfig, Backbone], Recipe] = {}
        self._need: MemoryNeed | None = None

    def recipe(self, config: StylizeConfig, backbone: Backbone) -> Recipe:
        """The configuration resolved for the backbone, once. Raises as `Recipe.of` does."""
        key = config, backbone
        if key not in self._recipes:
            self._recipes[key] = Recipe.of(config, backbone)
        return self._recipes[key]

    def memory_need(self, recipe: Recipe) -> MemoryNeed:
        """What a painting takes, measured at the first call."""
        if self._need is None:
            self._need = memory_need(recipe, clock=self.clock)
        return self._need
