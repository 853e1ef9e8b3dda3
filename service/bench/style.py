"""Painting: a step beside the bare passes of its network, and the fast styles."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from service.bench.clock import least_seconds
from service.bench.row import Row
from style.fast import FastStyle, paint

if TYPE_CHECKING:
    from style.backbones.backbone import Backbone

AREA = "style"
BACKBONE = "vgg19"  # of the default painting
SIZE, STEPS = 256, 5  # of the painting, in pixels and at each scale
FAST_SIZE = 512
COPYING = "scaling the picture to half and back with Lanczos's filter"
PASSES = "bare float32 forward and backward passes"


def rows(*, quick: bool) -> Iterator[Row]:
    """The fast styles, and where torch is installed a step of `stylize`."""
    network = FastStyle.load(threads=1)
    picture = noise(1, FAST_SIZE)
    seconds = least_seconds(lambda: paint(picture, "wave", network=network), 1 if quick else 3)
    half = (FAST_SIZE // 2, FAST_SIZE // 2)
    lanczos = Image.Resampling.LANCZOS
    copying = least_seconds(lambda: picture.resize(half, lanczos).resize(picture.size, lanczos), 20)
    yield Row(AREA, "fast styles that ship", len(network.names), "styles")
    yield Row(AREA, f"a fast style, {FAST_SIZE} px", seconds, "CPU s")
    yield Row(AREA, "a fast style", seconds / copying, "times", COPYING)
    if not find_spec("torch"):
        print("torch is not installed; painting is left out", file=sys.stderr)
        return
    yield from _painting(96 if quick else SIZE)


def noise(seed: int, size: int) -> Image.Image:
    """A square picture that costs what any picture costs."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), np.uint8)
    return Image.fromarray(pixels)


def _painting(size: int) -> Iterator[Row]:
    network = _network()
    step, passes = _seconds_per_step(network, size), _seconds_per_pass(network, size)
    yield Row(AREA, f"a step of stylize, {BACKBONE}, {size} px", step, "s")
    yield Row(AREA, f"a step of stylize, {size} px", step / passes, "times", PASSES)


def _network() -> Backbone:
    """The network with its weights, or random ones, which cost the same."""
    import torch

    from style.backbones.backbone import Backbone
    from style.backbones.registry import facts_of
    from style.backbones.weights.store import cached_path

    if cached_path(facts_of(BACKBONE)):
        return Backbone.load(BACKBONE)
    print(f"{BACKBONE}: no weights in the cache, so they are random", file=sys.stderr)
    torch.manual_seed(0)
    return Backbone(BACKBONE)


def _seconds_per_step(network: Backbone, size: int) -> float:
    """The median time of a step of `stylize` at `size` pixels."""
    from style.config.stylize import StylizeConfig
    from style.transfer.stylize import iterate

    config = StylizeConfig(BACKBONE, size, STEPS, device="cpu")
    moments = [
        time.perf_counter()
        for progress in iterate(noise(1, size), [noise(2, size)], config, backbone=network)
        if progress.size == size
    ]
    return float(np.median(np.diff(moments)))


def _seconds_per_pass(network: Backbone, size: int) -> float:
    """The median time of a float32 forward and backward pass through the style layers."""
    import torch

    image = torch.rand(1, 3, size, size).contiguous(memory_format=torch.channels_last)
    deepest = network.facts.style[-1]
    seconds = []
    for _ in range(STEPS):
        start = time.perf_counter()
        image.requires_grad_()
        features = network(image, [deepest])[deepest]
        torch.autograd.grad(features.float().sum(), image)
        image = image.detach()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))
