"""Are the backbones' defaults any good? Twelve pairs, measured by another network.

    python -m tests.bench.backbones -o docs/backbones.jpg

Style: 1 for the content untouched, 0 for the style's own statistics; content: 0 for the content
untouched, 1 for the style picture in its place; both in VGG-16, of VGG-16's own pictures in VGG-19.
Noise: mean squared step between neighbouring pixels, over that of the rougher picture given; far
above 1 is noise. Light: the picture's mean over that of the style; near 0 is black. The sheet shows
only pairs of pictures that may be shown: free photographs of scikit-image, patterns made here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, facts_of
from style.backbones.weights.store import fetch
from style.comparison.judge import JUDGE, Judge
from style.config.stylize import StylizeConfig
from style.errors import WeightsMissing
from style.losses.functional import variation_loss
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_tensor
from style.transfer.stylize import stylize

SHARED = Path("../shared/pictures")
PATTERN_PX = 384
PAIRS = (
    ("tubingen", "starry_night"),
    ("tubingen", "the_scream"),
    ("astronaut", "starry_night"),
    ("coffee", "shipwreck"),
    ("astronaut", "hatching"),
    ("chelsea", "mosaic"),
    ("coffee", "dots"),
    ("motorcycle_left", "mosaic"),
    ("rocket", "hatching"),
    ("astronaut", "ihc"),
    ("rocket", "hubble_deep_field"),
    ("chelsea", "waves"),
)
SHOWN = 4  # the last pairs, which the sheet shows: their photographs are in the public domain
CELL_PX, NAME_PX = 150, 18
LARGEST_PX = 512  # side of a cell


def hatching() -> Image.Image:
    """Pen strokes in two directions on paper, closer where the picture is darker."""
    random = np.random.default_rng(1)
    image = Image.new("RGB", (PATTERN_PX, PATTERN_PX), (244, 238, 222))
    draw = ImageDraw.Draw(image)
    for _ in range(2200):
        x, y, length = (*random.uniform(0, PATTERN_PX, 2).tolist(), random.uniform(12, 34))
        if random.uniform() < 0.35 + 0.3 * np.sin(x / 50) * np.cos(y / 60):
            continue
        slope = 1 if random.uniform() < 0.75 else -1
        draw.line((x, y, x + length, y + slope * length), (30, 32, 48), int(random.integers(1, 3)))
    return image


def mosaic() -> Image.Image:
    """Coloured cells between dark joints: the nearest of some hundreds of random points."""
    random = np.random.default_rng(2)
    points = random.uniform(0, PATTERN_PX, (420, 2))
    colours = random.choice([[196, 60, 40], [240, 190, 70], [40, 110, 150], [235, 228, 205]], 420)
    grid = np.stack(np.meshgrid(*[np.arange(PATTERN_PX)] * 2), axis=-1)
    away = np.linalg.norm(grid[:, :, None] - points, axis=-1)
    near = np.partition(away, 1, axis=-1)
    pixels = colours[away.argmin(axis=-1)] + random.normal(0, 8, (PATTERN_PX, PATTERN_PX, 1))
    pixels[near[..., 1] - near[..., 0] < 2.5] = (38, 34, 40)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def dots() -> Image.Image:
    """Dots of paint in a few colours, large and small."""
    random = np.random.default_rng(3)
    image = Image.new("RGB", (PATTERN_PX, PATTERN_PX), (28, 40, 92))
    draw, palette = ImageDraw.Draw(image), [(250, 214, 80), (226, 92, 60), (70, 160, 190)]
    for _ in range(1500):
        x, y, radius = *random.uniform(0, PATTERN_PX, 2), random.uniform(3, 9)
        colour = palette[int(2.99 * (np.sin(x / 70) * np.sin(y / 50) + 1) / 2)]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    return image


def waves() -> Image.Image:
    """Bands of colour that swing and swirl."""
    y, x = np.mgrid[:PATTERN_PX, :PATTERN_PX] / PATTERN_PX
    phase = 9 * y + 0.9 * np.sin(7 * x + 4 * y) + 0.5 * np.sin(17 * x - 9 * y)
    palette = np.array([[24, 60, 110], [90, 160, 190], [238, 226, 190], [214, 120, 60]])
    pixels = palette[(phase * 1.6).astype(int) % 4] * (0.88 + 0.12 * np.cos(40 * phase))[..., None]
    return Image.fromarray(pixels.astype(np.uint8))


PATTERNS: dict[str, Callable[[], Image.Image]] = {
    made.__name__: made for made in (hatching, mosaic, dots, waves)
}


def picture(name: str) -> Image.Image | None:
    """A pattern, a photograph of scikit-image, or one of ../shared; None where there is none."""
    if name in PATTERNS:
        return PATTERNS[name]()
    found = find_spec("skimage")
    folders = [Path(found.origin).parent / "data"] if found and found.origin else []
    for folder in (*folders, SHARED):
        for path in folder.glob(f"{name}.*"):
            return open_picture(path)
    return None


def main() -> int:
    """Prints the table; writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=160, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=StylizeConfig.steps, help="at each size")
    parser.add_argument("--backbone", action="append", default=[], choices=tuple(BACKBONES))
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="only the last so many")
    parser.add_argument("--each", action="store_true", help="a line a picture as well")
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    args = parser.parse_args()
    given = {name: picture(name) for pair in PAIRS for name in pair}
    pairs = [pair for pair in PAIRS[-args.pairs :] if all(given[name] for name in pair)]
    names = args.backbone or [name for name in BACKBONES if _is_here(name)]
    cells: list[list[tuple[Image.Image, str]]] = []
    for content, style in pairs[-SHOWN:]:
        cells.append([(_scaled(given[name], args.size), name) for name in (content, style)])
    print(f"{len(pairs)} of {len(PAIRS)} pairs, {args.size} px, {args.steps} steps\n")
    print(
        "| backbone | style | worst | content | worst | noise, most | light, least | CPU s each |"
    )
    print("|---" * 8 + "|", flush=True)
    for name in names:
        network = Backbone.load(name)
        judge = Backbone.load("vgg19" if name == JUDGE else JUDGE)
        config = StylizeConfig(name, args.size, args.steps)
        rows, begun = [], time.process_time()
        for index, pair in enumerate(pairs):
            content, style = (_scaled(given[one], args.size) for one in pair)
            image = stylize(content, [style], config, backbone=network).image
            scores = Judge(content, style, network=judge).scores(image)
            rough = max(_roughness(content), _roughness(style))
            light = float(np.mean(image) / np.mean(style))
            rows.append((*scores, _roughness(image) / rough, light))
            if args.each:
                print(name, *pair, *(f"{value:.3f}" for value in rows[-1]), file=sys.stderr)
            if len(pairs) - index <= SHOWN:
                text = f"{name} {scores[0]:.2f} {scores[1]:.2f}"
                cells[index - (len(pairs) - len(cells))].append((image, text))
        table, spent = np.array(rows), (time.process_time() - begun) / len(rows)
        mean, worst = table.mean(axis=0), table.max(axis=0)
        print(
            f"| {name} | {mean[0]:.3f} | {worst[0]:.3f} | {mean[1]:.3f} | {worst[1]:.3f}"
            f" | {worst[2]:.2f} | {table[:, 3].min():.2f} | {spent:.1f} |",
            flush=True,
        )
    if args.output:
        sheet(cells).save(args.output, quality=88)
    return 0


