"""Ink as pictures: a whole batch at once, by the points that the pen touches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from data.pictures.glyphs import MARGIN_PX, SIZE_PX

STEPS_PX = 0.5  # distance of the points that a line is drawn with
WIDTHS_PX = (0.7, 1.5)  # standard deviation of the pen, in pixels; a batch has one

Integers = npt.NDArray[np.int64]


def rendered(
    points: npt.NDArray[np.float32],
    ink: Integers,
    count: int,
    generator: np.random.Generator,
    *,
    size_px: int = SIZE_PX,
) -> npt.NDArray[np.float32]:
    """Pictures (count, size_px, size_px) float32, paper 0 and ink 1.

    `points`: (S, P, 2), a polyline for each stroke, any scale; `ink`: (S,), which picture each
    stroke is of, rising. Ink is centred, its proportions and the margin of `glyphs` kept.
    """
    first = np.searchsorted(ink, np.arange(count))
    low = np.minimum.reduceat(points.min(axis=1), first)
    high = np.maximum.reduceat(points.max(axis=1), first)
    inner = size_px - 1 - 2 * MARGIN_PX
    scale = inner / np.maximum((high - low).max(axis=1), 1e-6)
    offset = (size_px - 1) / 2 - scale[:, None] * (low + high) / 2
    pixels = points * scale[ink][:, None, None] + offset[ink][:, None]
    # Every segment is cut into as many steps as the longest of its stroke needs.
    step = np.diff(pixels, axis=1)
    cuts = np.ceil(np.hypot(step[..., 0], step[..., 1]).max(axis=1) / STEPS_PX).astype(np.int64)
    cuts = np.clip(cuts, 1, 2 * size_px)
    stroke = np.repeat(np.arange(len(cuts)), cuts)
    share = (np.arange(len(stroke)) - (np.cumsum(cuts) - cuts)[stroke]) / cuts[stroke]
    places = pixels[stroke, :-1] + step[stroke] * share[:, None, None].astype(np.float32)
    x, y = np.rint(places[..., 0]).astype(np.int64), np.rint(places[..., 1]).astype(np.int64)
    at = (ink[stroke][:, None] * size_px + y.clip(0, size_px - 1)) * size_px
    touched = np.zeros(count * size_px * size_px, np.float32)
    touched[(at + x.clip(0, size_px - 1)).ravel()] = 1.0
    images = touched.reshape(count, size_px, size_px)
    width = generator.uniform(*WIDTHS_PX)
    blurred = gaussian_filter(images, (0, width, width), mode="constant", truncate=2.5)
    # So that the middle of a single line is ink, whatever the width.
    return np.asarray(np.minimum(blurred * (2.2 * width), 1), np.float32)
