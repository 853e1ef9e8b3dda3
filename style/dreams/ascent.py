"""Gradient ascent of a picture on an objective, one step at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.gradient import blurred, normalized, with_equal_bands
from style.dreams.objectives import Objective, balanced
from style.errors import NotFinite
from style.runs.device import seeded

MAX_JITTER_FRACTION = 0.25  # of the picture's shorter side; caps `DreamConfig.jitter_px`


class Ascent:
    """Takes steps of a picture (1, 3, H, W), sRGB in [0, 1], up an objective.

    `autocast`: whether the network computes in bfloat16.
    """

    def __init__(
        self, network: Backbone, objective: Objective, config: DreamConfig, autocast: bool
    ) -> None:
        self.network, self.config, self.autocast = network, config, autocast
        self.objective = self._balanced = objective
        self.is_woken = False  # whether any step had a gradient
        self._generator = seeded(config.seed)

    def state(self) -> tuple[torch.Tensor, dict[str, Any]]:
        """The state of its random numbers, and the rest as JSON can hold it."""
        weights = [term.weight for term in self._balanced.terms]
        return self._generator.get_state(), {"weights": weights, "woken": self.is_woken}

    def resume(self, generator: torch.Tensor, where: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self._generator.set_state(generator)
        self.is_woken = where["woken"]
        pairs = zip(self.objective.terms, where["weights"], strict=True)
        self._balanced = Objective(tuple(replace(term, weight=weight) for term, weight in pairs))

    def balance(self, pixels: torch.Tensor) -> None:
        """Scales several terms so that each contributes its weight to a step from `pixels`."""
        self._balanced = balanced(
            self.objective, lambda one: self._value_and_gradient(pixels, one)[1]
        )

    def step(self, pixels: torch.Tensor) -> tuple[float, torch.Tensor]:
        """The objective's value before the step, and the picture after it.

        The mean absolute change of a value is `step_size`. Raises NotFinite where the value or its
        gradient is not finite.
        """
        config = self.config
        limit = min(config.jitter_px, int(MAX_JITTER_FRACTION * min(pixels.shape[2:])))
        shift = torch.randint(-limit, limit + 1, (2,), generator=self._generator).tolist()
        shifted = pixels.roll(shift, dims=(2, 3))
        value, gradient = self._value_and_gradient(shifted, self._balanced)
        if not (math.isfinite(value) and gradient.isfinite().all()):
            raise NotFinite
        self.is_woken = self.is_woken or bool(gradient.any())
        gradient = blurred(with_equal_bands(gradient, config.bands), config.smoothing_px)
        stepped = (shifted + config.step_size * normalized(gradient)).clamp(0, 1)
        return value, stepped.roll([-by for by in shift], dims=(2, 3))

    def _value_and_gradient(
        self, pixels: torch.Tensor, objective: Objective
    ) -> tuple[float, torch.Tensor]:
        pixels = pixels.detach().contiguous(memory_format=torch.channels_last).requires_grad_()
        with torch.autocast(pixels.device.type, torch.bfloat16, enabled=self.autocast):
            features = self.network(pixels, objective.layers)
        value = objective.value(features)
        (gradient,) = torch.autograd.grad(value, pixels)
        return float(value.detach()), gradient
