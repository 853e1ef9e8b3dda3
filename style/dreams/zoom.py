"""An endless zoom: each frame enlarges the middle of the last one and is dreamt in again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.dream import iterate_dream
from style.dreams.objectives import Objective
from style.errors import NotFinite
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
    """Dreams `config.frames` frames; yields a Progress after each step.

    Returns the Result of the last frame; its report has the number of `frames` as well. `on_frame`
    is called with each frame as soon as it is finished. The other arguments and the errors are
    those of `iterate_dream`.
    """
    network = backbone or Backbone.of(config)
    for frame in range(config.frames):
        # a seed of its own, as otherwise the jitter of every frame would be the same
        frame_config = replace(config, seed=(config.seed + frame) % 2**63)
        run = iterate_dream(image, frame_config, objective=objective, guide=guide, backbone=network)
        try:
            result = yield from _with_scales_of_all_frames(run, frame, config.frames)
        except NotFinite as error:
            error.picture = error.picture or (image if frame else None)
            raise
        on_frame(result.image)
        image = enlarged(result.image, config.zoom)
    report = result.report | {"frames": config.frames, "seed": config.seed}
    return Result(result.image, report)


def _with_scales_of_all_frames(run: Run, frame: int, frames: int) -> Run:
    """The run of one frame; its Progress counts octaves over all frames."""
    while True:
        try:
            progress: Progress = next(run)
        except StopIteration as end:
            result: Result = end.value
            return result
        octaves = progress.scales
        scale = frame * octaves + progress.scale
        costs = progress.costs * frames
        yield replace(progress, scale=scale, scales=frames * octaves, costs=costs)


def enlarged(image: Image.Image, factor: float) -> Image.Image:
    """The middle of a picture, enlarged `factor` times to the picture's own size."""
    width, height = image.size
    left, top = width * (1 - 1 / factor) / 2, height * (1 - 1 / factor) / 2
    middle = (left, top, width - left, height - top)
    return image.resize(image.size, Image.Resampling.BICUBIC, box=middle)
