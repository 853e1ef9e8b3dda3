"""Deep dream: a picture changed so that a network sees more of what it sees in it.

Mordvintsev, Olah and Tyka, "Inceptionism" (2015): gradient ascent at growing sizes (octaves), where
the detail that an octave added is carried into the next, and every step sees the picture shifted by
a random jitter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch.nn import functional

from style.backbone import Backbone
from style.device import chosen_device, low_precision, peak_memory_mb, seeded, versions
from style.dream_config import DreamConfig
from style.objectives import Objective, channel, layer
from style.pictures import check_size, scaled
from style.progress import Progress, Result, Run, completed
from style.registry import facts_of
from style.tensors import to_picture, to_tensor

MOST_JITTER = 0.25  # of the picture's shorter side, where that is less than the jitter asked for


def dream(
    image: Image.Image,
    config: DreamConfig | None = None,
    *,
    objective: Objective | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    backbone: Backbone | None = None,
) -> Result:
    """The picture, dreamt in; `objective` stands in place of the configuration's layer.

    Raises ConfigError, PictureError, UnknownBackbone for a layer that there is not, WeightsMissing.
    """
    run = iterate_dream(image, config, objective=objective, backbone=backbone)
    return completed(run, on_progress)


def iterate_dream(
    image: Image.Image,
    config: DreamConfig | None = None,
    *,
    objective: Objective | None = None,
    backbone: Backbone | None = None,
) -> Run:
    """`dream` step by step: yields a Progress after each, returns the Result."""
    config = config or DreamConfig()
    wanted = objective or configured(config)
    check_size(image.size, "the picture")
    device = chosen_device(config.device)
    autocast = low_precision(config.precision, device)
    network = backbone or Backbone.load(
        config.backbone, pooling=config.pooling, padding=config.padding
    )
    network = network.to(device)
    network = network.to(memory_format=torch.channels_last)
    original = to_tensor(scaled(image, config.size)).to(device)
    sizes = octaves(
        (original.shape[2], original.shape[3]),
        count=config.octaves,
        scale=config.octave_scale,
        least=network.facts.least_px,
    )
    generator, begun = seeded(config.seed), time.perf_counter()
    detail, pixels, reached = torch.zeros_like(original), original, 0.0
    for octave, (height, width) in enumerate(sizes):
        base = _resized(original, height, width)
        pixels = (base + _resized(detail, height, width)).clamp(0, 1)
        for step in range(1, config.steps + 1):
            reached, pixels = _step(pixels, network, wanted, config, generator, autocast)
            yield Progress(
                octave, len(sizes), max(height, width), step, config.steps,
                {"total": reached}, partial(to_picture, pixels), "objective",
            )  # fmt: skip
        detail = pixels - base
    result = to_picture(pixels)
    if image.mode == "RGBA":
        result.putalpha(scaled(image, config.size).getchannel("A"))
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
    return Result(result, report)


def configured(config: DreamConfig) -> Objective:
    """The objective that a configuration's `layer` and `channel` ask for."""
    name = config.layer or facts_of(config.backbone).dream
    return layer(name) if config.channel < 0 else channel(name, config.channel)


def octaves(
    shape: tuple[int, int], *, count: int, scale: float, least: int
) -> list[tuple[int, int]]:
    """Heights and widths from coarse to fine up to `shape`; no side is below `least`."""
    sizes = [tuple(round(side / scale**power) for side in shape) for power in range(count)]
    fitting = [(height, width) for height, width in sizes if min(height, width) >= least]
    return fitting[::-1] or [shape]


def _step(
    pixels: torch.Tensor,
    network: Backbone,
    objective: Objective,
    config: DreamConfig,
    generator: torch.Generator,
    autocast: bool,
) -> tuple[float, torch.Tensor]:
    """One step up the objective, so long that a pixel changes by `step_size` on average."""
    most = min(config.jitter_px, int(MOST_JITTER * min(pixels.shape[2:])))
    shift = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
    shifted = pixels.roll(shift, dims=(2, 3)).contiguous(memory_format=torch.channels_last)
    shifted.requires_grad_()
    with torch.autocast(pixels.device.type, torch.bfloat16, enabled=autocast):
        features = network(shifted, objective.layers)
    value = objective.value(features)
    (slope,) = torch.autograd.grad(value, shifted)
    step = config.step_size * slope / (slope.abs().mean() + 1e-12)
    moved = (shifted.detach() + step).clamp(0, 1)
    return float(value.detach()), moved.roll([-by for by in shift], dims=(2, 3))


def _resized(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return functional.interpolate(
        image, size=(height, width), mode="bicubic", antialias=True, align_corners=False
    )
