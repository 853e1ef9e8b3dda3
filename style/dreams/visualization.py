"""Dreams from noise: the picture that an objective wants, and nothing of any photograph.

Olah, Mordvintsev and Schubert, "Feature Visualization" (Distill 2017): gradient ascent on the
Fourier spectrum of a picture in decorrelated colours, which is shaken before each step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import nullcontext

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.backbones.waking import WakingReLUs
from style.config.visualization import VisualizationConfig
from style.dreams.diversity import similarity
from style.dreams.fourier import FourierPictures
from style.dreams.from_text import configured_objective
from style.dreams.objectives import Features, Objective, balanced
from style.dreams.transforms import shaken
from style.errors import NotFinite
from style.pictures.tensors import picture_of
from style.runs.device import chosen_device, low_precision, seeded
from style.runs.progress import Progress, Result, Run, run_to_end
from style.runs.report import run_report

STEP_SIZE = 0.05  # of Adam, in units of a photograph's amplitudes
WAKING_STEPS = 16  # first steps, in which ReLUs that nothing activates let the gradient through
WAKING_FRACTION = 0.5  # at most, of all steps
UNLIKENESS = 1.0  # weight of the similarity of variants, relative to the objective's value
GAP_PX = 4  # between variants


def visualize(
    config: VisualizationConfig | None = None,
    *,
    objective: Objective | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    backbone: Backbone | None = None,
) -> Result:
    """Draws what an objective wants, from noise; returns the picture and a report.

    `objective` replaces the one that the configuration asks for. Several `config.variants` stand
    in a row, GAP_PX apart. In the report `woken` says whether the objective has a gradient without
    help: where it has none, the picture does not show it. Raises ConfigError, UnknownBackbone for
    a backbone or a layer that does not exist, WeightsMissing, and NotFinite, with the picture so
    far, where the objective is not finite.
    """
    run = iterate_visualization(config, objective=objective, backbone=backbone)
    return run_to_end(run, on_progress)


def iterate_visualization(
    config: VisualizationConfig | None = None,
    *,
    objective: Objective | None = None,
    backbone: Backbone | None = None,
) -> Run:
    """`visualize` step by step: yields a Progress after each step, returns the Result."""
    config = config or VisualizationConfig()
    device = chosen_device(config.device)
    autocast = low_precision(config.precision, device)
    network = (backbone or Backbone.of(config)).placed(device)
    objective = objective or configured_objective(config, network)
    started = time.perf_counter()
    drawing = _Drawing(network, objective, config, autocast)
    value = 0.0
    for step in range(1, config.steps + 1):
        try:
            value = drawing.step(step)
        except NotFinite as error:
            error.picture = drawing.picture() if step > 1 else None
            raise
        yield Progress(
            0, 1, config.size, step, config.steps, {"total": value}, drawing.picture, "objective"
        )
    report = run_report(config, network, device, autocast=autocast, started=started) | {
        "objective": str(objective),
        "reached": value,
        "woken": drawing.is_woken,
    }
    return Result(drawing.picture(), report)


class _Drawing:
    """The pictures, and the steps that change them."""

    def __init__(
        self, network: Backbone, objective: Objective, config: VisualizationConfig, autocast: bool
    ) -> None:
        self._network, self._autocast = network, autocast
        self._objective = self._balanced = objective
        self._generator = seeded(config.seed)
        device = network.mean.device
        self._pictures = FourierPictures(config.variants, config.size, self._generator, device)
        self._adam = torch.optim.Adam([self._pictures.coefficients], lr=STEP_SIZE)
        self._waking_steps = min(WAKING_STEPS, int(WAKING_FRACTION * config.steps))
        self.is_woken = False  # whether any step had a gradient without the help of WakingReLUs

    def step(self, number: int) -> float:
        """The objective's value before the step `number`, which counts from 1."""
        is_waking = number <= self._waking_steps
        if number == self._waking_steps + 1:
            self._balanced = balanced(
                self._objective, lambda one: self._value_and_gradient(one, is_waking=False)[1]
            )
        value, gradient = self._value_and_gradient(self._balanced, is_waking=is_waking)
        if not (math.isfinite(value) and gradient.isfinite().all()):
            raise NotFinite(
                f"the objective is not finite in step {number}: give --precision float32, or check"
                " imported weights"
            )
        self.is_woken = self.is_woken or (not is_waking and bool(gradient.any()))
        self._pictures.coefficients.grad = -gradient
        self._adam.step()
        return value

    def picture(self) -> Image.Image:
        """The variants beside each other."""
        with torch.no_grad():
            pixels = self._pictures.pixels()
        count, _, _, side = pixels.shape
        row = Image.new("RGB", (count * (side + GAP_PX) - GAP_PX, side), "white")
        for index in range(count):
            row.paste(picture_of(pixels[index : index + 1]), (index * (side + GAP_PX), 0))
        return row

    def _value_and_gradient(
        self, objective: Objective, *, is_waking: bool
    ) -> tuple[float, torch.Tensor]:
        """The mean of the objective over the shaken variants, and its gradient."""
        pixels = shaken(self._pictures.pixels(), self._generator)
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with (
            WakingReLUs() if is_waking else nullcontext(),
            torch.autocast(pixels.device.type, torch.bfloat16, enabled=self._autocast),
        ):
            features = self._network(pixels, objective.layers)
        value = _mean_value(objective, features)
        loss = -value
        if len(pixels) > 1:
            alike = torch.stack([similarity(one) for one in features.values()]).mean()
            loss = loss + UNLIKENESS * value.detach().abs() * alike
        (gradient,) = torch.autograd.grad(loss, self._pictures.coefficients)
        return float(value.detach()), -gradient


def _mean_value(objective: Objective, features: Features) -> torch.Tensor:
    """The mean of the objective's values of each picture of a batch."""
    count = len(next(iter(features.values())))
    values = [
        objective.value({name: one[index : index + 1] for name, one in features.items()})
        for index in range(count)
    ]
    return torch.stack(values).mean()
