"""A sheet of drawn characters: each stroke in its colour, with its number where it starts."""

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
FINER = 3  # drawn so many times larger and reduced, for smooth edges
MARGIN = 0.1  # of a cell, on each side of the ink
LINE = 0.02  # width of a stroke, of a cell
NUMBER = 0.062  # height of a number, of a cell
CROWDED = 15  # strokes from which on numbers are smaller
PAPER, GRID, TEXT = (255, 255, 255), (226, 226, 230), (70, 70, 78)
FONTS = ("NotoSansCJK-Regular.ttc", "ipagp.ttf", "Hiragino Sans GB.ttc", "msgothic.ttc")
# A number's middle is tried in these directions and distances from the start of its stroke.
PLACES = [
    (reach * np.cos(angle), reach * np.sin(angle))
    for reach in (0.062, 0.09, 0.12)
    for angle in np.arange(16) * np.pi / 8
]

Canvas = Any  # ImageDraw


@dataclass(frozen=True)
class Sample:
    """One cell. `strokes`: (P, 2) each, x right, y down.

    `box`: (left, top, side) of what is shown, the strokes' own square where it is None.
    `colours`: for each stroke the index of its colour, its own place where it is None.
    `numbers`: what stands at the start of each stroke, its place from 1 where it is None.
    """

    strokes: Sequence[Points]
    caption: str = ""
    box: tuple[float, float, float] | None = None
    colours: Sequence[int] | None = None
    numbers: Sequence[str] | None = None


def sheet(samples: Sequence[Sample], *, columns: int = 4, cell_px: int = CELL_PX) -> Image.Image:
    """The samples row by row, as an sRGB picture; numbers count from 1."""
    columns = max(1, min(columns, len(samples)))
    rows = -(-len(samples) // columns)
    height = cell_px + CAPTION_PX
    image = Image.new("RGB", (columns * cell_px, max(rows, 1) * height), PAPER)
    for place, sample in enumerate(samples):
        corner = (place % columns * cell_px, place // columns * height)
        image.paste(_cell(sample, cell_px), corner)
        middle = (corner[0] + cell_px / 2, corner[1] + cell_px + CAPTION_PX * 0.4)
        _caption(ImageDraw.Draw(image), middle, sample.caption, cell_px)
    return image


def colour(index: int) -> tuple[int, int, int]:
    """The colour of a stroke: neighbours are far apart in hue, none is too pale for paper."""
    hue = (0.6 + index * 0.381966) % 1.0  # the golden angle
    lightness = 0.34 if 0.1 < hue < 0.55 else 0.46  # yellow and green look lighter than they are
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def _cell(sample: Sample, side: int) -> Image.Image:
    fine = side * FINER
    image = Image.new("RGB", (fine, fine), PAPER)
    draw = ImageDraw.Draw(image)
    for share in (0.0, 0.5, 1.0):
        at = share * fine - (share == 1.0)
        draw.line([(at, 0), (at, fine)], GRID, FINER)
        draw.line([(0, at), (fine, at)], GRID, FINER)
    strokes = _fitted(sample, fine)
    colours = sample.colours if sample.colours is not None else range(len(strokes))
    for points, index in zip(strokes, colours, strict=True):
        _stroke(draw, points, colour(index), fine)
    crowd = np.concatenate([points[:: max(1, len(points) // 24)] for points in strokes])
    height = fine * NUMBER * (0.75 if len(strokes) >= CROWDED else 1)
    taken: list[npt.NDArray[np.float64]] = []
    numbers = sample.numbers or [str(place + 1) for place in range(len(strokes))]
    for number, points, index in zip(numbers, strokes, colours, strict=True):
        middle = _free(points, crowd, taken, side=fine, height=height)
        taken.append(middle)
        _number(draw, middle, number, ink=colour(index), height=height)
    return image.resize((side, side), Image.Resampling.LANCZOS)


def _fitted(sample: Sample, side: int) -> list[npt.NDArray[np.float64]]:
    """The strokes in pixels of a cell."""
    strokes = [np.asarray(points, np.float64) for points in sample.strokes]
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    extent = max(float((high - low).max()), 1e-9)
    corner = (low + high - extent) / 2
    if sample.box is not None:
        corner, extent = np.array(sample.box[:2]), sample.box[2]
    scale = side * (1 - 2 * MARGIN) / extent
    return [(points - corner) * scale + side * MARGIN for points in strokes]


def _stroke(
    draw: Canvas, points: npt.NDArray[np.float64], ink: tuple[int, int, int], side: int
) -> None:
    """A line with round ends, and a disc where it starts."""
    width = LINE * side
    draw.line([tuple(point) for point in points], ink, round(width), joint="curve")
    for point, radius in ((points[-1], width / 2), (points[0], width * 0.85)):
        (x, y), r = point, radius
        draw.ellipse([x - r, y - r, x + r, y + r], fill=ink)


def _free(
    points: npt.NDArray[np.float64],
    crowd: npt.NDArray[np.float64],
    taken: Sequence[npt.NDArray[np.float64]],
    *,
    side: int,
    height: float,
) -> npt.NDArray[np.float64]:
    """Where a stroke's number is least in the way of ink and of other numbers."""
    ahead = points[min(len(points) - 1, max(1, len(points) // 4))] - points[0]
    ahead /= max(float(np.hypot(*ahead)), 1e-9)
    best, least = points[0], np.inf
    for place in PLACES:
        middle = np.clip(points[0] + np.array(place) * side, height, side - height)
        near = np.hypot(*(crowd - middle).T) / side
        cost = float((np.maximum(0, 0.055 - near) * 60).sum())
        for other in taken:
            cost += max(0.0, 1 - float(np.hypot(*(other - middle))) / (1.25 * height)) * 60
        cost += float((middle - points[0]) @ ahead) / side * 6  # before the start, not along it
        cost += float(np.hypot(*(middle - points[0]))) / side * 20
        if cost < least:
            best, least = middle, cost
    return np.asarray(best)


def _number(
    draw: Canvas,
    middle: npt.NDArray[np.float64],
    text: str,
    *,
    ink: tuple[int, int, int],
    height: float,
) -> None:
    font, halo = _font(round(height)), round(0.17 * height)
    draw.text(tuple(middle), text, ink, font, anchor="mm", stroke_width=halo, stroke_fill=PAPER)


def _caption(draw: Canvas, middle: tuple[float, float], text: str, width: int) -> None:
    """One line, cut to the width; characters that no font here has are named by code point."""
    font = _font(14)
    if not _has_kanji():
        text = "".join(c if ord(c) < 0x250 else f"U+{ord(c):04X}" for c in text)
    while text and draw.textlength(text, font=font) > width - 8:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    draw.text(middle, text, TEXT, font, anchor="mm")


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
    return any(name in str(getattr(_font(14), "path", "")) for name in FONTS)
