"""Neural style transfer (Gatys et al., arXiv 1508.06576), coarse to fine, with a dream if wanted.

The same picture is optimised at growing sizes, each starting from the last one's result (Gatys et
al., arXiv 1611.07865): large strokes are laid cheaply on the small picture, the large one only
refines them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional

from style.adam import AdamDescent
from style.backbone import Backbone
from style.budget import bytes_of
from style.checkpoint import Checkpoint
from style.colors import recolored
from style.config import StylizeConfig
from style.descent import Descent, Walk
from style.device import chosen_devices, low_precision, seeded
from style.errors import ConfigError, OutOfMemory
from style.masks import Masks, Region, painted, regions
from style.need import advice, is_full, need_of
from style.objective import Objective
from style.painted_dream import PaintedDream
from style.pictures import check_size, scaled
from style.progress import Losses, Progress, Result, Run, completed
from style.regions import place_of
from style.reporting import circumstances
from style.shares import weights
from style.statistics import Statistics
from style.tensors import to_picture, to_tensor
from style.tiled_objective import TiledObjective

# Statistics of the styles by layer, for each region: by size in pixels, and colours of the regions
Known = dict[tuple[int, tuple[str, ...]], Sequence[Mapping[str, Statistics]]]
NOISE = 0.1  # standard deviation of noise to start from, of white
GROWTH = 4.0  # how much more a step costs at the next scale, which has so many times the pixels
SMALLEST = 128  # longest side in pixels of the pyramid's first picture
SHARED_PX = 1024  # longest side from which on several devices share a picture
AWAKE = 1 / 2  # of the first size's steps, before a dream begins in what has taken shape


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

    Pictures are RGB or RGBA in sRGB, as `style.pictures.open_picture` gives them. `start` is a
    picture to start from, of any size, in place of what `config.init` names. `masks` say which part
    is painted like which. `on_progress` is
    called after every step; what it raises ends the run. Raises PictureError, ConfigError,
    WeightsMissing.
    """
    run = iterate(content, styles, config, start=start, masks=masks, backbone=backbone)
    return completed(run, on_progress)


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
        result = yield from _painted(
            content, styles, config, start, masks, network, known, kept, resume
        )
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


