"""Deep dream: a picture changed so that a network sees more of what it sees in it.

Mordvintsev, Olah and Tyka, "Inceptionism" (2015): gradient ascent at growing sizes (octaves), where
the detail that an octave added is carried into the next, and every step sees the picture shifted by
a random jitter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import torch
from PIL import Image
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.ascent import Ascent
from style.dreams.from_text import configured
from style.dreams.objectives import Objective
from style.pictures.files import check_size, scaled
from style.pictures.tensors import to_picture, to_tensor
from style.runs.device import chosen_device, low_precision
from style.runs.progress import Progress, Result, Run, completed
from style.runs.report import circumstances

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
    ascent = Ascent(network, wanted, config, autocast)
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
    report = circumstances(config, network, device, autocast=autocast, begun=begun) | {
        "objective": str(wanted),
        "reached": reached,
        "octaves": [[width, height] for height, width in sizes],
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


def _picture(image: Image.Image, original: torch.Tensor, detail: torch.Tensor) -> Image.Image:
    """The original with the detail of an octave, at the original's size, and its alpha."""
    height, width = original.shape[2:]
    if detail.shape != original.shape:
        detail = _resized(detail, height, width)
    return to_picture(original + detail, like=image)


def _resized(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return functional.interpolate(
        image, size=(height, width), mode="bicubic", antialias=True, align_corners=False
    )
