"""Are the backbones' defaults any good? Twelve pairs, measured by another network.

    python -m tests.bench.backbones -o docs/backbones.jpg

Style: 1 for the untouched content, 0 for the statistics of the style picture. Content: 0 for the
untouched content, 1 for the style picture in its place. Both are measured in VGG-16, those of
VGG-16's own pictures in VGG-19. Noise: mean squared difference of neighbouring pixels, relative to
that of the rougher input; far above 1 is noise. Light: mean of the result, relative to that of the
style; near 0 is black. The sheet has only pictures that may be shown: free photographs of
scikit-image, and patterns drawn here.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, facts_of
from style.backbones.weights.store import fetch_weights
from style.comparison.judge import JUDGE, Judge
from style.config.stylize import StylizeConfig
from style.errors import WeightsMissing
from style.losses.functional import variation_loss
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_tensor
from style.transfer.stylize import stylize
from tests.bench.table import table

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
SHOWN = 4  # last pairs, which are on the sheet: their photographs are in the public domain
CELL_PX, NAME_PX = 150, 18
LARGEST_PX = 512  # largest side of a cell


def hatching() -> Image.Image:
    """Pen strokes in two directions on paper, denser in some places."""
    random = np.random.default_rng(1)
    image = Image.new("RGB", (PATTERN_PX, PATTERN_PX), (244, 238, 222))
    draw = ImageDraw.Draw(image)
    for _ in range(2200):
        x, y, length = (*random.uniform(0, PATTERN_PX, 2).tolist(), random.uniform(12, 34))
        if random.uniform() < 0.35 + 0.3 * np.sin(x / 50) * np.cos(y / 60):
            continue
        direction = 1 if random.uniform() < 0.75 else -1
        draw.line(
            (x, y, x + length, y + direction * length), (30, 32, 48), int(random.integers(1, 3))
        )
    return image


def mosaic() -> Image.Image:
    """Coloured cells between dark joints: the Voronoi cells of 420 random points."""
    random = np.random.default_rng(2)
    points = random.uniform(0, PATTERN_PX, (420, 2))
    colours = random.choice([[196, 60, 40], [240, 190, 70], [40, 110, 150], [235, 228, 205]], 420)
    grid = np.stack(np.meshgrid(*[np.arange(PATTERN_PX)] * 2), axis=-1)
    distances = np.linalg.norm(grid[:, :, None] - points, axis=-1)
    nearest = np.partition(distances, 1, axis=-1)
    pixels = colours[distances.argmin(axis=-1)] + random.normal(0, 8, (PATTERN_PX, PATTERN_PX, 1))
    pixels[nearest[..., 1] - nearest[..., 0] < 2.5] = (38, 34, 40)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def dots() -> Image.Image:
    """Large and small dots of paint in three colours."""
    random = np.random.default_rng(3)
    image = Image.new("RGB", (PATTERN_PX, PATTERN_PX), (28, 40, 92))
    draw, palette = ImageDraw.Draw(image), [(250, 214, 80), (226, 92, 60), (70, 160, 190)]
    for _ in range(1500):
        x, y, radius = *random.uniform(0, PATTERN_PX, 2), random.uniform(3, 9)
        colour = palette[int(2.99 * (np.sin(x / 70) * np.sin(y / 50) + 1) / 2)]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    return image


def waves() -> Image.Image:
    """Wavy bands of four colours."""
    y, x = np.mgrid[:PATTERN_PX, :PATTERN_PX] / PATTERN_PX
    phase = 9 * y + 0.9 * np.sin(7 * x + 4 * y) + 0.5 * np.sin(17 * x - 9 * y)
    palette = np.array([[24, 60, 110], [90, 160, 190], [238, 226, 190], [214, 120, 60]])
    pixels = palette[(phase * 1.6).astype(int) % 4] * (0.88 + 0.12 * np.cos(40 * phase))[..., None]
    return Image.fromarray(pixels.astype(np.uint8))


PATTERNS: dict[str, Callable[[], Image.Image]] = {
    draw.__name__: draw for draw in (hatching, mosaic, dots, waves)
}


def picture(name: str) -> Image.Image | None:
    """A pattern, a photograph of scikit-image, or a picture of ../shared; None if not available."""
    if name in PATTERNS:
        return PATTERNS[name]()
    skimage = find_spec("skimage")
    folders = [Path(skimage.origin).parent / "data"] if skimage and skimage.origin else []
    for folder in (*folders, SHARED):
        for path in folder.glob(f"{name}.*"):
            return open_picture(path)
    return None


def main() -> int:
    """Prints the table; writes the sheet."""
    args = _arguments()
    pictures = {name: picture(name) for pair in PAIRS for name in pair}
    available = {name: _scaled(one, args.size) for name, one in pictures.items() if one}
    pairs = [pair for pair in PAIRS[-args.pairs :] if all(name in available for name in pair)]
    print(f"{len(pairs)} of {len(PAIRS)} pairs, {args.size} px, {args.steps} steps\n")
    print(
        "| backbone | style | worst | content | worst | noise, most | light, least | CPU s each |"
    )
    print("|---" * 8 + "|", flush=True)
    each = list[list[str]]()
    cells = [[(available[name], name) for name in pair] for pair in pairs[-SHOWN:]]
    for name in args.backbone or [name for name in BACKBONES if _has_weights(name)]:
        results, seconds = _stylized(name, pairs, available, args)
        print(_row(name, [result.figures for result in results], seconds), flush=True)
        each += _each(name, pairs, results)
        for row, result in zip(cells, results[-SHOWN:], strict=True):
            style, content = result.figures[:2]
            row.append((result.image, f"{name} {style:.2f} {content:.2f}"))
    if args.each:
        print("\n" + table(["backbone", "pair", "style", "content", "noise", "light"], each))
    if args.output:
        sheet(cells).save(args.output, quality=88)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=160, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=StylizeConfig.steps, help="at each size")
    parser.add_argument("--backbone", action="append", default=[], choices=tuple(BACKBONES))
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="only the last N pairs")
    parser.add_argument("--each", action="store_true", help="also print a row for each picture")
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    return parser.parse_args()


@dataclass(frozen=True)
class Stylized:
    """A result, and its style, content, noise and light."""

    image: Image.Image
    figures: tuple[float, float, float, float]


def _stylized(
    name: str,
    pairs: Sequence[tuple[str, str]],
    pictures: Mapping[str, Image.Image],
    args: argparse.Namespace,
) -> tuple[list[Stylized], float]:
    """What a backbone makes of each pair, and its CPU seconds for each, measuring included."""
    network = Backbone.load(name)
    judge = Backbone.load("vgg19" if name == JUDGE else JUDGE)
    config = StylizeConfig(name, args.size, args.steps)
    results, start = [], time.process_time()
    for pair in pairs:
        content, style = (pictures[one] for one in pair)
        image = stylize(content, [style], config, backbone=network).image
        scores = Judge(content, style, network=judge).scores(image)
        noise = _roughness(image) / max(_roughness(content), _roughness(style))
        light = float(np.mean(image) / np.mean(style))
        results.append(Stylized(image, (*scores, noise, light)))
    return results, (time.process_time() - start) / len(pairs)


def _each(
    name: str, pairs: Sequence[tuple[str, str]], results: Sequence[Stylized]
) -> Iterator[list[str]]:
    """A row for each pair."""
    for pair, result in zip(pairs, results, strict=True):
        yield [name, " in ".join(pair), *(f"{value:.3f}" for value in result.figures)]


def _row(name: str, figures: Sequence[tuple[float, ...]], seconds: float) -> str:
    every = np.array(figures)
    mean, worst = every.mean(axis=0), every.max(axis=0)
    return (
        f"| {name} | {mean[0]:.3f} | {worst[0]:.3f} | {mean[1]:.3f} | {worst[1]:.3f}"
        f" | {worst[2]:.2f} | {every[:, 3].min():.2f} | {seconds:.1f} |"
    )


def sheet(rows: list[list[tuple[Image.Image, str]]], cell_px: int = CELL_PX) -> Image.Image:
    """Rows of pictures, each with its text below."""
    small = [[(scaled(_enlarged(image), cell_px - 6), text) for image, text in row] for row in rows]
    heights = [max(image.height for image, _ in row) + NAME_PX + 6 for row in small]
    result = Image.new("RGB", (max(map(len, rows)) * cell_px, sum(heights)), "white")
    draw, font = ImageDraw.Draw(result), ImageFont.load_default(11)
    for line, row in enumerate(small):
        top, below = sum(heights[:line]), sum(heights[: line + 1]) - NAME_PX
        for column, (image, text) in enumerate(row):
            result.paste(image, (column * cell_px + 3, top + 3))
            draw.text((column * cell_px + 3, below), text, "black", font)
    return result


def _enlarged(image: Image.Image) -> Image.Image:
    """At least about as large as any cell, as `scaled` never enlarges."""
    factor = max(1, round(LARGEST_PX / max(image.size)))
    return image.convert("RGB").resize([factor * side for side in image.size])


def _has_weights(name: str) -> bool:
    try:
        fetch_weights(facts_of(name))
    except WeightsMissing:
        return False
    return True


def _scaled(image: Image.Image, size: int) -> Image.Image:
    return scaled(image.convert("RGB"), size)


def _roughness(image: Image.Image) -> float:
    return float(variation_loss(to_tensor(image)))


if __name__ == "__main__":
    raise SystemExit(main())
