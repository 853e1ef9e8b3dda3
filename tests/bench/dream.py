"""What does a dream cost over the bare passes that it needs? `python -m tests.bench.dream`

Before each step of a dream, the same network runs one forward and backward pass over a picture of
that octave's size, to the same layer, in the same precision. Prints the median CPU seconds of a
step and of a bare pass and their ratio for each octave, and the ratio of the totals. The total of
the dream includes its preparation and its end.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.dream import iterate_dream, octave_sizes
from style.pictures.files import scaled
from style.pictures.tensors import to_tensor
from style.runs.device import low_precision
from tests.bench.backbones import picture

Seconds = defaultdict[int, list[float]]


def main() -> None:
    """Prints a line for each octave."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=512, help="longest side in pixels")
    parser.add_argument("--backbone", default=DreamConfig.backbone)
    parser.add_argument("--steps", type=int, default=DreamConfig.steps, help="at each octave")
    parser.add_argument("--bands", type=int, default=DreamConfig.bands)
    args = parser.parse_args()
    photograph = picture("astronaut") or picture("mosaic")
    assert photograph
    image = scaled(photograph, args.size)
    config = DreamConfig(args.backbone, size=args.size, steps=args.steps, bands=args.bands)
    network = Backbone.load(args.backbone).placed(torch.device("cpu"))
    sizes = octave_sizes(
        (image.height, image.width), count=config.octaves, scale=config.octave_scale,
        least_px=network.facts.least_px,
    )  # fmt: skip
    steps, passes, rest = _measured(image, config, network, sizes)
    print(f"{network.facts.name} to {network.facts.dream}, {config.steps} steps an octave")
    of_steps = of_passes = 0.0
    for octave, (height, width) in enumerate(sizes):
        step, bare = median(steps[octave]), median(passes[octave])
        of_steps += step * config.steps
        of_passes += bare * config.steps
        print(f"{width}x{height}: {step:.3f} s a step, {bare:.3f} s bare, {step / bare:.3f}")
    total = of_steps + rest
    print(f"all: {total:.1f} s, {total / of_passes:.3f} of the bare passes")


def _measured(
    image: Image.Image, config: DreamConfig, network: Backbone, sizes: Sequence[tuple[int, int]]
) -> tuple[Seconds, Seconds, float]:
    """CPU seconds of steps and of bare passes, by octave in turn; and those of the dream's end."""
    steps, passes = Seconds(list), Seconds(list)
    _run_pass(network, to_tensor(image))  # the first pass of a process costs more
    run = iterate_dream(image, config, backbone=network)
    for octave, (height, width) in enumerate(sizes):
        pixels = to_tensor(image.resize((width, height)))
        for _ in range(config.steps):
            passes[octave].append(_cpu_seconds(lambda pixels=pixels: _run_pass(network, pixels)))
            steps[octave].append(_cpu_seconds(lambda: next(run)))
    return steps, passes, _cpu_seconds(lambda: next(run, None))


def _run_pass(network: Backbone, pixels: torch.Tensor) -> None:
    """One forward and backward pass to the layer that dreams."""
    pixels = pixels.contiguous(memory_format=torch.channels_last).requires_grad_()
    layer = network.facts.dream
    with torch.autocast("cpu", torch.bfloat16, enabled=low_precision("auto", pixels.device)):
        features = network(pixels, {layer})[layer]
    torch.autograd.grad(features, pixels, torch.ones_like(features))


def _cpu_seconds(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
