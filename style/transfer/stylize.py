"""Neural style transfer (Gatys et al., arXiv 1508.06576), coarse to fine, optionally with a dream.

One picture is optimised at growing sizes, each starting from the result of the one before (Gatys et
al., arXiv 1611.07865): large strokes are painted cheaply on the small picture, and the large one
only refines them.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PIL import Image

from style.backbones.backbone import Backbone
from style.config.layer_weights import style_weights, weights_for
from style.config.stylize import StylizeConfig
from style.errors import ConfigError, OutOfMemory
from style.pictures.files import check_size, scaled
from style.pictures.masks import Masks
from style.pictures.shapes import check_same_shape
from style.runs.checkpoint import Checkpoint, CheckpointFile
from style.runs.progress import Losses, Progress, Result, Run, run_to_end
from style.runs.report import run_report
from style.transfer.balance import Balance
from style.transfer.continuing import begin_where_it_pays
from style.transfer.criterion import Criterion
from style.transfer.inner_dream import InnerDream
from style.transfer.painting import Painting
from style.transfer.parts.memory_need import advice, is_out_of_memory
from style.transfer.recipe import Recipe
from style.transfer.run_cache import RunCache
from style.transfer.scale import Scale


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
    from, of the content's shape and any size, in place of what `config.init` names; a good painting
    is begun at the size where that pays. `masks` say which region is painted like which.
    `on_progress` is called after every step; what it raises ends the run. Raises PictureError,
    ConfigError, WeightsMissing, and NotFinite, with the picture so far, where the loss is not
    finite.
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
    cache: RunCache | None = None,
    backbone: Backbone | None = None,
    checkpoint: CheckpointFile | None = None,
) -> Run:
    """`stylize` step by step: yields a Progress after each, returns the Result.

    `checkpoint`: the file that the unfinished painting is written to, every minute and when it is
    stopped or finished. The caller removes it once the picture is saved (`CheckpointFile.remove`).
    A resumed painting becomes the same picture, bit for bit on a CPU. `cache` holds what runs of
    the same styles, masks and configuration share: pass the same one to each of them. Raises as
    `stylize` does, and ConfigError for a checkpoint that cannot be resumed.
    """
    config = config or StylizeConfig()
    _check_pictures(content, styles, start, config)
    backbone = backbone or Backbone.of(config)
    pictures = _pictures(content, styles, start, masks)
    saved = Checkpoint(checkpoint, config, pictures) if checkpoint else None
    try:
        with _out_of_memory_explained(content, config, backbone):
            painting = Painting(
                content, styles, config, backbone=backbone, start=start, masks=masks, cache=cache
            )
            if start:
                begin_where_it_pays(painting)
            return (yield from paint(painting, saved))
    finally:
        if saved:
            saved.write()


def paint(painting: Painting, checkpoint: Checkpoint | None = None) -> Run:
    """Paints each scale from the result of the one before; resumes where the checkpoint ends."""
    steps, started, seconds = painting.config.steps, time.perf_counter(), list[float]()
    saved, position = checkpoint.resumed() if checkpoint else ({}, {"scale": 0, "step": 0})
    if dream := position.get("dream"):
        painting.dream = InnerDream.from_state_dict(dream, painting.recipe.backbone)
    if balance := position.get("balance"):
        painting.balance = Balance.from_state_dict(balance)
    losses = position.get("losses") or Losses()
    for number in range(position["scale"], len(painting.sizes)):
        scale, first = Scale(painting, number), 1
        scale_started = time.perf_counter()
        if saved:
            scale.resume(saved, position)
            saved, first = {}, position["step"] + 1
        for step in range(first, steps + 1):
            losses = scale.step(step)
            if checkpoint:
                checkpoint.keep(*scale.state(step, losses))
            yield painting.progress(number, step, losses, scale.pixels)
        seconds.append((time.perf_counter() - scale_started) / steps)
        scale.end()
    measured = {"losses": losses, "seconds_per_step": [round(value, 4) for value in seconds]}
    return _result(painting, scale.criterion, measured, started)


def _result(
    painting: Painting, criterion: Criterion, measured: dict[str, Any], started: float
) -> Result:
    image = painting.rendered(painting.picture)
    report = run_report(
        painting.config, painting.recipe.backbone, painting.device,
        autocast=painting.recipe.is_autocast, started=started,
    ) | {"size": list(image.size), "scales": painting.sizes} | measured  # fmt: skip
    if painting.balance:
        balance = painting.balance
        report["balance"] = {
            "target": balance.target, "error": balance.error, "weight": balance.weight
        }  # fmt: skip
    if dream := painting.dream:
        pictures = criterion.pictures[0], painting.picture.to(painting.device)
        before, after = (criterion.dream_values(one) for one in pictures)
        report["dream"] = {"objective": str(dream.objective), "before": before, "after": after}
    return Result(image, report)


def _check_pictures(
    content: Image.Image,
    styles: Sequence[Image.Image],
    start: Image.Image | None,
    config: StylizeConfig,
) -> None:
    """Raises ConfigError and PictureError before the weights of a network are downloaded."""
    if not styles:
        raise ConfigError("give at least one style picture")
    weights_for(len(styles), style_weights(config.style_weights))
    named = [("the content", content), *(("a style", style) for style in styles)]
    for name, picture in named + ([("the start", start)] if start else []):
        check_size(picture.size, name)
    if start:
        check_same_shape(start, "the picture to start from", content, "the content")


def _pictures(
    content: Image.Image,
    styles: Sequence[Image.Image],
    start: Image.Image | None,
    masks: Masks | None,
) -> list[Image.Image | str]:
    """The pictures and colours that tell a painting from others, for its checkpoint."""
    given = [content, *styles, *([start] if start else [])]
    return [*given, *((masks.content, *masks.styles) if masks else ())]


@contextmanager
def _out_of_memory_explained(
    content: Image.Image, config: StylizeConfig, backbone: Backbone
) -> Iterator[None]:
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        traceback.clear_frames(error.__traceback__)  # they hold what did not fit
        size = scaled(content, config.size, enlarge=config.enlarge).size
        raise OutOfMemory(advice(size, Recipe.of(config, backbone))) from error
