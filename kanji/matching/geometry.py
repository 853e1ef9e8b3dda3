"""Curves as arrays: resampling, normalising, distances, and fitting one set to another.

x runs right and y down. S, D and R count strokes; K is the number of points of each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.ink import geometry as ink_geometry

Array = npt.NDArray[np.float64]
Curve = npt.NDArray[np.floating]

LEAST_SIDE = 0.35  # of a box, over its longer side; smaller = thin characters are stretched more


def resample(points: Curve, count: int) -> Array:
    """`points` (N, 2) as (count, 2) at equal steps of arc length, computed in float64.

    A dot is repeated.
    """
    return ink_geometry.resample(np.asarray(points, np.float64), count)


def resample_all(curves: Sequence[Curve], count: int) -> Array:
    """All `curves` as one (S, count, 2) array."""
    return np.stack([resample(curve, count) for curve in curves])


def to_box(curves: Array, *, least_side: float = LEAST_SIDE) -> Array:
    """`curves` (S, K, 2) moved and scaled so that their bounding box is the unit box.

    A side shorter than `least_side` times the longer one is scaled as if it had that length, and
    is centred: 一 stays a line.
    """
    low, high = curves.min(axis=(0, 1)), curves.max(axis=(0, 1))
    sides = high - low
    scale = np.maximum(sides, max(least_side * sides.max(), 1e-9))
    return np.asarray((curves - (low + high) / 2) / scale + 0.5)


def lengths(curves: Array) -> Array:
    """Arc length of each of `curves` (S, K, 2): (S,)."""
    return np.asarray(np.linalg.norm(np.diff(curves, axis=1), axis=2).sum(axis=1))


def distance_along(points: Curve) -> Array:
    """Arc length of `points` (N, 2) from the first point to each: (N,)."""
    return np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])


def longer_side(curves: Sequence[Curve]) -> float:
    """The longer side of the bounding box of all `curves`, each (N, 2)."""
    return float(np.ptp(np.concatenate(curves), axis=0).max())


def centres(curves: Array) -> Array:
    """Mean point of each of `curves` (S, K, 2): (S, 2)."""
    return np.asarray(curves.mean(axis=1))


def place_distances(drawn: Array, reference: Array) -> Array:
    """Distances between the centres of `drawn` (D, K, 2) and `reference` (R, K, 2): (D, R)."""
    offsets = centres(drawn)[:, None] - centres(reference)[None]
    return np.asarray(np.linalg.norm(offsets, axis=2))


def shape_distances(drawn: Array, reference: Array) -> Array:
    """Mean distances of corresponding points after both centres are moved to 0: (D, R).

    `drawn` is (D, K, 2) and `reference` (R, K, 2).
    """
    drawn = drawn - centres(drawn)[:, None]
    reference = reference - centres(reference)[:, None]
    offsets = drawn[:, None] - reference[None]
    return np.asarray(np.sqrt(np.einsum("drkc,drkc->drk", offsets, offsets)).mean(axis=2))


def fit(source: Array, target: Array, *, stretch: float) -> Array:
    """Least-squares scale and offset of each axis that map `source` onto `target`, both (S, K, 2).

    Returns (2, 2): scale (x, y), offset (x, y). Scales lie between 1 / `stretch` and `stretch`. An
    axis along which `source` has little spread takes the scale of the other axis.
    """
    a, b = source.reshape(-1, 2), target.reshape(-1, 2)
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    a, b = a - mean_a, b - mean_b
    spread, covariance = (a * a).sum(axis=0), (a * b).sum(axis=0)
    common_scale = covariance.sum() / max(spread.sum(), 1e-9)
    weight = 0.05 * max(spread.max(), 1e-9)  # draws the scale of a thin axis to the common scale
    scale = np.clip((covariance + weight * common_scale) / (spread + weight), 1 / stretch, stretch)
    return np.stack([scale, mean_b - scale * mean_a])
