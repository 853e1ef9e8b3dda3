"""Geometry of strokes as polylines: resampling, and distances between strokes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

SAMPLES = 16  # points at which two strokes are compared

Array = npt.NDArray[np.float64]


def resample(points: npt.NDArray[Any], count: int = SAMPLES) -> Array:
    """A polyline (N, 2) as (count, 2) points at equal steps of arc length; a dot is repeated.

    Arc length is computed in the dtype of `points`, so float32 and float64 points give results
    that differ in the last bits.
    """
    steps = points[1:] - points[:-1]
    along = np.zeros(len(points))
    along[1:] = np.hypot(steps[:, 0], steps[:, 1]).cumsum()
    targets = np.arange(count) * (along[-1] / max(count - 1, 1))  # np.linspace takes three times
    if count > 1:
        targets[-1] = along[-1]
    resampled = np.empty((count, 2))
    for axis in (0, 1):
        resampled[:, axis] = np.interp(targets, along, points[:, axis])
    return resampled


def distances(first: Array, second: Array) -> Array:
    """Mean point-by-point distances (N, M) between the strokes (N, S, 2) and (M, S, 2)."""
    return np.asarray(np.linalg.norm(first[:, None] - second[None], axis=-1).mean(axis=-1))
