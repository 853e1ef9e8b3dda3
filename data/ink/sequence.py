"""Ink as a sequence of fixed length, the form that the recognizer reads.

Real and synthetic ink pass through the same function, so that nothing about how a device or a
generator samples its points (their number, their spacing, the scale) is left to be learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from data.ink import Ink

PREPROCESSING_VERSION = 1
STEPS = 128  # points in a sequence
FEATURES = ("x", "y", "dx", "dy", "cos", "sin", "new_stroke", "progress")
PEN_UP_MEASURE = 0.4  # length that a pen lift counts for, in units of the ink's own spread

Array = npt.NDArray[np.float32]
Complex = npt.NDArray[np.complex64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


class Sampled(NamedTuple):
    """A batch of sequences: `features` (B, STEPS, 8) float32; `point` (B, STEPS) int64.

    `point` is the row of the points given that each sample lies next to, on the same stroke.
    """

    features: Array
    point: Integers


class StrokeSequences(NamedTuple):
    """Sequences with strokes: `features` (B, STEPS, 8) float32; `strokes` (B, STEPS) int64.

    `strokes` says which stroke each sample belongs to, -1 for none.
    """

    features: Array
    strokes: Integers

    def at(self, rows: Integers) -> StrokeSequences:
        """Those of some inks."""
        return StrokeSequences(self.features[rows], self.strokes[rows])


def joined(parts: Sequence[StrokeSequences]) -> StrokeSequences:
    """One batch of several."""
    return StrokeSequences(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.strokes for part in parts]),
    )


def sampled(
    points: npt.NDArray[Any],
    is_first: Booleans,
    sizes: Integers,
    *,
    pen_up: npt.NDArray[Any] | float = PEN_UP_MEASURE,
) -> Sampled:
    """Fixed-length sequences of a batch of ink.

    `points`: (N, 2) in any scale, ink after ink, stroke after stroke; an ink has 2 or more.
    `is_first`: (N,), true at the first point of each stroke. `sizes`: (B,), points of each ink.
    `pen_up`: (B,) or a number, what a pen lift counts for in the sampling measure.

    Samples are evenly spaced along the pen-down length, to which each pen lift adds a dwell, half
    of it at the end of one stroke and half at the start of the next: a dot is never passed over.
    Position and scale are normalised by the length-weighted mean and the larger of the two
    standard deviations (Zhang et al., arXiv 1606.06539, who use that of x alone; thin characters
    such as 丨 need both).
    """
    plane = _normalised(points, is_first, sizes)
    segment, share, on_stroke = _places(plane, is_first, sizes, pen_up)
    begin = plane[segment]
    ahead = plane[segment + 1] - begin
    position = begin + share * ahead
    tangent = on_stroke * ahead / np.maximum(np.abs(ahead), 1e-6)
    nearest = segment + (share >= 0.5)
    owner = np.cumsum(is_first)[nearest]
    new = np.ones(segment.shape, bool)
    new[:, 1:] = owner[:, 1:] != owner[:, :-1]
    features = np.zeros((*segment.shape, len(FEATURES)), np.float32)
    features[..., 0], features[..., 1] = position.real, position.imag
    features[:, 1:, 2:4] = np.diff(features[..., :2], axis=1) * 4
    features[..., 4], features[..., 5] = tangent.real, tangent.imag
    features[..., 6], features[..., 7] = new, _progress(new)
    return Sampled(features.clip(-8, 8, out=features), nearest)


def sequence(ink: Ink) -> Array:
    """One ink's sequence: (STEPS, 8) float32."""
    return np.asarray(sampled(*flattened([ink])).features[0])


def stroke_sequences(inks: list[Ink]) -> StrokeSequences:
    """The sequences of inks, and which of its ink's strokes, as drawn, each sample is of."""
    points, is_first, sizes = flattened(inks)
    found = sampled(points, is_first, sizes)
    stroke = np.cumsum(is_first)[found.point]
    return StrokeSequences(found.features, stroke - stroke[:, :1])


