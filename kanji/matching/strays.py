"""Strokes that lie far from the character, such as the touch of a palm.

One of them stretches the ink's box so much that no stroke fits the reference. The ink is therefore
matched without them too.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kanji.matching.geometry import Array, centres, lengths

MAX_STRAYS = 2  # far strokes that are looked for; larger = slower
# Longer side of the box without the far strokes over the side with them, below which they are far.
# Larger = more strokes are looked at.
FAR_SIDE = 0.75


def without_far_strokes(ink: Array) -> Iterator[list[int]]:
    """The indexes of the strokes `ink` (S, K, 2) without the one or two that are far from the rest.

    Nothing where no stroke is far.
    """
    order = _by_distance(ink)
    low, high = ink.min(axis=1)[order], ink.max(axis=1)[order]
    low, high = np.minimum.accumulate(low), np.maximum.accumulate(high)
    sides = (high - low).max(axis=1)  # of the box of the nearest stroke, of the two nearest, ...
    side = sides[-1]
    for count in range(len(ink) - 1, max(len(ink) - 1 - MAX_STRAYS, 0), -1):
        if sides[count - 1] < FAR_SIDE * side:
            yield sorted(order[:count].tolist())
            side = sides[count - 1]


def _by_distance(ink: Array) -> npt.NDArray[np.int64]:
    """The strokes by the distance of their centres from the middle of the ink, the nearest first.

    The middle is the median of all points, each weighted by the length of its stroke.
    """
    weights = np.repeat(lengths(ink) + 1e-9, ink.shape[1])
    points = ink.reshape(-1, 2)
    ranks = points.argsort(axis=0)
    cumulative = weights[ranks].cumsum(axis=0)
    middle = points[ranks[(cumulative < cumulative[-1] / 2).sum(axis=0), [0, 1]], [0, 1]]
    distances = np.linalg.norm(centres(ink) - middle, axis=1)
    return np.argsort(distances, kind="stable")
