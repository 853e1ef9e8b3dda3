"""What a painting by neighbours costs: `python -m tests.bench.neighbours CONTENT STYLE`.

CPU seconds on one thread, and the peak of resident memory above the import. The program of the
paper's authors, nkolkin13/NeuralNeighborStyleTransfer, took more than AUTHORS_SECONDS and
AUTHORS_MB for 512 by 512 px on one thread of an AMD EPYC. Pictures are named as in
`tests.bench.backbones`, or are files.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.comparison.judge import Judge
from style.config.stylize import METHODS, StylizeConfig
from style.pictures.files import open_picture, scaled
from style.transfer.forecast import forecast
from style.transfer.stylize import stylize
from tests.bench.backbones import picture
from tests.bench.evaluation import status_mb

AUTHORS_SECONDS, AUTHORS_MB = 34 * 60, 2700


def main() -> None:
    """Prints time, memory and the scores by VGG-16; writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=StylizeConfig.size)
    parser.add_argument("--steps", type=int, default=StylizeConfig.steps)
    parser.add_argument("--method", choices=METHODS, default="neighbours")
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    content, style = _opened(args.content), _opened(args.style)
    config = StylizeConfig(size=args.size, steps=args.steps, method=args.method)
    before, start = status_mb("VmRSS"), time.process_time()
    network = Backbone.of(config)
    image = stylize(content, [style], config, backbone=network).image
    seconds, memory = time.process_time() - start, status_mb("VmHWM") - before
    print(
        f"{args.method}, {image.width}x{image.height} px, {args.steps} steps: {seconds:.0f} CPU-s,"
        f" 1/{AUTHORS_SECONDS / seconds:.1f} of the authors' at 512x512 px; {memory:.0f} MB above"
        f" the import, {memory / AUTHORS_MB:.2f} of theirs"
    )
    expected = forecast(content, config, network).memory / 1e6
    print(f"forecast: {expected:.0f} MB, {expected / memory:.2f} of that")
    judge = Judge(scaled(content, args.size), scaled(style, args.size))
    print("style {:.3f}, content {:.3f}".format(*judge.scores(image)))
    if args.output:
        image.save(args.output)


def _opened(name: str) -> Image.Image:
    image = open_picture(Path(name)) if Path(name).is_file() else picture(name)
    if not image:
        raise SystemExit(f"there is no picture {name!r}: is scikit-image installed?")
    return image.convert("RGB")


if __name__ == "__main__":
    main()
