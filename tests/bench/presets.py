"""One photograph in one style with every preset, and the scores of the results.

    python -m tests.bench.presets -o docs/presets.jpg

The scores come from VGG-16. Style: 1 for the content unchanged, 0 for the style's own statistics.
Content: 0 for the content unchanged, 1 for the style picture in its place.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from style.backbones.backbone import Backbone
from style.comparison.judge import Judge
from style.config.presets import preset, preset_names
from style.pictures.files import scaled
from style.transfer.stylize import stylize
from tests.bench.backbones import picture, sheet


def main() -> None:
    """Prints a row for each preset; writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--content", default="chelsea", help="a photograph of scikit-image")
    parser.add_argument("--style", default="dots", help="a pattern of tests.bench.backbones")
    parser.add_argument("--size", type=int, default=160, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=60, help="at each size")
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    args = parser.parse_args()
    content, style = _picture(args.content, args.size), _picture(args.style, 10_000)
    network, small = Backbone.load("vgg19"), scaled(style, args.size)
    judge, row = Judge(content, small), [(content, args.content), (small, args.style)]
    print("| preset | style | content |\n|---|---|---|")
    for name in preset_names():
        config = preset(name, size=args.size, steps=args.steps)
        image = stylize(content, [style], config, backbone=network).image
        scores = judge.scores(image)
        print(f"| `{name}` | {scores[0]:.2f} | {scores[1]:.2f} |", flush=True)
        row.append((image, f"{name} {scores[0]:.2f} {scores[1]:.2f}"))
    if args.output:
        sheet([row]).save(args.output, quality=90)


def _picture(name: str, size: int) -> Image.Image:
    opened = picture(name)
    if not opened:
        raise SystemExit(f"there is no picture {name!r}: is scikit-image installed?")
    return scaled(opened.convert("RGB"), size)


if __name__ == "__main__":
    main()
