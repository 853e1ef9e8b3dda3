"""Deep dream: a picture changed so that a network sees more of what it sees in it.

Mordvintsev, Olah and Tyka, "Inceptionism" (2015): gradient ascent at growing sizes (octaves), where
the detail that an octave added is carried into the next, and every step sees the picture shifted by
a random jitter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch.nn import functional

from style.backbone import Backbone
from style.device import chosen_device, low_precision, peak_memory_mb, seeded, versions
from style.dream_config import DreamConfig
from style.gradient import banded, blurred, unit
from style.objectives import Objective, Term
from style.pictures import check_size, scaled
from style.progress import Progress, Result, Run, completed
from style.tensors import to_picture, to_tensor
from style.wishes import configured

MOST_JITTER = 0.25  # of the picture's shorter side, where that is less than the jitter asked for
GUIDE_PX = 224  # longest side at which a guide picture is looked at, as the networks were trained


def dream(
    image: Image.Image,
    config: DreamConfig | None = None,
    *,
    objective: Objective | None = None,
    guide: Image.Image | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    backbone: Backbone | None = None,
) -> Result:
    """The picture, dreamt in; `objective` stands in place of what the configuration asks for.

    `guide`: a picture whose features are wanted. Of several terms each takes its weight's share of
    a step, however large its numbers are. `frames` and `zoom` are of `iterate_zoom`. Raises
    ConfigError, PictureError, UnknownBackbone for a layer that there is not, WeightsMissing.
    """
    run = iterate_dream(image, config, objective=objective, guide=guide, backbone=backbone)
    return completed(run, on_progress)


def iterate_dream(
    image: Image.Image,
    config: DreamConfig | None = None,
    *,
    objective: Objective | None = None,
    guide: Image.Image | None = None,
    backbone: Backbone | None = None,
) -> Run:
    """`dream` step by step: yields a Progress after each, returns the Result."""
    config = config or DreamConfig()
    check_size(image.size, "the picture")
    device = chosen_device(config.device)
    autocast = low_precision(config.precision, device)
    network = (backbone or Backbone.of(config)).placed(device)
    wanted = objective or wanted_of(config, network, guide)
    ascent = _Ascent(network, wanted, config, autocast)
    image = scaled(image, config.size)
    original = to_tensor(image).to(device)
    sizes = octaves(
        (original.shape[2], original.shape[3]),
        count=config.octaves,
        scale=config.octave_scale,
        least=network.facts.least_px,
    )
    begun = time.perf_counter()
    detail, reached = torch.zeros_like(original), 0.0
    for octave, (height, width) in enumerate(sizes):
        base = _resized(original, height, width)
        pixels = (base + _resized(detail, height, width)).clamp(0, 1)
        ascent.balance(pixels)
        for step in range(1, config.steps + 1):
            reached, pixels = ascent.step(pixels)
            detail = pixels - base
            yield Progress(
                octave, len(sizes), max(height, width), step, config.steps,
                {"total": reached}, partial(_picture, image, original, detail), "objective",
            )  # fmt: skip
    report: dict[str, Any] = {
        "backbone": network.facts.name,
        "config": asdict(config),
        "objective": str(wanted),
        "reached": reached,
        "octaves": [[width, height] for height, width in sizes],
        "device": str(device),
        "precision": "bf16" if autocast else "float32",
        "seconds": round(time.perf_counter() - begun, 3),
        "peak_memory_mb": peak_memory_mb(device),
        "seed": config.seed,
        "versions": versions(),
    }
    return Result(_picture(image, original, detail), report)


def wanted_of(config: DreamConfig, network: Backbone, guide: Image.Image | None) -> Objective:
    """The objective that a configuration and a guide picture ask for."""
    if guide is None:
        return configured(config, network)
    check_size(guide.size, "the guide")
    longest = max(GUIDE_PX, network.facts.least_px)
    picture = to_tensor(scaled(guide, longest)).to(network.mean.device)
    return configured(config, network, guide_picture=picture)


def octaves(
    shape: tuple[int, int], *, count: int, scale: float, least: int
) -> list[tuple[int, int]]:
    """Heights and widths from coarse to fine up to `shape`; no side is below `least`."""
    sizes = [tuple(round(side / scale**power) for side in shape) for power in range(count)]
    fitting = [(height, width) for height, width in sizes if min(height, width) >= least]
    return fitting[::-1] or [shape]


class _Ascent:
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


def _picture(image: Image.Image, original: torch.Tensor, detail: torch.Tensor) -> Image.Image:
    """The original with the detail of an octave, at the original's size, and its alpha."""
    height, width = original.shape[2:]
    if detail.shape != original.shape:
        detail = _resized(detail, height, width)
    found = to_picture(original + detail)
    if image.mode == "RGBA":
        found.putalpha(image.getchannel("A"))
    return found


def _resized(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return functional.interpolate(
        image, size=(height, width), mode="bicubic", antialias=True, align_corners=False
    )
