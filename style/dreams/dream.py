"""Deep dream: changes a picture so that a network responds more strongly to what it finds in it.

Gradient ascent at growing sizes (octaves): the detail that one octave added is carried into the
next, and every step sees the picture shifted by a random jitter (Mordvintsev, Olah and Tyka,
"Inceptionism", 2015).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from functools import partial

import torch
from PIL import Image
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.least_side import least_side
from style.config.dream import DreamConfig
from style.dreams.ascent import Ascent
from style.dreams.from_text import configured_objective
from style.dreams.objectives import Objective
from style.errors import NotFinite
from style.pictures.files import check_size, scaled
from style.pictures.narrow import check_dream_shape
from style.pictures.tensors import to_picture, to_tensor
from style.runs.checkpoint import Checkpoint, CheckpointFile
from style.runs.device import chosen_device, low_precision
from style.runs.progress import Progress, Result, Run, run_to_end
from style.runs.report import run_report

GUIDE_PX = (
    224  # longest side to which a guide is scaled: the size that the networks were trained at
)

# Yields after each step, and returns the picture and the objective's last value.
Ascending = Generator[Progress, None, tuple[Image.Image, float]]
FIXED_PIXELS = 128**2  # of which a pass takes as long as a step takes at any size


def dream(
    image: Image.Image,
    config: DreamConfig | None = None,
    *,
    objective: Objective | None = None,
    guide: Image.Image | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    backbone: Backbone | None = None,
) -> Result:
    """Dreams in a picture and returns the new picture with a report.

    `objective` replaces the one that the configuration asks for. `guide`: a picture whose features
    the dream should resemble. Several terms are scaled so that each contributes its weight to a
    step, whatever the size of its values. `config.frames` and `config.zoom` are ignored here;
    `iterate_zoom` uses them. Raises ConfigError, PictureError, UnknownBackbone for a backbone or a
    layer that does not exist, WeightsMissing, and NotFinite, with the picture so far, where the
    objective is not finite.
    """
    run = iterate_dream(image, config, objective=objective, guide=guide, backbone=backbone)
    return run_to_end(run, on_progress)


def iterate_dream(
    image: Image.Image,
    config: DreamConfig | None = None,
    *,
    objective: Objective | None = None,
    guide: Image.Image | None = None,
    backbone: Backbone | None = None,
    checkpoint: CheckpointFile | None = None,
) -> Run:
    """`dream` step by step: yields a Progress after each step, returns the Result.

    `checkpoint`: the file that the unfinished dream is written to, as `style.iterate` does, and
    from which it becomes the same picture. Raises ConfigError where it cannot be resumed.
    """
    config = config or DreamConfig()
    check_size(image.size, "the picture")
    device = chosen_device(config.device)
    autocast = low_precision(config.precision, device)
    network = (backbone or Backbone.of(config)).placed(device)
    objective = objective or objective_for(config, network, guide)
    saved = _checkpoint(checkpoint, config, [image, guide or "", str(objective)])
    image = scaled(image, config.size, enlarge=config.enlarge)
    _check_shape(image, objective, network)
    sizes = octave_sizes(
        (image.height, image.width),
        count=config.octaves,
        scale=config.octave_scale,
        least_px=network.facts.least_px,
    )
    started = time.perf_counter()
    ascent = Ascent(network, objective, config, autocast)
    ascending = _ascend_octaves(ascent, image, sizes, to_tensor(image).to(device), saved)
    picture, value = yield from _written(ascending, saved)
    report = run_report(config, network, device, autocast=autocast, started=started) | {
        "objective": str(objective),
        "reached": value,
        "woken": ascent.is_woken,
        "octaves": [[width, height] for height, width in sizes],
    }
    return Result(picture, report)


def objective_for(config: DreamConfig, network: Backbone, guide: Image.Image | None) -> Objective:
    """The objective that a configuration and a guide picture ask for."""
    if guide is None:
        return configured_objective(config, network)
    check_size(guide.size, "the guide")
    least = network.facts.least_px  # of the shorter side too, where the guide is large enough
    longest = max(GUIDE_PX, math.ceil(least * max(guide.size) / min(guide.size)))
    guide_picture = to_tensor(scaled(guide, longest)).to(network.mean.device)
    return configured_objective(config, network, guide_picture=guide_picture)


def _check_shape(image: Image.Image, objective: Objective, network: Backbone) -> None:
    """Raises PictureError where the picture is too narrow for the network."""
    least = least_side(network, objective.layers)
    check_dream_shape(image.size, least, network.facts.name)


def octave_sizes(
    shape: tuple[int, int], *, count: int, scale: float, least_px: int
) -> list[tuple[int, int]]:
    """Heights and widths from coarse to fine, `scale` apart; the last is `shape`.

    Sizes with a side below `least_px` are left out, except `shape` itself.
    """
    sizes = [tuple(round(side / scale**power) for side in shape) for power in range(count)]
    fitting = [(height, width) for height, width in sizes if min(height, width) >= least_px]
    return fitting[::-1] or [shape]


def _checkpoint(
    file: CheckpointFile | None, config: DreamConfig, pictures: Sequence[Image.Image | str]
) -> Checkpoint | None:
    return Checkpoint(file, config, pictures) if file else None


def _written(run: Ascending, checkpoint: Checkpoint | None) -> Ascending:
    """The same run, whose last state is written however it ends."""
    try:
        return (yield from run)
    finally:
        if checkpoint:
            checkpoint.write()


def _ascend_octaves(
    ascent: Ascent,
    image: Image.Image,
    sizes: Sequence[tuple[int, int]],
    original: torch.Tensor,
    checkpoint: Checkpoint | None,
) -> Ascending:
    """Takes the steps after the checkpoint; returns the picture and the objective's last value."""
    steps, costs = ascent.config.steps, tuple(FIXED_PIXELS + h * w for h, w in sizes)
    saved, where = checkpoint.resumed() if checkpoint else ({}, {"scale": 0, "step": 0})
    detail, value, first = torch.zeros_like(original), where.get("value", 0.0), where["step"] + 1
    for octave in range(where["scale"], len(sizes)):
        base = _resized(original, *sizes[octave])
        if saved:
            pixels = saved["pixels"].to(original.device)
            ascent.resume(saved["generator"], where)
            detail, saved = pixels - base, {}
        else:
            pixels = (base + _resized(detail, *sizes[octave])).clamp(0, 1)
            ascent.balance(pixels)
        for step in range(first, steps + 1):
            try:
                value, pixels = ascent.step(pixels)
            except NotFinite:
                picture = _rendered(image, original, detail) if detail.any() else None
                raise _not_finite(sizes, octave, f"step {step} of {steps}", picture) from None
            detail = pixels - base
            if checkpoint:
                generator, state = ascent.state()
                place = {"scale": octave, "step": step, "value": value}
                checkpoint.keep({"pixels": pixels, "generator": generator}, state | place)
            yield Progress(
                octave, len(sizes), max(sizes[octave]), step, steps,
                {"total": value}, partial(_rendered, image, original, detail), "objective", costs,
            )  # fmt: skip
        first = 1
    return _rendered(image, original, detail), value


def _not_finite(
    sizes: Sequence[tuple[int, int]], octave: int, step: str, picture: Image.Image | None
) -> NotFinite:
    error = NotFinite(
        f"the objective is not finite at {max(sizes[octave])} px (octave {octave + 1} of"
        f" {len(sizes)}), {step}: give --precision float32, or check imported weights"
    )
    error.picture = picture
    return error


def _rendered(image: Image.Image, original: torch.Tensor, detail: torch.Tensor) -> Image.Image:
    """The original with the detail of an octave added, at full size, with the image's alpha."""
    height, width = original.shape[2:]
    if detail.shape != original.shape:
        detail = _resized(detail, height, width)
    return to_picture(original + detail, like=image)


def _resized(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return functional.interpolate(
        image, size=(height, width), mode="bicubic", antialias=True, align_corners=False
    )
