"""Draw a batch of ink as pictures, by marking the pixels that the pen touches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from data.pictures.glyphs import MARGIN_PX, SIZE_PX

STEP_PX = 0.5  # largest distance between the points of a drawn line
WIDTHS_PX = (0.7, 1.5)  # range of the pen's standard deviation; a batch has one of them

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

    `points`: (S, P, 2), a polyline for each stroke, in any scale. `ink`: (S,) int64 in ascending
    order, the picture of each stroke. Each ink is centred and scaled to fit inside the margin of
    `glyphs`; its proportions are kept. The pen's width is random.
    """
    pixels = _fitted(points, ink, count, size_px)
    places, stroke = _dense_points(pixels, size_px)
    x, y = np.rint(places[..., 0]).astype(np.int64), np.rint(places[..., 1]).astype(np.int64)
    row = (ink[stroke][:, None] * size_px + y.clip(0, size_px - 1)) * size_px
    touched = np.zeros(count * size_px * size_px, np.float32)
    touched[(row + x.clip(0, size_px - 1)).ravel()] = 1.0
    images = touched.reshape(count, size_px, size_px)
    width = generator.uniform(*WIDTHS_PX)
    blurred = gaussian_filter(images, (0, width, width), mode="constant", truncate=2.5)
    # The factor makes the middle of a single line ink, whatever the width.
    return np.asarray(np.minimum(blurred * (2.2 * width), 1), np.float32)


def _fitted(
    points: npt.NDArray[np.float32], ink: Integers, count: int, size_px: int
) -> npt.NDArray[np.float64]:
    """The polylines in pixels of their pictures, centred and within the margin."""
    first = np.searchsorted(ink, np.arange(count))
    low = np.minimum.reduceat(points.min(axis=1), first)
    high = np.maximum.reduceat(points.max(axis=1), first)
    inner = size_px - 1 - 2 * MARGIN_PX
    scale = inner / np.maximum((high - low).max(axis=1), 1e-6)
    offset = (size_px - 1) / 2 - scale[:, None] * (low + high) / 2
    return np.asarray(points * scale[ink][:, None, None] + offset[ink][:, None])


def _dense_points(
    pixels: npt.NDArray[np.float64], size_px: int
) -> tuple[npt.NDArray[np.float64], Integers]:
    """Points (N, P - 1, 2) along each polyline, at most STEP_PX apart, and its row, (N,)."""
    # Every segment has as many steps as the longest segment of its stroke needs.
    step = np.diff(pixels, axis=1)
    steps = np.ceil(np.hypot(step[..., 0], step[..., 1]).max(axis=1) / STEP_PX).astype(np.int64)
    steps = np.clip(steps, 1, 2 * size_px)
    stroke = np.repeat(np.arange(len(steps)), steps)
    along = (np.arange(len(stroke)) - (np.cumsum(steps) - steps)[stroke]) / steps[stroke]
    places = pixels[stroke, :-1] + step[stroke] * along[:, None, None].astype(np.float32)
    return places, stroke
