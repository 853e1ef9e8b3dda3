"""Neural style transfer (Gatys et al., arXiv 1508.06576), coarse to fine, with a dream if wanted.

The same picture is optimised at growing sizes, each starting from the last one's result (Gatys et
al., arXiv 1611.07865): large strokes are laid cheaply on the small picture, the large one only
refines them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.config.layer_weights import weights
from style.config.stylize import StylizeConfig
from style.errors import ConfigError, OutOfMemory
from style.optimizers.adam_descent import AdamDescent
from style.optimizers.lbfgs_descent import Descent
from style.optimizers.optimizer import Walk
from style.pictures.files import check_size, scaled
from style.pictures.masks import Masks
from style.runs.progress import Losses, Progress, Result, Run, run_to_end
from style.runs.report import run_report
from style.transfer.checkpoint import Checkpoint
from style.transfer.criterion import Objective
from style.transfer.inner_dream import PaintedDream
from style.transfer.painting import Known, Painting
from style.transfer.parts.memory_need import advice, is_full

AWAKE = 1 / 2  # of a size's steps, after which a dream begins in what has taken shape there


def stylize(
    content: Image.Image,
    styles: Sequence[Image.Image],
    config: StylizeConfig | None = None,
    *,
    start: Image.Image | None = None,
    masks: Masks | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    backbone: Backbone | None = None,
) -> Result:
    """`content` painted in the style of `styles`, by their weights.

    Pictures are RGB or RGBA in sRGB, as `open_picture` gives them. `start` is a picture to start
    from, of any size, in place of what `config.init` names. `masks` say which part
    is painted like which. `on_progress` is called after every step; what it raises ends the run.
    Raises PictureError, ConfigError, WeightsMissing.
    """
    run = iterate(content, styles, config, start=start, masks=masks, backbone=backbone)
    return run_to_end(run, on_progress)


def iterate(
    content: Image.Image,
    styles: Sequence[Image.Image],
    config: StylizeConfig | None = None,
    *,
    start: Image.Image | None = None,
    masks: Masks | None = None,
    known: Known | None = None,
    backbone: Backbone | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Run:
    """`stylize` step by step: yields a Progress after each, returns the Result.

    `checkpoint`: a file in which the painting is kept every minute and where it is stopped, until
    it is done; `resume`: go on from it, to the same picture, bit for bit on a CPU.
    `known` remembers what the styles are like: give the same to other runs of the same styles,
    masks and configuration.
    """
    config = config or StylizeConfig()
    _check_styles(styles, config)
    named = [("the content", content), *(("a style", style) for style in styles)]
    for name, given in named + ([("the start", start)] if start else []):
        check_size(given.size, name)
    network = backbone or Backbone.of(config)
    kept = _checkpoint(checkpoint, config, (content, *styles), start, masks)
    try:
        painting = Painting(
            content, styles, config, backbone=network, start=start, masks=masks, known=known
        )
        result = yield from _painted(painting, kept, resume=resume)
        if kept:
            kept.done()
        return result
    except (MemoryError, RuntimeError) as error:
        if not is_full(error):
            raise
        size = scaled(content, config.size).size
        raise OutOfMemory(advice(size, network, config)) from error
    finally:
        if kept:
            kept.write()


def _painted(painting: Painting, checkpoint: Checkpoint | None, *, resume: bool) -> Run:
    """Each scale from what the last one gave, or on from where the checkpoint was written."""
    steps, begun, seconds = painting.config.steps, time.perf_counter(), list[float]()
    saved, place = checkpoint.read() if checkpoint and resume else ({}, {"scale": 0, "step": 0})
    if dream := place.get("dream"):
        painting.dream = PaintedDream.restored(dream, painting.network)
    losses = Losses()
    for scale in range(place["scale"], len(painting.sizes)):
        pixels, objective = painting.grown(scale), painting.objective(scale)
        walk = _walk(pixels, objective, painting.config)
        started, first = time.perf_counter(), 1
        if saved:
            painting.generator.set_state(saved["generator"])
            walk.restore(saved)
            saved, first = {}, place["step"] + 1
        for step in range(first, steps + 1):
            losses = walk.step()
            if painting.config.dream != "none" and step == math.ceil(steps * AWAKE):
                objective.fall_asleep(pixels)
                walk.anew()
            if step == steps:
                walk.end()
            if checkpoint:
                state = walk.state() | {"generator": painting.generator.get_state()}
                dreaming = objective.dream.state() if objective.dream else None
                checkpoint.keep(state, {"scale": scale, "step": step, "dream": dreaming})
            yield painting.progress(scale, step, losses, pixels)
        seconds.append((time.perf_counter() - started) / steps)
        painting.dream, painting.picture = objective.dream, pixels.detach().clamp(0, 1).cpu()
    told = {"losses": losses, "seconds_per_step": [round(value, 4) for value in seconds]}
    return _result(painting, objective, told, begun)


def _result(painting: Painting, objective: Objective, told: dict[str, Any], begun: float) -> Result:
    image = painting.rendered(painting.picture)
    report = run_report(
        painting.config, painting.network, painting.device,
        autocast=painting.autocast, started=begun,
    ) | {"size": list(image.size), "scales": painting.sizes} | told  # fmt: skip
    if dream := painting.dream:
        pictures = objective.given[0], painting.picture.to(painting.device)
        before, after = (objective.dreamt(one) for one in pictures)
        report["dream"] = {"objective": str(dream.wanted), "before": before, "after": after}
    return Result(image, report)


def _check_styles(styles: Sequence[Image.Image], config: StylizeConfig) -> None:
    if not styles:
        raise ConfigError("give at least one style picture")
    shares = weights(config.style_weights)
    if shares and len(shares) != len(styles):
        raise ConfigError(
            f"style_weights has {len(shares)} for {len(styles)} styles; give one for each"
        )


def _checkpoint(
    path: Path | None,
    config: StylizeConfig,
    pictures: Sequence[Image.Image],
    start: Image.Image | None,
    masks: Masks | None,
) -> Checkpoint | None:
    if path is None:
        return None
    given = [*pictures, *([start] if start else [])]
    return Checkpoint(path, config, [*given, *((masks.content, *masks.styles) if masks else ())])


def _walk(pixels: torch.Tensor, objective: Objective, config: StylizeConfig) -> Walk:
    if config.optimizer == "adam":
        return AdamDescent(pixels, objective, steps=config.steps, step_size=config.step_size)
    return Descent(pixels, objective)
