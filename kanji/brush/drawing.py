"""Brush strokes as pictures: antialiased masks of any size, and SVG paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from PIL import Image, ImageDraw
from shapely import Geometry, Polygon

FINER = 4  # times that a mask is drawn larger, and then scaled down


def mask(areas: Iterable[Geometry], size_px: int) -> Image.Image:
    """The strokes of one character as a grey square picture ("L"), paper 0 and ink 255.

    `areas`: polygons in the unit box, which becomes the picture.
    """
    side = FINER * size_px
    large = Image.new("L", (side, side))
    for area in areas:
        layer = Image.new("1", (side, side)) if _has_holes(area) else None
        draw = ImageDraw.Draw(layer or large)
        for polygon in _polygons(area):
            draw.polygon(_pixels(polygon.exterior, side), fill=255)
            for hole in polygon.interiors:
                draw.polygon(_pixels(hole, side), fill=0)
        if layer:
            large.paste(255, mask=layer)
    return large.reduce(FINER)


def svg_path(area: Geometry, *, side: float = 109.0) -> str:
    """The `d` of an SVG path, to be filled by the rule evenodd, in a box of this side."""
    rings = [ring for polygon in _polygons(area) for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in np.asarray(ring.coords)[:-1] * side) + "Z"
        for ring in rings
    )


def _polygons(area: Geometry) -> Iterator[Polygon]:
    for part in shapely.get_parts(area):
        if isinstance(part, Polygon) and not part.is_empty:
            yield part


def _has_holes(area: Geometry) -> bool:
    return any(polygon.interiors for polygon in _polygons(area))


def _pixels(ring: shapely.LinearRing, side: int) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in np.asarray(ring.coords) * side]
