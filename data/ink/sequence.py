"""Ink as a sequence of fixed length, the input of the recognizer.

Real and synthetic ink pass through the same function. So a network cannot learn how a device or a
generator samples its points: their number, their spacing and their scale are normalised.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from data.ink import Ink

PREPROCESSING_VERSION = 1
STEPS = 128  # samples in a sequence
FEATURES = ("x", "y", "dx", "dy", "cos", "sin", "new_stroke", "progress")
PEN_UP_MEASURE = 0.4  # length that a pen lift counts as, in units of the ink's own spread

Array = npt.NDArray[np.float32]
Complex = npt.NDArray[np.complex64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


class Sampled(NamedTuple):
    """A batch of sequences.

    `features`: (B, STEPS, 8) float32, in the order of FEATURES.
    `point`: (B, STEPS) int64, for each sample the row of the input point nearest to it on the same
    stroke.
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
        """The sequences of the inks in these rows."""
        return StrokeSequences(self.features[rows], self.strokes[rows])


def joined(parts: Sequence[StrokeSequences]) -> StrokeSequences:
    """Several batches as one."""
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
    """Fixed-length sequences of a batch of inks.

    `points`: (N, 2) in any scale, ink after ink, stroke after stroke; an ink has 2 points or more.
    `is_first`: (N,) bool, true at the first point of each stroke. `sizes`: (B,), the number of
    points of each ink. `pen_up`: (B,) or a number, the length that a pen lift counts as.

    Samples are evenly spaced along the pen-down length. Each pen lift adds `pen_up` to that length,
    half at the end of one stroke and half at the start of the next, so that no dot is skipped.
    Position and scale are normalised by the length-weighted mean and the larger of the two
    standard deviations. This follows Zhang et al., arXiv 1606.06539, who use the deviation of x
    alone; thin characters such as 丨 need both.
    """
    plane = _normalised(points, is_first, sizes)
    segment, fraction, on_stroke = _positions(plane, is_first, sizes, pen_up)
    begin = plane[segment]
    ahead = plane[segment + 1] - begin
    position = begin + fraction * ahead
    tangent = on_stroke * ahead / np.maximum(np.abs(ahead), 1e-6)
    nearest = segment + (fraction >= 0.5)
    owner = is_first.cumsum()[nearest]
    new = np.ones(segment.shape, bool)
    new[:, 1:] = owner[:, 1:] != owner[:, :-1]
    features = np.zeros((*segment.shape, len(FEATURES)), np.float32)
    features[..., 0], features[..., 1] = position.real, position.imag
    features[:, 1:, 2:4] = (features[:, 1:, :2] - features[:, :-1, :2]) * 4
    features[..., 4], features[..., 5] = tangent.real, tangent.imag
    features[..., 6], features[..., 7] = new, _progress(new)
    return Sampled(features.clip(-8, 8, out=features), nearest)


def sequence(ink: Ink) -> Array:
    """One ink's sequence: (STEPS, 8) float32."""
    return np.asarray(sampled(*flattened([ink])).features[0])


def stroke_sequences(inks: list[Ink]) -> StrokeSequences:
    """The sequences of inks, and which of its ink's strokes, as drawn, each sample is of."""
    points, is_first, sizes = flattened(inks)
    samples = sampled(points, is_first, sizes)
    stroke = np.cumsum(is_first)[samples.point]
    return StrokeSequences(samples.features, stroke - stroke[:, :1])


def flattened(inks: list[Ink]) -> tuple[npt.NDArray[np.float64], Booleans, Integers]:
    """Inks as the arguments of `sampled`, in float64. A lone point is repeated, to make two."""
    points, is_first, sizes = [], [], []
    for ink in inks:
        strokes = [stroke.points for stroke in ink.strokes]
        if len(strokes) == 1 and len(strokes[0]) == 1:
            strokes = [np.repeat(strokes[0], 2, axis=0)]
        points += strokes
        lengths = np.array([len(stroke) for stroke in strokes])
        starts = np.zeros(lengths.sum(), bool)
        starts[lengths.cumsum() - lengths] = True
        is_first.append(starts)
        sizes.append(len(starts))
    flat = np.concatenate(points).astype(np.float64)  # page scales differ
    return flat, np.concatenate(is_first), np.array(sizes)


def _normalised(points: npt.NDArray[Any], is_first: Booleans, sizes: Integers) -> Complex:
    """Points as x + iy, with mean 0 and spread 1 within each ink."""
    plane = points.astype(np.float64).view(np.complex128)[:, 0]
    first = sizes.cumsum() - sizes
    step = np.zeros_like(plane)  # and 0 where the pen is in the air
    np.subtract(plane[1:], plane[:-1], out=step[:-1], where=~is_first[1:])
    weight = np.abs(step)
    # The points of an ink without any length weigh the same.
    weight += (np.add.reduceat(weight, first) * 1e-9 + 1e-30).repeat(sizes)
    weight /= np.add.reduceat(weight, first).repeat(sizes)
    middle = plane + step / 2
    mean = np.add.reduceat(weight * middle, first)
    away = middle - mean.repeat(sizes)
    # The second terms are the variance within a segment.
    across = np.add.reduceat(weight * (away.real**2 + step.real**2 / 12), first)
    down = np.add.reduceat(weight * (away.imag**2 + step.imag**2 / 12), first)
    spread = np.sqrt(np.maximum(across, down))
    spread = np.maximum(spread, 1e-6 * np.abs(mean) + 1e-30)
    return np.asarray((plane - mean.repeat(sizes)) / spread.repeat(sizes), np.complex64)


def _positions(
    plane: Complex, is_first: Booleans, sizes: Integers, pen_up: npt.NDArray[Any] | float
) -> tuple[Integers, Array, Booleans]:
    """Where the samples lie: the segment, the fraction of it, whether the pen is down; (B, STEPS).

    Segment n leads from point n to point n + 1.
    """
    last = sizes.cumsum() - 1
    first = last + 1 - sizes
    # measure[n] leads from point n - 1 to point n.
    measure = np.full(len(sizes), pen_up, np.float64).repeat(sizes)
    np.abs(plane[1:].astype(complex) - plane[:-1], out=measure[1:], where=~is_first[1:])
    measure[first] = 0.0
    along = measure.cumsum()
    begin, end = along[first], along[last]
    total = np.maximum(end - begin, 1e-6)
    targets = begin[:, None] + total[:, None] * ((np.arange(STEPS) + 0.5) / STEPS)
    before = along.searchsorted(targets.ravel(), side="right").reshape(targets.shape) - 1
    segment = np.minimum(np.maximum(before, first[:, None]), last[:, None] - 1)
    fraction = (targets - along[segment]) / np.maximum(measure[segment + 1], 1e-9)
    on_stroke = ~is_first[segment + 1]
    fraction = np.minimum(np.maximum(np.where(on_stroke, fraction, fraction >= 0.5), 0.0), 1.0)
    return segment, fraction.astype(np.float32), on_stroke


def _progress(new: Booleans) -> Array:
    """How far into its stroke each sample is: (samples since the last lift) / 8, at most 2."""
    steps = np.arange(new.shape[1])
    since = steps - np.maximum.accumulate(np.where(new, steps, 0), axis=1)
    return np.minimum(since / 8, 2).astype(np.float32)