def sheet(rows: list[list[tuple[Image.Image, str]]], cell_px: int = CELL_PX) -> Image.Image:
    """Rows of pictures, each with what is written below it."""
    small = [[(scaled(_enlarged(image), cell_px - 6), text) for image, text in row] for row in rows]
    heights = [max(image.height for image, _ in row) + NAME_PX + 6 for row in small]
    made = Image.new("RGB", (max(map(len, rows)) * cell_px, sum(heights)), "white")
    draw, font = ImageDraw.Draw(made), ImageFont.load_default(11)
    for line, row in enumerate(small):
        top, below = sum(heights[:line]), sum(heights[: line + 1]) - NAME_PX
        for column, (image, text) in enumerate(row):
            made.paste(image, (column * cell_px + 3, top + 3))
            draw.text((column * cell_px + 3, below), text, "black", font)
    return made


def _enlarged(image: Image.Image) -> Image.Image:
    """At least as large as any cell."""
    share = max(1, round(LARGEST_PX / max(image.size)))
    return image.convert("RGB").resize([share * side for side in image.size])


def _is_here(name: str) -> bool:
    try:
        fetch(facts_of(name))
    except WeightsMissing:
        return False
    return True


def _scaled(image: Image.Image | None, size: int) -> Image.Image:
    assert image is not None
    return scaled(image.convert("RGB"), size)


def _roughness(image: Image.Image) -> float:
    return float(variation_loss(to_tensor(image)))


if __name__ == "__main__":
    raise SystemExit(main())
