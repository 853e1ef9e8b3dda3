"""Polylines: evenly spaced points, and distances between strokes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.ink import Points

SAMPLES = 16  # points at which two strokes are compared


Array = npt.NDArray[np.float64]


def distances(first: Array, second: Array) -> Array:
    """Mean distances (N, M) between each of (N, S, 2) and each of (M, S, 2), point by point."""
    return np.asarray(np.linalg.norm(first[:, None] - second[None], axis=-1).mean(axis=-1))


def evenly(points: Points, count: int = SAMPLES) -> Array:
    """So many points evenly spaced along a polyline: (count, 2)."""
    reached = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = np.linspace(0, reached[-1], count)
    return np.stack([np.interp(wanted, reached, points[:, axis]) for axis in (0, 1)], axis=1)
