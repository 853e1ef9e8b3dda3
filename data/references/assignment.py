"""Which stroke of one drawing is which of another, by the assignment of least cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from data.ink import Points
from data.ink.geometry import Array, distances, resample

BACKWARDS = -0.5  # cosine between two shapes below which one is drawn the other way; lower = fewer


@dataclass(frozen=True)
class Assignment:
    """`order`: for each stroke of the first drawing, the index of its stroke in the second.

    `backwards`: indexes in the first whose stroke the second draws the other way. `distance`: the
    largest mean distance of a pair, in sides of the drawings' boxes; above 0.3 the drawings have
    little to do with each other.
    """

    order: tuple[int, ...]
    backwards: tuple[int, ...]
    distance: float

    @property
    def is_in_order(self) -> bool:
        return self.order == tuple(range(len(self.order)))


def assign(first: Sequence[Points], second: Sequence[Points]) -> Assignment:
    """Pairs the strokes of two drawings of as many strokes; `points`: (P, 2), any scale.

    Both are centred and scaled by the longer side of their bounding box. A pair costs the mean
    distance between points evenly spaced along both, in the direction in which it is less.
    """
    ours, theirs = _boxed(first), _boxed(second)
    cost = np.minimum(distances(ours, theirs), distances(ours, theirs[:, ::-1]))
    rows, columns = linear_sum_assignment(cost)
    cosine = _cosine(ours, theirs[columns])
    return Assignment(
        tuple(int(column) for column in columns),
        tuple(int(row) for row in rows if cosine[row] < BACKWARDS),
        float(cost[rows, columns].max()),
    )


def _boxed(strokes: Sequence[Points]) -> Array:
    drawn = np.stack([resample(points) for points in strokes])
    low, high = drawn.min(axis=(0, 1)), drawn.max(axis=(0, 1))
    return np.asarray((drawn - (low + high) / 2) / max(float((high - low).max()), 1e-9))


def _cosine(first: Array, second: Array) -> Array:
    """How alike the shapes (N, S, 2) run, wherever they stand: 1 the same, -1 reversed."""
    first, second = (strokes - strokes.mean(axis=1, keepdims=True) for strokes in (first, second))
    size = np.sqrt((first**2).sum(axis=(1, 2)) * (second**2).sum(axis=(1, 2)))
    return np.asarray((first * second).sum(axis=(1, 2)) / np.maximum(size, 1e-12))
