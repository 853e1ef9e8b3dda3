"""What do bands gain? `python -m tests.bench.dream_bands [-o sheet.jpg]`

Dreams that differ only in the number of bands; every step changes the picture equally. Objective:
the layer's mean square in the finished dream, relative to the dream with one band. Coarse: the
fraction of the change that is left after a blur of COARSE_PX pixels (shapes rather than grain).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.dream import dream
from style.pictures.files import scaled
from tests.bench.backbones import picture, sheet

PHOTOGRAPHS = ("chelsea", "rocket")
BANDS = (1, 2, 4, 6)
COARSE_PX = 4  # radius of the Gaussian blur


def main() -> None:
    """Prints a row for each number of bands."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=224, help="longest side in pixels")
    parser.add_argument("--backbone", action="append", default=[])
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    args = parser.parse_args()
    print("| backbone | photograph | bands | objective | coarse |")
    print("|---" * 5 + "|", flush=True)
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
                numbers = f"{relative:.2f} | {coarse:.2f}"
                print(f"| {name} | {photograph} | {bands} | {numbers} |", flush=True)
                rows[-1].append((result.image, f"{name}, {bands}"))
    if args.output:
        sheet(rows, 230).save(args.output, quality=85)


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
