"""Match the strokes of two drawings, by the assignment of least total cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.assignment import least_cost_assignment
from data.ink import Points
from data.ink.geometry import Array, distances, resample

BACKWARDS = -0.5  # cosine of two shapes below which one is reversed; lower = fewer reversed


@dataclass(frozen=True)
class Assignment:
    """How the strokes of two drawings match.

    `order`: for each stroke of the first drawing, the index of its stroke in the second.
    `backwards`: the strokes of the first that the second draws in the opposite direction.
    `distance`: the largest mean distance of a pair, as a fraction of the longer side of a drawing's
    bounding box; above 0.3 the drawings hardly resemble each other.
    """

    order: tuple[int, ...]
    backwards: tuple[int, ...]
    distance: float

    @property
    def is_in_order(self) -> bool:
        return self.order == tuple(range(len(self.order)))


def assign(first: Sequence[Points], second: Sequence[Points]) -> Assignment:
    """Match two drawings with the same number of strokes; each stroke is (P, 2), in any scale.

    Both drawings are centred and scaled by the longer side of their bounding boxes. The cost of a
    pair is the mean distance of points evenly spaced along both strokes, in the direction in which
    it is smaller.
    """
    ours, theirs = _boxed(first), _boxed(second)
    cost = np.minimum(distances(ours, theirs), distances(ours, theirs[:, ::-1]))
    rows, columns = least_cost_assignment(cost)
    cosine = _cosine(ours, theirs[columns])
    return Assignment(
        tuple(int(column) for column in columns),
        tuple(int(row) for row in rows if cosine[row] < BACKWARDS),
        float(cost[rows, columns].max()),
    )


def distance_in_order(first: Sequence[Points], second: Sequence[Points]) -> float:
    """The largest mean distance of the strokes of two drawings in the order given, as in `assign`.

    Both drawings have the same number of strokes.
    """
    ours, theirs = _boxed(first), _boxed(second)
    cost = np.minimum(distances(ours, theirs), distances(ours, theirs[:, ::-1]))
    return float(cost.diagonal().max())


def _boxed(strokes: Sequence[Points]) -> Array:
    """Evenly spaced points of each stroke, centred and scaled: (N, P, 2)."""
    drawn = np.stack([resample(points) for points in strokes])
    low, high = drawn.min(axis=(0, 1)), drawn.max(axis=(0, 1))
    return np.asarray((drawn - (low + high) / 2) / max(float((high - low).max()), 1e-9))


def _cosine(first: Array, second: Array) -> Array:
    """(N,), the cosine of two shapes (N, P, 2) about their means: 1 is equal, -1 reversed."""
    first, second = (strokes - strokes.mean(axis=1, keepdims=True) for strokes in (first, second))
    size = np.sqrt((first**2).sum(axis=(1, 2)) * (second**2).sum(axis=(1, 2)))
    return np.asarray((first * second).sum(axis=(1, 2)) / np.maximum(size, 1e-12))
