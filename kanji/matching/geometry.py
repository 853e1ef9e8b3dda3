"""Curves as arrays: resampling, normalising, distances, and fitting one set to another.

x runs right and y down. S, D and R count strokes; K is the number of points of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from data.ink import geometry as ink_geometry

Array = npt.NDArray[np.float64]
Curve = npt.NDArray[np.floating]
Number = TypeVar("Number", np.float64, np.complex128)

# Points of all padded curves, times points wanted, up to which curves are resampled together. More
# takes more memory and no less time.
MOST_TOGETHER = 200_000
LEAST_SIDE = 0.35  # of a box, over its longer side; smaller = thin characters are stretched more


def resample(points: Curve, count: int) -> Array:
    """`points` (N, 2) as (count, 2) at equal steps of arc length, computed in float64.

    A dot is repeated.
    """
    return ink_geometry.resample(np.asarray(points, np.float64), count)


def resample_all(curves: Sequence[Curve], count: int) -> Array:
    """All `curves` as one (S, count, 2) array, each as `resample` gives it, to the last bit."""
    sizes = [len(curve) for curve in curves]
    longest = max(sizes)
    if longest < 2 or len(sizes) * longest * count > MOST_TOGETHER:
        return np.stack([resample(curve, count) for curve in curves])
    padded = np.empty((len(sizes), longest, 2))
    for row, curve in enumerate(curves):
        padded[row, : sizes[row]] = curve
        padded[row, sizes[row] :] = curve[-1]
    steps = padded[:, 1:] - padded[:, :-1]
    along = np.zeros((len(sizes), longest))
    np.hypot(steps[:, :, 0], steps[:, :, 1]).cumsum(axis=1, out=along[:, 1:])
    targets = np.arange(count) * (along[:, -1:] / (count - 1))
    before = np.add.reduce(along[:, None] <= targets[:, :, None], axis=2, dtype=np.int64) - 1
    before = np.minimum(before, longest - 2) + longest * np.arange(len(sizes))[:, None]
    start = along.ravel()[before]
    width = along.ravel()[before + 1] - start
    points = padded.reshape(-1, 2)
    first = points[before]
    slopes = (points[before + 1] - first) / np.where(width > 0, width, 1.0)[:, :, None]
    resampled = slopes * (targets - start)[:, :, None] + first
    resampled[:, -1] = padded[:, -1]
    return np.asarray(resampled)


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
    """Arc length of each of `curves` (..., S, K, 2): (..., S)."""
    return np.asarray(np.add.reduce(norms(curves[..., 1:, :] - curves[..., :-1, :]), axis=-1))


def norms(vectors: Array) -> Array:
    """The length of each of `vectors` (..., 2): (...)."""
    return _hypotenuses(vectors[..., 0], vectors[..., 1])


def _hypotenuses(x: Array, y: Array) -> Array:
    """As np.hypot, in a third of the time, since boxes are neither tiny nor huge."""
    squares = x * x
    squares += y * y
    return np.asarray(np.sqrt(squares))


def distance_along(points: Curve) -> Array:
    """Arc length of `points` (N, 2) from the first point to each: (N,)."""
    return np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])


def longer_side(curves: Sequence[Curve]) -> float:
    """The longer side of the bounding box of all `curves`, each (N, 2)."""
    return float(np.ptp(np.concatenate(curves), axis=0).max())


def centres(curves: Array) -> Array:
    """Mean point of each of `curves` (..., S, K, 2): (..., S, 2)."""
    return mean(curves, axis=-2)


def mean(values: npt.NDArray[Number], axis: int = 0) -> npt.NDArray[Number]:
    """As NumPy's mean along an axis, which takes three times as long for the few values here."""
    return np.asarray(np.add.reduce(values, axis=axis) / values.shape[axis])


@dataclass(frozen=True, eq=False)
class Measured:
    """`curves` (..., S, K, 2), with what is measured of them once for many comparisons."""

    curves: Array

    @cached_property
    def centres(self) -> Array:
        """(..., S, 2)"""
        return centres(self.curves)

    @cached_property
    def centred(self) -> Array:
        """`curves` after their centres are moved to 0, x before y: (2, ..., S, K)."""
        moved = self.curves - self.centres[..., None, :]
        return np.array([moved[..., 0], moved[..., 1]])

    @cached_property
    def lengths(self) -> Array:
        """(..., S)"""
        return lengths(self.curves)


def centred_distances(drawn: Array, reference: Array) -> Array:
    """Mean distances of corresponding points of curves whose centres are at 0: (..., D, R).

    `drawn` is (2, ..., D, K) and `reference` (2, ..., R, K), as in `Measured.centred`.
    """
    x, y = drawn[..., None, :] - reference[..., None, :, :]
    x *= x
    y *= y
    x += y
    return np.asarray(np.add.reduce(np.sqrt(x, out=x), axis=-1) / drawn.shape[-1])


def fit(source: Array, target: Array, *, stretch: float) -> tuple[Array, Array]:
    """Least-squares scale and offset of each axis that map `source` onto `target`, both (S, K, 2).

    Returns scale (x, y) and offset (x, y). Scales lie between 1 / `stretch` and `stretch`. An axis
    along which `source` has little spread takes the scale of the other axis.
    """
    both = np.concatenate([source, target], axis=2).reshape(-1, 4)
    mean = np.add.reduce(both) / len(both)
    both -= mean
    (xx, _, xu, _), (_, yy, _, yv), *_ = (both.T @ both).tolist()
    spread, covariance = (xx, yy), (xu, yv)
    common_scale = sum(covariance) / max(sum(spread), 1e-9)
    weight = 0.05 * max(*spread, 1e-9)  # draws the scale of a thin axis to the common scale
    scale = np.array(
        [
            min(max((one + weight * common_scale) / (own + weight), 1 / stretch), stretch)
            for one, own in zip(covariance, spread, strict=True)
        ]
    )
    return scale, mean[2:] - scale * mean[:2]
