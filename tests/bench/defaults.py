"""Our defaults beside neural-style's: `python -m tests.bench.defaults chelsea mosaic -o both.png`.

Each paints the same pair by its own defaults: `neural-style` 1,000 evaluations at 512 pixels from
noise, ours what `stylize` does when it is told nothing. CPU seconds of one thread, all included;
the sheet has content, style, theirs and ours, and VGG-16 measures the two. Pictures are named as in
`tests.bench.backbones`.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from style.backbones.backbone import Backbone
from style.comparison.judge import Judge
from style.config.stylize import StylizeConfig
from style.pictures.files import scaled
from style.pictures.tensors import to_picture, to_tensor
from style.transfer.stylize import stylize
from tests.bench.backbones import picture, sheet
from tests.bench.neural_style import caffes, theirs

EVALUATIONS, SIZE = 1000, 512  # its defaults
CELL_PX = 360  # of the sheet


def main() -> None:
    """Prints what each took; writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS)
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    found = [picture(name) for name in (args.content, args.style)]
    given = [scaled(one.convert("RGB"), args.size) for one in found if one]
    if len(given) < len(found):
        parser.error("there is no such picture here: see tests.bench.backbones")
    begun = time.process_time()
    ours = stylize(given[0], [given[1]], StylizeConfig(size=args.size)).image
    own = time.process_time() - begun
    print(f"ours: {own:.0f} CPU-s", flush=True)
    network = caffes(Backbone.load("vgg19"))
    content, style = (to_tensor(one) for one in given)
    begun = time.process_time()
    their = to_picture(theirs(network, content, style, args.evaluations).image, like=given[0])
    spent = time.process_time() - begun
    print(f"neural-style: {spent:.0f} CPU-s; ours took {own / spent:.4f} of it")
    texts = (args.content, args.style, f"neural-style, {spent:.0f} s", f"hitsujun, {own:.0f} s")
    judge = Judge(*given)
    for text, image in zip(texts[2:], (their, ours), strict=True):
        measured = judge.scores(image)
        print(f"{text}: style {measured[0]:.3f}, content {measured[1]:.3f}")
    row = list(zip((*given, their, ours), texts, strict=True))
    sheet([row], CELL_PX).save(args.output, quality=88)


if __name__ == "__main__":
    main()
