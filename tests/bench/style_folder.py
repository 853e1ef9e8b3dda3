"""Makes the folder of style pictures that `style/configs/any_style.yaml` trains on.

    python -m tests.bench.style_folder WIKIART -o runs/styles

WIKIART is the folder of that name in github.com/eliogrande/TheEndlessTuning_WikiArt224: paintings
of 224 px with black bars. One in four is taken, without its bars, unless it looks like one of the
pictures that are held out: those judge the network and are never trained on. To them come styles
drawn by code, each from SEEDS seeds other than the shipped one's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from data.argument_parser import ArgumentParser
from data.arguments import existing_folder, new_folder
from data.errors import DataError
from data.exit_status import exit_status
from style.fast.drawing.styles import DRAWINGS, drawn

EVERY, SEEDS = 4, range(101, 131)
BLACK = 24  # brightest pixel of a bar, of 255
LEAST_PX = 112  # the shorter side of a painting without its bars
THUMBNAIL_PX = 16
SAME = 0.9  # correlation of thumbnails from which on two pictures are taken for the same
HELD_OUT = (Path("../shared/paintings"), Path("../shared/pictures"))
NO_STYLE = "tubingen"  # the photograph among them

Thumbnail = npt.NDArray[np.float64]


def main(argv: list[str] | None = None) -> int:
    """Writes the pictures, and prints how many of each kind."""
    parser = ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paintings", type=existing_folder, metavar="WIKIART")
    parser.add_argument("-o", "--output", type=new_folder, required=True)
    add_held_out(parser)
    args = parser.parse_args(argv)
    paintings = sorted(args.paintings.rglob("*.jpg"))[::EVERY]
    if not paintings:
        raise DataError(f"{args.paintings} has no .jpg in it")
    args.output.mkdir(parents=True, exist_ok=True)
    kept_away = np.stack([thumbnail(_opened(path)) for path in held_out(args.held_out)])
    counts = {"painted": 0, "too small": 0, "like a held-out picture": 0}
    for path in paintings:
        image = without_bars(_opened(path))
        if min(image.size) < LEAST_PX:
            counts["too small"] += 1
        elif (kept_away @ thumbnail(image)).max() >= SAME:
            counts["like a held-out picture"] += 1
        else:
            name = "-".join(path.relative_to(args.paintings).parts)
            image.save(args.output / name, quality=92)
            counts["painted"] += 1
    for name in DRAWINGS:
        for seed in SEEDS:
            drawn(name, seed=seed).save(args.output / f"drawn-{name}-{seed}.png")
    print(counts | {"drawn": len(DRAWINGS) * len(SEEDS)})
    return 0


def add_held_out(parser: ArgumentParser) -> None:
    """Adds the option that names the folders of `held_out`."""
    parser.add_argument("--held-out", type=Path, nargs="+", default=HELD_OUT, metavar="FOLDER")


def held_out(folders: Iterable[Path]) -> list[Path]:
    """The pictures of styles that are never trained on. Raises DataError where there are none."""
    found = [path for folder in folders for path in sorted(folder.glob("*.jpg"))]
    if not found:
        raise DataError(f"no .jpg is in {', '.join(map(str, folders))}; give --held-out FOLDER")
    return [path for path in found if path.stem != NO_STYLE]


def without_bars(image: Image.Image) -> Image.Image:
    """A picture without black rows and columns at its edges."""
    box = image.convert("L").point(lambda value: 255 * (value > BLACK)).getbbox()
    return image.crop(box) if box else image


def thumbnail(image: Image.Image) -> Thumbnail:
    """A picture (THUMBNAIL_PX squared,) so that a product of two is their correlation."""
    small = image.convert("L").resize((THUMBNAIL_PX,) * 2, Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64).ravel()
    pixels -= pixels.mean()
    return pixels / max(1.0, float(np.linalg.norm(pixels)))


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


if __name__ == "__main__":
    sys.exit(exit_status(main))
