"""A sheet of drawn characters: each stroke in its own colour, with its number at its start."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from data.ink import Points

CELL_PX = 240
CAPTION_PX = 26
OVERSAMPLING = 3  # cells are drawn this many times larger and reduced, for smooth edges
MARGIN = 0.1  # on each side of the ink, as a fraction of the cell
LINE = 0.02  # width of a stroke, as a fraction of the cell
NUMBER = 0.062  # height of a number, as a fraction of the cell
CROWDED = 15  # characters of this many strokes or more have smaller numbers
PAPER, GRID, TEXT = (255, 255, 255), (226, 226, 230), (70, 70, 78)
FONTS = ("NotoSansCJK-Regular.ttc", "ipagp.ttf", "Hiragino Sans GB.ttc", "msgothic.ttc")
# Offsets from a stroke's start at which its number's centre is tried, as fractions of the cell.
OFFSETS = [
    (distance * np.cos(angle), distance * np.sin(angle))
    for distance in (0.062, 0.09, 0.12)
    for angle in np.arange(16) * np.pi / 8
]

Array = npt.NDArray[np.float64]
Canvas = Any  # ImageDraw.ImageDraw


@dataclass(frozen=True)
class Sample:
    """A cell of a sheet. `strokes`: (P, 2) each, x right, y down.

    `box`: left, top and side of the square that is shown; None: the bounding square of the strokes.
    `colours`: the index of each stroke's colour; None: the stroke's own index.
    `numbers`: the text at the start of each stroke; None: the stroke's number, from 1.
    """

    strokes: Sequence[Points]
    caption: str = ""
    box: tuple[float, float, float] | None = None
    colours: Sequence[int] | None = None
    numbers: Sequence[str] | None = None


def sheet(samples: Sequence[Sample], *, columns: int = 4, cell_px: int = CELL_PX) -> Image.Image:
    """Draws the samples row by row, each above its caption, and returns an sRGB image."""
    columns = max(1, min(columns, len(samples)))
    rows = -(-len(samples) // columns)
    height = cell_px + CAPTION_PX
    image = Image.new("RGB", (columns * cell_px, max(rows, 1) * height), PAPER)
    for index, sample in enumerate(samples):
        corner = (index % columns * cell_px, index // columns * height)
        image.paste(_cell(sample, cell_px), corner)
        centre = (corner[0] + cell_px / 2, corner[1] + cell_px + CAPTION_PX * 0.4)
        _draw_caption(ImageDraw.Draw(image), centre, sample.caption, cell_px)
    return image


def colour(index: int) -> tuple[int, int, int]:
    """The sRGB colour of a stroke. Neighbours differ much in hue, and none is pale on paper."""
    hue = (0.6 + index * 0.381966) % 1.0  # the golden angle
    lightness = 0.34 if 0.1 < hue < 0.55 else 0.46  # yellow and green look lighter than they are
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def _cell(sample: Sample, side_px: int) -> Image.Image:
    side = side_px * OVERSAMPLING
    image = Image.new("RGB", (side, side), PAPER)
    draw = ImageDraw.Draw(image)
    _draw_grid(draw, side)
    strokes = _fitted(sample, side)
    indexes = sample.colours if sample.colours is not None else range(len(strokes))
    colours = [colour(index) for index in indexes]
    for points, ink in zip(strokes, colours, strict=True):
        _draw_stroke(draw, points, ink, side)
    numbers = sample.numbers or [str(index + 1) for index in range(len(strokes))]
    height = side * NUMBER * (0.75 if len(strokes) >= CROWDED else 1)
    centres = _number_centres(strokes, side=side, height=height)
    for number, centre, ink in zip(numbers, centres, colours, strict=True):
        _draw_number(draw, centre, number, ink=ink, height=height)
    return image.resize((side_px, side_px), Image.Resampling.LANCZOS)


def _draw_grid(draw: Canvas, side: int) -> None:
    for fraction in (0.0, 0.5, 1.0):
        at = fraction * side - (fraction == 1.0)
        draw.line([(at, 0), (at, side)], GRID, OVERSAMPLING)
        draw.line([(0, at), (side, at)], GRID, OVERSAMPLING)


def _fitted(sample: Sample, side: int) -> list[Array]:
    """The strokes in the pixels of a cell of `side` pixels."""
    strokes = [np.asarray(points, np.float64) for points in sample.strokes]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = max(float((high - low).max()), 1e-9)
    corner = (low + high - extent) / 2
    if sample.box is not None:
        corner, extent = np.array(sample.box[:2]), sample.box[2]
    scale = side * (1 - 2 * MARGIN) / extent
    return [(stroke - corner) * scale + side * MARGIN for stroke in strokes]


def _draw_stroke(draw: Canvas, points: Array, ink: tuple[int, int, int], side: int) -> None:
    """Draws a line with round ends and a larger disc at its start."""
    width = LINE * side
    draw.line([tuple(point) for point in points], ink, round(width), joint="curve")
    for point, radius in ((points[-1], width / 2), (points[0], width * 0.85)):
        (x, y), r = point, radius
        draw.ellipse([x - r, y - r, x + r, y + r], fill=ink)


def _number_centres(strokes: Sequence[Array], *, side: int, height: float) -> list[Array]:
    """The centres of the strokes' numbers, chosen one after the other."""
    ink = np.concatenate([points[:: max(1, len(points) // 24)] for points in strokes])
    centres: list[Array] = []
    for points in strokes:
        centres.append(_number_centre(points, ink, centres, side=side, height=height))
    return centres


def _number_centre(
    points: Array, ink: Array, others: Sequence[Array], *, side: int, height: float
) -> Array:
    """The centre with the least cost for the number of a stroke.

    It is costly to be near the `ink` points of all strokes, near the centres of `others`, ahead of
    the start in the direction of the stroke, and far from the start.
    """
    direction = points[min(len(points) - 1, max(1, len(points) // 4))] - points[0]
    direction /= max(float(np.hypot(*direction)), 1e-9)
    best, least = points[0], np.inf
    for offset in OFFSETS:
        centre = np.clip(points[0] + np.array(offset) * side, height, side - height)
        distances = np.hypot(*(ink - centre).T) / side
        cost = float((np.maximum(0, 0.055 - distances) * 60).sum())
        for other in others:
            cost += max(0.0, 1 - float(np.hypot(*(other - centre))) / (1.25 * height)) * 60
        cost += float((centre - points[0]) @ direction) / side * 6
        cost += float(np.hypot(*(centre - points[0]))) / side * 20
        if cost < least:
            best, least = centre, cost
    return np.asarray(best)


def _draw_number(
    draw: Canvas, centre: Array, text: str, *, ink: tuple[int, int, int], height: float
) -> None:
    font, halo = _font(round(height)), round(0.17 * height)
    draw.text(tuple(centre), text, ink, font, anchor="mm", stroke_width=halo, stroke_fill=PAPER)


def _draw_caption(draw: Canvas, centre: tuple[float, float], text: str, width: int) -> None:
    """Draws one line, shortened to `width`.

    Where no font here has kanji, their code points are written.
    """
    font = _font(14)
    if not _has_kanji():
        text = "".join(c if ord(c) < 0x250 else f"U+{ord(c):04X}" for c in text)
    while text and draw.textlength(text, font=font) > width - 8:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    draw.text(centre, text, TEXT, font, anchor="mm")


@cache
def _font(size: int) -> Any:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


@cache
def _has_kanji() -> bool:
    """Whether one of FONTS is installed."""
    return any(name in str(getattr(_font(14), "path", "")) for name in FONTS)
