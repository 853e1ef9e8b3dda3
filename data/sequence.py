"""Ink as a sequence of fixed length, the form that the recognizer reads.

Real and synthetic ink pass through the same function, so that nothing about how a device or a
generator samples its points (their number, their spacing, the scale) is left to be learned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.ink import Ink

PREPROCESSING_VERSION = 1
STEPS = 128  # points in a sequence
FEATURES = ("x", "y", "dx", "dy", "cos", "sin", "new_stroke", "progress")
PEN_UP_MEASURE = 0.4  # length that a pen lift counts for, in units of the ink's own spread

Array = npt.NDArray[np.float32]


def sequences(
    points: Array, stroke: npt.NDArray[np.int64], *, pen_up: Array | float = PEN_UP_MEASURE
) -> Array:
    """Fixed-length sequences of a batch of ink: (B, STEPS, 8) float32.

    `points`: (B, M, 2) float32 in any scale, strokes one after the other.
    `stroke`: (B, M) int64, the stroke that each point belongs to, rising; padding repeats the
    last point under the last stroke.
    `pen_up`: (B,) or a number, what a pen lift counts for in the sampling measure.

    Samples are evenly spaced along the pen-down length, to which each pen lift adds a dwell, half
    of it at the end of one stroke and half at the start of the next: a dot is never passed over.
    Position and scale are normalised by the length-weighted mean and the larger of the two
    standard deviations (Zhang et al., arXiv 1606.06539, who use that of x alone; thin characters
    such as 丨 need both).
    """
    points = _normalised(points, stroke)
    step = np.diff(points, axis=1)
    same = stroke[:, 1:] == stroke[:, :-1]
    length = np.where(same, np.hypot(step[..., 0], step[..., 1]), 0.0)
    lift = np.broadcast_to(np.asarray(pen_up, np.float32), (len(points),))[:, None]
    measure = np.where(same, length, lift)
    reached = np.concatenate([np.zeros_like(lift), np.cumsum(measure, axis=1)], axis=1)
    total = np.maximum(reached[:, -1:], 1e-6)
    wanted = total * ((np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS)
    segment = _search(reached, wanted)
    share = (wanted - _pick(reached, segment)) / np.maximum(_pick(measure, segment), 1e-9)
    on_stroke = _pick(same, segment)
    share = np.clip(np.where(on_stroke, share, share >= 0.5), 0.0, 1.0)[..., None]
    start, end = _pick(points, segment), _pick(points, segment + 1)
    position = start + share * (end - start)
    owner = np.where(share[..., 0] >= 0.5, _pick(stroke, segment + 1), _pick(stroke, segment))
    tangent = np.where(on_stroke[..., None], end - start, 0.0)
    tangent /= np.maximum(np.hypot(tangent[..., :1], tangent[..., 1:]), 1e-6)
    moved = np.diff(position, axis=1, prepend=position[:, :1])
    new = np.diff(owner, axis=1, prepend=owner[:, :1] - 1) != 0
    features = np.concatenate(
        [position, moved * 4, tangent, new[..., None], _progress(new)[..., None]], axis=2
    )
    return np.asarray(np.clip(features, -8, 8), np.float32)


def sequence(ink: Ink) -> Array:
    """One ink's sequence: (STEPS, 8) float32."""
    points = np.concatenate([stroke.points for stroke in ink.strokes]).astype(np.float64)
    extent = np.ptp(points, axis=0).max() or 1.0
    points = (points - points.min(axis=0)) / extent  # in float64: page scales differ
    stroke = np.repeat(np.arange(len(ink.strokes)), [len(s.points) for s in ink.strokes])
    if len(points) == 1:
        points, stroke = np.repeat(points, 2, axis=0), np.repeat(stroke, 2)
    return np.asarray(sequences(points[None].astype(np.float32), stroke[None])[0])


def _normalised(points: Array, stroke: npt.NDArray[np.int64]) -> Array:
    middle = (points[:, 1:] + points[:, :-1]) / 2
    step = np.diff(points, axis=1)
    same = stroke[:, 1:] == stroke[:, :-1]
    weight = np.where(same, np.hypot(step[..., 0], step[..., 1]), 0.0) + 1e-9
    weight = (weight / weight.sum(axis=1, keepdims=True))[..., None]
    mean = (weight * middle).sum(axis=1, keepdims=True)
    within = np.where(same[..., None], step**2, 0.0) / 12  # the variance along a segment itself
    variance = (weight * ((middle - mean) ** 2 + within)).sum(axis=1, keepdims=True)
    spread = np.sqrt(variance.max(axis=2, keepdims=True))
    return np.asarray((points - mean) / np.maximum(spread, 1e-6), np.float32)


def _search(reached: Array, wanted: Array) -> npt.NDArray[np.int64]:
    """For each row, the segment of `reached` that each of `wanted` falls in."""
    rows = zip(reached, wanted, strict=True)
    found = np.stack([np.searchsorted(row, w, side="right") for row, w in rows]) - 1
    return np.asarray(np.clip(found, 0, reached.shape[1] - 2))


def _pick(array: Any, index: npt.NDArray[np.int64]) -> Any:
    return array[np.arange(len(array))[:, None], index]


def _progress(new: npt.NDArray[np.bool_]) -> Array:
    """How far into its stroke each sample is: samples since the last lift, in eighths."""
    steps = np.arange(new.shape[1])
    since = steps - np.maximum.accumulate(np.where(new, steps, 0), axis=1)
    return np.minimum(since / 8, 2).astype(np.float32)