def _painted(
    content: Image.Image,
    styles: Sequence[Image.Image],
    config: StylizeConfig,
    start: Image.Image | None,
    masks: Masks | None,
    backbone: Backbone,
    known: Known | None,
    checkpoint: Checkpoint | None,
    resume: bool,
) -> Run:
    devices = chosen_devices(config.device)
    device = devices[0]
    autocast = low_precision(config.precision, device)
    network = backbone.placed(device)
    goal = scaled(content, config.size)
    sizes = pyramid(max(goal.size), least=max(SMALLEST, network.facts.least_px))
    generator = seeded(config.seed)
    if config.colors == "matched":
        known = None  # the styles are others for each content
        styles = [recolored(style, goal, config.colors) for style in styles]
    found = regions(masks, goal, styles, weights(config.style_weights)) if masks else ()
    finish = partial(_rendered, goal=goal, colors=config.colors, found=found)
    picture = _begun(scaled(goal, sizes[0]), start, config, generator)
    losses, seconds = Losses(), list[float]()
    known = {} if known is None else known
    dream: PaintedDream | None = None
    begun = time.perf_counter()
    saved, place = checkpoint.read() if checkpoint and resume else ({}, {"scale": -1, "step": 0})
    for scale, size in enumerate(sizes):
        if scale < place["scale"]:
            continue
        smaller = scaled(goal, size)
        wanted = to_tensor(smaller)
        picture = functional.interpolate(
            picture, size=wanted.shape[-2:], mode="bicubic", antialias=True, align_corners=False
        )
        # noise, so that L-BFGS does not start where the content's own loss has no slope
        picture = (picture + 0.01 * torch.randn(picture.shape, generator=generator)).clamp(0, 1)
        shown = [scaled(style, _style_size(size, network, config)) for style in styles]
        key = size, tuple(region.color for region in found)
        places = [place_of(r, smaller.size, [s.size for s in shown], device) for r in found]
        pictures = wanted.to(device), [to_tensor(style).to(device) for style in shown]
        longest = _longest_tile(smaller.size, network, config, devices)
        if longest and config.dream != "none":
            raise ConfigError("a dream needs the whole picture: leave out max_memory")
        objective = (
            TiledObjective(
                network, *pictures, config=config, autocast=autocast, longest=longest,
                devices=devices, places=places, wanted=known.get(key, ()),
            )
            if longest
            else Objective(
                network, *pictures, config=config, autocast=autocast, dream=dream, places=places,
                wanted=known.get(key, ()),
            )
        )  # fmt: skip
        known[key] = objective.wanted
        if scale == place["scale"]:
            generator.set_state(saved["generator"])
        pixels = picture.to(device).requires_grad_()
        started = time.perf_counter()
        walk = _walk(pixels, objective, config)
        if scale == place["scale"]:
            walk.restore(saved)
        for step in range(place["step"] + 1 if scale == place["scale"] else 1, config.steps + 1):
            losses = walk.step()
            if step == config.steps:
                walk.end()
            if checkpoint:
                state = walk.state() | {"generator": generator.get_state()}
                checkpoint.keep(state, {"scale": scale, "step": step})
            yield Progress(
                scale,
                len(sizes),
                size,
                step,
                config.steps,
                losses,
                partial(finish, pixels),
                growth=GROWTH,
            )
            if config.dream != "none" and not objective.dream and step >= config.steps * AWAKE:
                objective.fall_asleep(pixels)
        dream = objective.dream
        seconds.append((time.perf_counter() - started) / config.steps)
        picture = pixels.detach().clamp(0, 1).cpu()
    image = finish(picture)
    report = circumstances(config, network, device, autocast=autocast, begun=begun) | {
        "size": list(image.size),
        "scales": sizes,
        "losses": losses,
        "seconds_per_step": [round(value, 4) for value in seconds],
    }
    if dream:
        seen = [objective.seen(one.to(device), dream.layers) for one in (wanted, picture)]
        report["dream"] = dream.report(*seen)
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
    if config.dream != "none":
        raise ConfigError("a checkpoint does not hold a dream: leave out one of the two")
    given = [*pictures, *([start] if start else [])]
    return Checkpoint(path, config, [*given, *((masks.content, *masks.styles) if masks else ())])


def _walk(pixels: torch.Tensor, objective: Objective, config: StylizeConfig) -> Walk:
    if config.optimizer == "adam":
        return AdamDescent(pixels, objective, steps=config.steps, step_size=config.step_size)
    return Descent(pixels, objective)


def _longest_tile(
    size: tuple[int, int], network: Backbone, config: StylizeConfig, devices: Sequence[torch.device]
) -> int:
    """The longest side of a tile, 0 where the picture is painted as a whole."""
    budget = bytes_of(config.max_memory)
    longest = need_of(network, config).longest_tile(*size, budget) if budget else 0
    if longest or len(devices) == 1:
        return longest
    return max(size) // 2 + 256 if max(size) >= SHARED_PX else 0


def _style_size(size: int, network: Backbone, config: StylizeConfig) -> int:
    return max(network.facts.least_px, round(size * config.style_scale))


def _begun(
    content: Image.Image,
    start: Image.Image | None,
    config: StylizeConfig,
    generator: torch.Generator,
) -> torch.Tensor:
    """What is painted over: a picture given, noise about grey, or the content."""
    if start:
        return to_tensor(start)
    picture = to_tensor(content)
    if config.init == "noise":
        return 0.5 + NOISE * torch.randn(picture.shape, generator=generator)
    return picture


def _rendered(
    pixels: torch.Tensor, *, goal: Image.Image, colors: str, found: Sequence[Region]
) -> Image.Image:
    """The picture as it stands, at the size of `goal`, with its alpha and maybe its colours."""
    image = to_picture(pixels, like=goal)
    if colors not in ("style", "matched"):
        image = recolored(image, goal, colors)
    return Image.composite(image, goal, painted(found)) if found else image


def pyramid(longest: int, *, least: int = SMALLEST) -> list[int]:
    """Longest sides from coarse to fine, each twice the one before; the last is `longest`."""
    doublings = max(0, math.floor(math.log2(longest / least)))
    return [round(longest / 2**power) for power in range(doublings, -1, -1)]
