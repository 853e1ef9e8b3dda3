"""A program that draws a wallpaper in a process of its own, with limits.

It decodes the uploaded photograph and style, as `service.jobs.decoder` does, and writes what a
painter and a user need into a folder:

    content-0.png    the ground, which is painted
    kanji-0.png      the mask of what is written on it then
    style-0.png      the picture whose style the painting takes
    palette.json     the colours of ink, veil and seal
    preview.jpg      the composition, to look at meanwhile

or only the composition, under the hash of its bytes, where nothing is to be painted.

    python -m service.jobs.composer < request.json > answer.json
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from data.ink import Ink
from data.references.store import load_references
from service.jobs.compose_request import ComposeRequest
from service.jobs.decoder import answered, check_header, decoded, limit_this_process
from service.jobs.folders import PREVIEW
from service.jobs.hashed_picture import write_hashed
from service.jobs.wallpaper_options import WallpaperOptions
from service.wallpapers.compose import Composition, Drawing, compose, draw, seal_of
from service.wallpapers.painting import fast_painted, style_picture
from service.wallpapers.palettes import Palette

CONTENT, KANJI, STYLE = "content-0.png", "kanji-0.png", "style-0.png"
PALETTE = "palette.json"
MOST_BYTES = 512_000_000  # address space beyond what the imports take
FAST_BYTES = 1_200_000_000  # the same where a fast style paints
MOST_CPU_SECONDS = 20
NICENESS = 3  # requests go first, but somebody waits for this
PREVIEW_QUALITY = 88


@dataclass(frozen=True)
class PainterFiles:
    """What a painter works with; `ground` and `style` are RGB."""

    drawing: Drawing
    ground: Image.Image
    palette: Palette
    style: Image.Image


def main() -> int:
    """Read a ComposeRequest on stdin; write {"size", "contrast", "result"} or an error on stdout.

    "result" is the name of the finished picture, null where it is still to be painted.
    """
    request = ComposeRequest(**json.load(sys.stdin))
    os.umask(0o077)
    load_references()  # which may have to be built, with more memory than the limit
    most_bytes = FAST_BYTES if request.options.get("fast") else MOST_BYTES
    limit_this_process(most_bytes=most_bytes, most_cpu_seconds=MOST_CPU_SECONDS, niceness=NICENESS)
    json.dump(answered(lambda: composed(request)), sys.stdout)
    return 0


def composed(request: ComposeRequest) -> dict[str, Any]:
    """Draw, write the files, and return the answer of `main`. Raises Refused, and OSError."""
    options, folder = WallpaperOptions(**request.options), Path(request.folder)
    for path in request.uploads.values():
        check_header(Path(path), max_pixels=request.max_pixels)
    longest = options.longest_px()
    uploads = {name: decoded(Path(path), longest[name]) for name, path in request.uploads.items()}
    photo = uploads.get("photo")
    design = options.design(has_photo=photo is not None)
    ink = Ink.from_wire(request.ink) if request.ink else None
    drawing = draw(design, load_references(), ink)
    ground = photo.convert("RGB") if photo else None
    if options.fast:
        composition = fast_painted(design, drawing, options.fast, photo=ground)
    else:
        composition = compose(design, drawing, photo=ground)
    answer = {"size": list(design.size), "contrast": composition.contrast, "result": None}
    if not options.is_painted_later:
        return answer | {"result": write_hashed(composition.picture, folder)}
    _write_for_the_painter(folder, options, drawing, composition, style=uploads.get("style"))
    return answer


def painter_files(folder: Path, options: WallpaperOptions) -> PainterFiles:
    """What `composed` left for the painter. Raises OSError."""
    colors = json.loads((folder / PALETTE).read_text("ascii"))
    mask, ground, style = (_opened(folder / name) for name in (KANJI, CONTENT, STYLE))
    drawing = Drawing(mask, seal_of(options.design(), load_references()))
    palette = Palette(**{name: tuple(color) for name, color in colors.items()})
    return PainterFiles(drawing, ground, palette, style)


def _opened(path: Path) -> Image.Image:
    with Image.open(path, formats=["PNG"]) as picture:
        picture.load()
    return picture


def _write_for_the_painter(
    folder: Path,
    options: WallpaperOptions,
    drawing: Drawing,
    composition: Composition,
    *,
    style: Image.Image | None,
) -> None:
    palette = composition.palette
    if style is None:
        style = style_picture(
            options.style_pattern, palette, longest_px=options.painting_px, seed=options.seed
        )
    for name, picture in ((CONTENT, composition.ground), (KANJI, drawing.mask), (STYLE, style)):
        picture.save(folder / name, compress_level=1)
    (folder / PALETTE).write_text(json.dumps(asdict(palette)), "ascii")
    composition.picture.save(folder / PREVIEW, quality=PREVIEW_QUALITY)


if __name__ == "__main__":
    sys.exit(main())
