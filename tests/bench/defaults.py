"""Our defaults beside neural-style's: `python -m tests.bench.defaults chelsea mosaic -o both.png`.

Each paints the same pair by its own defaults: `neural-style` by 1,000 evaluations at 512 pixels
from noise, ours as `stylize` without any option. CPU seconds are those of one thread, all included.
The sheet has content, style, theirs and ours. VGG-16 measures both results. Pictures are named as
in `tests.bench.backbones`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.backbones.networks import PlainNetwork
from style.comparison.judge import Judge
from style.config.stylize import StylizeConfig
from style.pictures.files import scaled
from style.pictures.tensors import to_picture, to_tensor
from style.transfer.stylize import stylize
from tests.bench.backbones import picture, sheet
from tests.bench.neural_style import caffe_network, paint

EVALUATIONS, SIZE = 1000, 512  # neural-style's defaults
CELL_PX = 360  # of the sheet


def main() -> None:
    """Prints the time and the scores of each; writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS)
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    inputs = [picture(name) for name in (args.content, args.style)]
    pair = [scaled(one.convert("RGB"), args.size) for one in inputs if one]
    if len(pair) < len(inputs):
        parser.error("the picture is not available: see tests.bench.backbones")
    ours, our_seconds = _timed(lambda: _ours(pair, args.size))
    print(f"ours: {our_seconds:.0f} CPU-s", flush=True)
    network = caffe_network(Backbone.load("vgg19"))
    theirs, their_seconds = _timed(lambda: _neural_styles(network, pair, args.evaluations))
    ratio = our_seconds / their_seconds
    print(f"neural-style: {their_seconds:.0f} CPU-s; ours took {ratio:.4f} of it")
    texts = [f"neural-style, {their_seconds:.0f} s", f"hitsujun, {our_seconds:.0f} s"]
    judge = Judge(*pair)
    for text, image in zip(texts, (theirs, ours), strict=True):
        style, content = judge.scores(image)
        print(f"{text}: style {style:.3f}, content {content:.3f}")
    row = zip((*pair, theirs, ours), (args.content, args.style, *texts), strict=True)
    sheet([list(row)], CELL_PX).save(args.output, quality=88)


def _timed(work: Callable[[], Image.Image]) -> tuple[Image.Image, float]:
    start = time.process_time()
    image = work()
    return image, time.process_time() - start


def _ours(pair: list[Image.Image], size: int) -> Image.Image:
    return stylize(pair[0], pair[1:], StylizeConfig(size=size)).image


def _neural_styles(network: PlainNetwork, pair: list[Image.Image], evaluations: int) -> Image.Image:
    content, style = (to_tensor(one) for one in pair)
    return to_picture(paint(network, content, style, evaluations).image, like=pair[0])


if __name__ == "__main__":
    main()
