"""An endless zoom: each frame enlarges the middle of the one before, and is dreamt in again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.dream import iterate_dream
from style.dreams.objectives import Objective
from style.runs.progress import Progress, Result, Run


def iterate_zoom(
    image: Image.Image,
    config: DreamConfig,
    *,
    on_frame: Callable[[Image.Image], None],
    objective: Objective | None = None,
    guide: Image.Image | None = None,
    backbone: Backbone | None = None,
) -> Run:
    """`config.frames` dreams, as `iterate_dream`; returns the last, with the number of frames.

    `on_frame` is given each as soon as it is done.
    """
    network = backbone or Backbone.of(config)
    for frame in range(config.frames):
        seeded = replace(config, seed=(config.seed + frame) % 2**63)  # else one jitter for all
        run = iterate_dream(image, seeded, objective=objective, guide=guide, backbone=network)
        result = yield from _counted(run, frame, config.frames)
        on_frame(result.image)
        image = enlarged(result.image, config.zoom)
    report = result.report | {"frames": config.frames, "seed": config.seed}
    return Result(result.image, report)


def _counted(run: Run, frame: int, frames: int) -> Run:
    """The run of one frame, its octaves counted among those of all frames."""
    while True:
        try:
            one: Progress = next(run)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield replace(one, scale=frame * one.scales + one.scale, scales=frames * one.scales)


def enlarged(image: Image.Image, factor: float) -> Image.Image:
    """The middle of a picture, `factor` times as large, at the picture's own size."""
    width, height = image.size
    across, down = width * (1 - 1 / factor) / 2, height * (1 - 1 / factor) / 2
    middle = (across, down, width - across, height - down)
    return image.resize(image.size, Image.Resampling.BICUBIC, box=middle)
