"""Does a dream leave a painting's style and content alone? `python -m tests.bench.dream_within`

Paints each pair twice with `--dream auto`, with the dream's weight and with none, which is the
painting without a dream. Style and content: the error of the painting that dreams over that of the
other, by its own losses; at most 1.05 is wanted. Dream: the objective in the painting that dreams
over that in the other, and over that in the photograph; at least 10 is wanted of both. Below 256
pixels a painting has one size; `--octaves` begins it at half its size. The sheet shows only
pictures that may be shown: content, style, without and with the dream.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.dreams.from_text import objective_of
from style.pictures.files import scaled
from style.pictures.tensors import to_tensor
from style.runs.progress import Result
from style.transfer import pyramid
from style.transfer.inner_dream import RATIO_FLOOR
from style.transfer.stylize import stylize
from tests.bench.backbones import PAIRS, PATTERNS, picture, sheet

FREE = {"rocket", "astronaut", "chelsea", "hubble_deep_field", "ihc", *PATTERNS}


def main() -> None:
    """Prints a row for each pair, and the worst."""
    args = _arguments()
    if args.octaves:
        pyramid.SMALLEST = args.size // 2
    config = StylizeConfig(args.backbone, args.size, args.steps)
    config = replace(config, dream=args.dream, dream_weight=args.weight)
    rows, shown = list[list[float]](), list[list[tuple[Image.Image, str]]]()
    print(
        "| content | style | style error | content error | dream over painting | over photograph |"
    )
    print("|---" * 6 + "|", flush=True)
    for pair, images, row in _rows([PAIRS[index] for index in args.pairs], config):
        rows.append(row)
        print(f"| {pair[0]} | {pair[1]} | {_cells(row)}", flush=True)
        if FREE.issuperset(pair):
            texts = (*pair, "without", f"with, dream x {row[2]:.0f}")
            shown.append(list(zip(images, texts, strict=True)))
    if args.output:
        sheet(shown).save(args.output, quality=88)
    table = np.array(rows)
    worst = [*table[:, :2].max(axis=0), *table[:, 2:].min(axis=0)]
    print(f"| worst | | {_cells(worst)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--backbone", default=StylizeConfig.backbone)
    parser.add_argument("--size", type=int, default=192, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=StylizeConfig.steps, help="at each size")
    parser.add_argument("--dream", default="auto")
    parser.add_argument("--weight", type=float, default=StylizeConfig.dream_weight)
    parser.add_argument("--pairs", type=int, nargs="*", default=range(len(PAIRS)))
    parser.add_argument("--octaves", action="store_true", help="start at half the size")
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    return parser.parse_args()


def _rows(
    pairs: Sequence[tuple[str, str]], config: StylizeConfig
) -> Iterator[tuple[tuple[str, str], list[Image.Image], list[float]]]:
    """Each pair whose pictures are here, with pictures and paintings, and its figures."""
    network = Backbone.load(config.backbone)
    for pair in pairs:
        given = [_scaled(image, config.size) for name in pair if (image := picture(name))]
        if len(given) < len(pair):
            continue
        plain, dreaming = (
            stylize(given[0], given[1:], replace(config, dream_weight=weight), backbone=network)
            for weight in (0.0, config.dream_weight)
        )
        row = _compared(network, given[0], plain, dreaming)
        yield pair, [*given, plain.image, dreaming.image], row


def _compared(
    network: Backbone, photograph: Image.Image, plain: Result, dreaming: Result
) -> list[float]:
    losses = dreaming.report["losses"], plain.report["losses"]
    errors = [losses[0][name] / losses[1][name] for name in ("style", "content")]
    (term,) = objective_of(dreaming.report["dream"]["objective"], network).terms
    with torch.no_grad():
        after, undreamt, before = (
            RATIO_FLOOR + float(term.measure(network(to_tensor(image), {term.layer})[term.layer]))
            for image in (dreaming.image, plain.image, photograph)
        )
    return [*errors, after / undreamt, after / before]


def _scaled(image: Image.Image, size: int) -> Image.Image:
    return scaled(image.convert("RGB"), size)


def _cells(row: list[float]) -> str:
    return f"{row[0]:.3f} | {row[1]:.3f} | {row[2]:.1f} | {row[3]:.1f} |"


if __name__ == "__main__":
    main()
