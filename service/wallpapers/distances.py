"""How far pixels are from what is written, without scipy, whose import takes half a second."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FARTHER = 1 << 15  # pixels, squared still an int32


def distances(shape: npt.NDArray[np.bool_], *, most: float) -> npt.NDArray[np.float64]:
    """(height, width): for each pixel the distance to the nearest True one; inf beyond `most`.

    Exact, by Felzenszwalb and Huttenlocher's two passes ("Distance Transforms of Sampled
    Functions", 2012): along the columns, then along the rows, where each step is tried.
    """
    squares = _along_columns(shape) ** 2
    nearest = squares.copy()
    for step in range(1, min(math.floor(most), shape.shape[1] - 1) + 1):
        np.minimum(nearest[:, step:], squares[:, :-step] + step**2, out=nearest[:, step:])
        np.minimum(nearest[:, :-step], squares[:, step:] + step**2, out=nearest[:, :-step])
    return np.where(nearest <= most**2, np.sqrt(nearest), np.inf)


def _along_columns(shape: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """For each pixel the rows to the nearest True one of its column, FARTHER where it has none."""
    rows = np.arange(shape.shape[0], dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(shape, rows, -FARTHER), axis=0)
    below = np.minimum.accumulate(np.where(shape, rows, FARTHER)[::-1], axis=0)[::-1]
    return np.minimum(np.minimum(rows - above, below - rows), FARTHER)
