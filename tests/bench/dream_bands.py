"""What do bands gain? `python -m tests.bench.dream_bands [-o sheet.jpg]`

Dreams that differ only in the number of bands; every step changes the picture equally. Objective:
the layer's mean square in the finished dream, relative to the dream with one band. Coarse: the
fraction of the change that is left after a blur of COARSE_PX pixels (shapes rather than grain).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.dream import dream
from style.pictures.files import scaled
from tests.bench.backbones import picture, sheet
from tests.bench.table import table

PHOTOGRAPHS = ("chelsea", "rocket")
BANDS = (1, 2, 4, 6)
COARSE_PX = 4  # radius of the Gaussian blur
HEADS = ("bands", "objective", "least to most", "coarse fraction")


def main() -> None:
    """Prints a row for each number of bands; to stderr, each dream."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=224, help="longest side in pixels")
    parser.add_argument("--backbone", action="append", default=[])
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    args = parser.parse_args()
    found: dict[int, list[tuple[float, float]]] = {bands: [] for bands in BANDS}
    rows = list[list[tuple[Image.Image, str]]]()
    for name in args.backbone or ["squeezenet1_0", "alexnet", "efficientnet_lite0"]:
        network = Backbone.load(name)
        for photograph in PHOTOGRAPHS:
            image = scaled((picture(photograph) or picture("mosaic")).convert("RGB"), args.size)
            rows.append([(image, photograph)])
            with_one_band = 0.0
            for bands in BANDS:
                config = DreamConfig(name, size=args.size, octaves=3, bands=bands)
                result = dream(image, config, backbone=network)
                reached = result.report["reached"]
                with_one_band = with_one_band or reached
                relative, coarse = reached / with_one_band, _coarse_fraction(image, result.image)
                found[bands].append((relative, coarse))
                numbers = f"objective {relative:.2f}, coarse {coarse:.2f}"
                print(f"{name}, {photograph}, {bands} bands: {numbers}", file=sys.stderr)
                rows[-1].append((result.image, f"{name}, {bands}"))
    print(table(HEADS, [_row(bands, each) for bands, each in found.items()]))
    if args.output:
        sheet(rows, 230).save(args.output, quality=85)


def _row(bands: int, found: Sequence[tuple[float, float]]) -> list[object]:
    """Of all backbones and photographs together."""
    objectives, coarse = zip(*found, strict=True)
    spread = f"{min(objectives):.2f} to {max(objectives):.2f}"
    return [bands, float(np.mean(objectives)), spread, float(np.mean(coarse))]


def _coarse_fraction(before: Image.Image, after: Image.Image) -> float:
    changes = [
        np.asarray(two, float) - np.asarray(one, float)
        for one, two in ((before, after), (_blurred(before), _blurred(after)))
    ]
    return float(np.square(changes[1]).mean() / np.square(changes[0]).mean())


def _blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(COARSE_PX))


if __name__ == "__main__":
    main()