def flattened(inks: list[Ink]) -> tuple[npt.NDArray[np.float64], Booleans, Integers]:
    """Inks as `sequences` takes them; an ink of one point has it twice."""
    points, is_first, sizes = [], [], []
    for ink in inks:
        strokes = [stroke.points for stroke in ink.strokes]
        if len(strokes) == 1 and len(strokes[0]) == 1:
            strokes = [np.repeat(strokes[0], 2, axis=0)]
        points += strokes
        lengths = np.array([len(stroke) for stroke in strokes])
        starts = np.zeros(lengths.sum(), bool)
        starts[np.cumsum(lengths) - lengths] = True
        is_first.append(starts)
        sizes.append(len(starts))
    together = np.concatenate(points).astype(np.float64)  # page scales differ
    return together, np.concatenate(is_first), np.array(sizes)


def _normalised(points: npt.NDArray[Any], is_first: Booleans, sizes: Integers) -> Complex:
    """Points as x + iy with a mean of 0 and a spread of 1 in each ink."""
    plane = points.astype(np.float64).view(np.complex128)[:, 0]
    first = np.cumsum(sizes) - sizes
    step = np.append(np.diff(plane), 0)
    step[:-1][is_first[1:]] = 0  # the pen is in the air
    weight = np.abs(step)
    # Where an ink has no length at all, its points count the same.
    weight += np.repeat(np.add.reduceat(weight, first) * 1e-9 + 1e-30, sizes)
    weight /= np.repeat(np.add.reduceat(weight, first), sizes)
    middle = plane + step / 2
    mean = np.add.reduceat(weight * middle, first)
    away = middle - np.repeat(mean, sizes)
    # The second terms are the variance along a segment itself.
    across = np.add.reduceat(weight * (away.real**2 + step.real**2 / 12), first)
    down = np.add.reduceat(weight * (away.imag**2 + step.imag**2 / 12), first)
    spread = np.sqrt(np.maximum(across, down))
    spread = np.maximum(spread, 1e-6 * np.abs(mean) + 1e-30)
    return np.asarray((plane - np.repeat(mean, sizes)) / np.repeat(spread, sizes), np.complex64)


def _places(
    plane: Complex, is_first: Booleans, sizes: Integers, pen_up: npt.NDArray[Any] | float
) -> tuple[Integers, Array, Booleans]:
    """Where the samples lie: (B, STEPS) each, the segment, how far along it, if the pen is down."""
    last = np.cumsum(sizes) - 1
    first = last + 1 - sizes
    lift = np.repeat(np.broadcast_to(np.asarray(pen_up, np.float64), sizes.shape), sizes)
    # measure[n] leads from point n - 1 to point n.
    measure = np.where(is_first, lift, np.abs(np.diff(plane, prepend=0)))
    measure[first] = 0.0
    reached = np.cumsum(measure)
    begin, end = reached[first], reached[last]
    total = np.maximum(end - begin, 1e-6)
    wanted = begin[:, None] + total[:, None] * ((np.arange(STEPS) + 0.5) / STEPS)
    found = np.searchsorted(reached, wanted.ravel(), side="right").reshape(wanted.shape) - 1
    segment = np.clip(found, first[:, None], last[:, None] - 1)
    share = (wanted - reached[segment]) / np.maximum(measure[segment + 1], 1e-9)
    on_stroke = ~is_first[segment + 1]
    share = np.clip(np.where(on_stroke, share, share >= 0.5), 0.0, 1.0)
    return segment, share.astype(np.float32), on_stroke


def _progress(new: Booleans) -> Array:
    """How far into its stroke each sample is: samples since the last lift, in eighths."""
    steps = np.arange(new.shape[1])
    since = steps - np.maximum.accumulate(np.where(new, steps, 0), axis=1)
    return np.minimum(since / 8, 2).astype(np.float32)
