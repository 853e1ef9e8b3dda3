"""How a picture is moved up an objective, a step at a time."""

from __future__ import annotations

from dataclasses import replace

import torch

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.gradient import banded, blurred, unit
from style.dreams.objectives import Objective, Term
from style.runs.device import seeded

MOST_JITTER = 0.25  # of the picture's shorter side, where that is less than the jitter asked for


class Ascent:
    """Steps of a picture (1, 3, H, W) up an objective."""

    def __init__(
        self, network: Backbone, objective: Objective, config: DreamConfig, autocast: bool
    ) -> None:
        self.network, self.config, self.autocast = network, config, autocast
        self.wanted = self.objective = objective
        self.generator = seeded(config.seed)

    def balance(self, pixels: torch.Tensor) -> None:
        """Lets each of several terms move this picture by its weight's share.

        Numbers of one layer are a thousand times those of another, in one network. A term that
        nothing in the picture wakes keeps its size.
        """
        if len(self.wanted.terms) > 1:
            self.objective = Objective(tuple(self._evened(t, pixels) for t in self.wanted.terms))

    def _evened(self, term: Term, pixels: torch.Tensor) -> Term:
        alone = Objective((replace(term, weight=1.0),))
        _, slope = self._slope(pixels, alone)
        size = float(slope.abs().mean()) or 1.0
        return replace(term, weight=term.weight / size)

    def step(self, pixels: torch.Tensor) -> tuple[float, torch.Tensor]:
        """The objective, and the picture a step on, by `step_size` a pixel on average."""
        config = self.config
        most = min(config.jitter_px, int(MOST_JITTER * min(pixels.shape[2:])))
        shift = torch.randint(-most, most + 1, (2,), generator=self.generator).tolist()
        shifted = pixels.roll(shift, dims=(2, 3))
        value, slope = self._slope(shifted, self.objective)
        way = unit(blurred(banded(slope, config.bands), config.smoothing_px))
        moved = (shifted + config.step_size * way).clamp(0, 1)
        return value, moved.roll([-by for by in shift], dims=(2, 3))

    def _slope(self, pixels: torch.Tensor, objective: Objective) -> tuple[float, torch.Tensor]:
        """The objective's value and its gradient."""
        pixels = pixels.detach().contiguous(memory_format=torch.channels_last).requires_grad_()
        with torch.autocast(pixels.device.type, torch.bfloat16, enabled=self.autocast):
            features = self.network(pixels, objective.layers)
        value = objective.value(features)
        (slope,) = torch.autograd.grad(value, pixels)
        return float(value.detach()), slope
