"""Paints the small pictures of the practice page, from which a learner chooses how to paint.

    python -m tests.bench.thumbnails -o service/static/pictures

One photograph of scikit-image in each fast style, with each preset, and in each dream of the page.
The presets take their style from a picture that is drawn by code.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from service.api.pages import STATIC
from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.config.presets import preset, preset_names
from style.dreams.dream import dream
from style.fast import FastStyle, paint
from style.fast.drawing.styles import drawn
from style.pictures.files import scaled
from style.transfer.stylize import stylize
from tests.bench.backbones import picture

SIZE_PX = (168, 112)  # of a small picture: twice what the page shows, for sharp screens
PAINTED_PX = 256  # longest side that is painted, then made small
PRESET_PX = 168  # the same of a preset, which takes much longer
QUALITIES = (70, 60, 50, 40, 30, 20)  # of WebP; the first that is small enough
MOST_BYTES = 6000  # of a file
STEPS = 40  # of a preset, at each size
DREAM = re.compile(r'^  (\w+): \{ layer: "(\w+)" \},$', re.MULTILINE)  # of dreams.js


def main() -> None:
    """Writes NAME.webp of each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--photo", default="chelsea", help="a photograph of scikit-image")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder")
    parser.add_argument("--only", default="", help="only names that begin so: fast, dream, preset")
    args = parser.parse_args()
    photo = picture(args.photo)
    if photo is None:
        raise SystemExit(f"there is no picture {args.photo!r}: is scikit-image installed?")
    for name, painted in _painted(photo.convert("RGB"), args.only):
        path = args.output / f"{name}.webp"
        small = painted.convert("RGB").resize(SIZE_PX, Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            small.save(path, quality=quality, method=6)
            if path.stat().st_size <= MOST_BYTES:
                break
        else:
            raise SystemExit(f"{path} has {path.stat().st_size} bytes; at most {MOST_BYTES}")
        print(path, path.stat().st_size, flush=True)


def _painted(photo: Image.Image, only: str) -> Iterator[tuple[str, Image.Image]]:
    """The photograph in each way, by the name of its file."""
    ways = {"fast": _fast, "dream": _dreams, "preset": _presets}
    for kind, painted in ways.items():
        if kind.startswith(only):
            for name, image in painted(photo):
                yield f"{kind}-{name}", image


def _fast(photo: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    for name in FastStyle.load().names:
        yield name, paint(photo, name, size=PAINTED_PX)


def _dreams(photo: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    small, network = scaled(photo, PAINTED_PX), Backbone.load("vgg19")
    for name, layer in dreams().items():
        config = DreamConfig(layer=layer, size=PAINTED_PX)
        yield name, dream(small, config, backbone=network).image


def _presets(photo: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    network = Backbone.load("vgg19")
    style, small = (scaled(one, PRESET_PX) for one in (drawn("stained-glass"), photo))
    for name in ("", *preset_names()):
        config = preset(name or None, size=PRESET_PX, steps=STEPS)
        made = stylize(small, [style], config, backbone=network).image
        yield name or "usual", made


def dreams() -> dict[str, str]:
    """The layers of the page's dreams, by name."""
    return dict(DREAM.findall((STATIC / "app" / "dreams.js").read_text("utf-8")))


if __name__ == "__main__":
    main()
