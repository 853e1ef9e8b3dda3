"""Curves as arrays: resampling, normalising, and how far two sets of curves lie apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.ink import geometry as ink_geometry

Array = npt.NDArray[np.float64]
Curve = npt.NDArray[np.floating]


def resample(points: Curve, count: int) -> Array:
    """`points` (N, 2) as (count, 2) at equal steps of arc length, computed in float64.

    A dot is repeated.
    """
    return ink_geometry.resample(np.asarray(points, np.float64), count)


def resample_all(curves: Sequence[Curve], count: int) -> Array:
    """All `curves` as one (S, count, 2) array."""
    return np.stack([resample(curve, count) for curve in curves])


def to_box(curves: Array, *, least_side: float) -> Array:
    """`curves` (S, K, 2) moved and stretched so that their bounding box is the unit box.

    A side shorter than `least_side` of the longer one is stretched by no more than that share
    would be, and centred: 一 stays a line.
    """
    low, high = curves.min(axis=(0, 1)), curves.max(axis=(0, 1))
    sides = high - low
    scale = np.maximum(sides, max(least_side * sides.max(), 1e-9))
    return np.asarray((curves - (low + high) / 2) / scale + 0.5)


def lengths(curves: Array) -> Array:
    """Arc length of each of `curves` (S, K, 2): (S,)."""
    return np.asarray(np.linalg.norm(np.diff(curves, axis=1), axis=2).sum(axis=1))


def centres(curves: Array) -> Array:
    """Mean point of each of `curves` (S, K, 2): (S, 2)."""
    return np.asarray(curves.mean(axis=1))


def place_distances(drawn: Array, wanted: Array) -> Array:
    """Distance of each drawn centre (D, K, 2) from each wanted one (R, K, 2): (D, R)."""
    apart = centres(drawn)[:, None] - centres(wanted)[None]
    return np.asarray(np.linalg.norm(apart, axis=2))


def shape_distances(drawn: Array, wanted: Array) -> Array:
    """Mean distance point by point with the centres laid on each other: (D, R)."""
    drawn = drawn - centres(drawn)[:, None]
    wanted = wanted - centres(wanted)[:, None]
    apart = drawn[:, None] - wanted[None]
    return np.asarray(np.sqrt(np.einsum("drkc,drkc->drk", apart, apart)).mean(axis=2))


def fit(drawn: Array, wanted: Array, *, stretch: float) -> Array:
    """Least-squares scale and offset for each axis that lay `drawn` on `wanted`, both (S, K, 2).

    Returns (2, 2): scale (x, y), offset (x, y). No scale beyond `stretch` or below its inverse; an
    axis that has too little spread to tell takes the other's scale.
    """
    a, b = drawn.reshape(-1, 2), wanted.reshape(-1, 2)
    middle_a, middle_b = a.mean(axis=0), b.mean(axis=0)
    a, b = a - middle_a, b - middle_b
    spread, common = (a * a).sum(axis=0), (a * b).sum(axis=0)
    both = common.sum() / max(spread.sum(), 1e-9)
    weight = 0.05 * max(spread.max(), 1e-9)  # pulls a thin axis towards the common scale
    scale = np.clip((common + weight * both) / (spread + weight), 1 / stretch, stretch)
    return np.stack([scale, middle_b - scale * middle_a])
