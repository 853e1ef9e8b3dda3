"""Does a dream leave a painting's style and content alone? `python -m tests.bench.dream_within`

Paints each pair twice with `--dream auto`, with the dream's weight and with none, which is the
painting without a dream. Style and content: the error of the painting that dreams over that of the
other, by its own losses; at most 1.05 is wanted. Dream: the objective in the painting that dreams
over that in the other, and over that in the photograph; at least 10 is wanted of both. From 256
pixels on a painting has octaves; below it has one size.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from PIL import Image

from style.backbone import Backbone
from style.config import StylizeConfig
from style.pictures import scaled
from style.transfer import stylize
from tests.bench.backbones import PAIRS, picture


def main() -> None:
    """Prints a row for each pair, and the worst."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--backbone", default=StylizeConfig.backbone)
    parser.add_argument("--size", type=int, default=192, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=StylizeConfig.steps, help="at each size")
    parser.add_argument("--dream", default="auto")
    parser.add_argument("--weight", type=float, default=StylizeConfig.dream_weight)
    parser.add_argument("--pairs", type=int, nargs="*", default=range(len(PAIRS)))
    args = parser.parse_args()
    network = Backbone.load(args.backbone)
    config = StylizeConfig(args.backbone, args.size, args.steps)
    config = replace(config, dream=args.dream, dream_weight=args.weight)
    rows = []
    print(
        "| content | style | style error | content error | dream over painting | over photograph |"
    )
    print("|---" * 6 + "|", flush=True)
    for content, style in (PAIRS[index] for index in args.pairs):
        pictures = picture(content), picture(style)
        if all(pictures):
            rows.append(_compared(*pictures, config, network))
            print(f"| {content} | {style} | {_cells(rows[-1])}", flush=True)
    table = np.array(rows)
    worst = [*table[:, :2].max(axis=0), *table[:, 2:].min(axis=0)]
    print(f"| worst | | {_cells(worst)}")


def _compared(
    content: Image.Image, style: Image.Image, config: StylizeConfig, network: Backbone
) -> list[float]:
    pictures = (
        scaled(content.convert("RGB"), config.size),
        [scaled(style.convert("RGB"), config.size)],
    )
    awake, plain = (
        stylize(*pictures, one, backbone=network).report
        for one in (config, replace(config, dream_weight=0.0))
    )
    errors = [awake["losses"][name] / plain["losses"][name] for name in ("style", "content")]
    (after,), (before,) = awake["dream"]["after"], awake["dream"]["before"]
    (undreamt,) = plain["dream"]["after"]
    assert awake["dream"]["objective"] == plain["dream"]["objective"]
    return [*errors, after / undreamt, after / before]


def _cells(row: list[float]) -> str:
    return f"{row[0]:.3f} | {row[1]:.3f} | {row[2]:.1f} | {row[3]:.1f} |"


if __name__ == "__main__":
    main()
