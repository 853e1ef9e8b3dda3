"""When the pen is where: strokes as sums of lognormal movements, recorded by a device.

Sigma-lognormal model: R. Plamondon, A kinematic theory of rapid human movements, 1995; C. O'Reilly
and R. Plamondon, 2009. A stroke is one movement, or two that meet at its sharpest corner; how far
along it the pen has come is a sum of lognormal distribution functions of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from data.synthetic.mistakes import Plan
from data.synthetic.writer import Writers

SIGMA = 0.32  # of a movement; larger = a longer tail
REACHED = 2.4  # standard deviations of a movement after which the pen has arrived
OVERLAP = 0.55  # of a movement's time, when the next one sets in
SHARP = 0.7  # radians of turning from which a stroke slows down at a corner
LIFT_MS, LIFT_SPREAD = 330.0, 0.5  # median of the time in the air, and its spread as a logarithm
LEAST_MS = 35.0  # a movement, however short

Array = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Device:
    """`rate_hz`: points a second; `unit_mm`: the grid that coordinates are rounded to."""

    rate_hz: float = 120.0
    unit_mm: float = 0.1

    def __post_init__(self) -> None:
        if not (10 <= self.rate_hz <= 1000 and 0 < self.unit_mm <= 5):
            raise ValueError("a device has 10 to 1000 points a second and a grid of up to 5 mm")


@dataclass(frozen=True)
class Trace:
    """`points`: (N, 2) float32 in units of the device; `t`: (N,) float32, ms from the first point.

    `canonical`: (N,) int16, the canonical stroke of each point, -1 on the way between two that were
    joined; `stroke_offsets`, `ink_offsets`:
    where strokes start among the points and inks among the strokes, as in a corpus.
    """

    points: Array
    t: Array
    canonical: npt.NDArray[np.int16]
    stroke_offsets: Integers
    ink_offsets: Integers


def trace(
    points: Array,
    plan: Plan,
    writers: Writers,
    generator: np.random.Generator,
    *,
    device: Device | None = None,
) -> Trace:
    """Strokes (S, P, 2) in boxes, as `plan` has them, recorded with times.

    A stroke that the pen was not lifted before goes on from the one before it.
    """
    device = device or Device()
    period = np.float32(1000 / device.rate_hz)

    def whole(ms: Array) -> Array:
        """Times that are multiples of the device's period, one at least."""
        return np.asarray(np.maximum(np.ceil(ms / period), 1) * period, np.float32)

    of = plan.ink
    joined = ~plan.is_lifted
    length = np.linalg.norm(np.diff(points, axis=1), axis=2).sum(axis=1)
    gap = np.zeros(len(points), np.float32)
    gap[1:] = np.linalg.norm(points[1:, 0] - points[:-1, -1], axis=1)
    speed = writers.speed[of] * np.exp(0.15 * generator.standard_normal(len(points), np.float32))
    # Long strokes are drawn faster: time grows with the square root of length.
    moving = whole(LEAST_MS + 1000 * np.sqrt(0.35 * length) / speed)
    lift = LIFT_MS * np.exp(LIFT_SPREAD * generator.standard_normal(len(points))) * 2.2 / speed
    linking = LEAST_MS + 600 * gap / speed
    pause = whole(np.where(joined, linking, lift))

    counts = (moving / period).round().astype(np.int64) + 1
    links = np.where(joined, (pause / period).round().astype(np.int64) - 1, 0)
    stroke = np.repeat(np.arange(len(points)), counts + links)
    first = np.cumsum(counts + links) - (counts + links)
    # Negative steps lie on the way from the stroke before, drawn without a lift.
    step = np.arange(len(stroke)) - first[stroke] - links[stroke]
    share = (step * period / moving[stroke]).clip(0, 1)
    place = _sampled(points, stroke, _progress(points, share, stroke))
    linked = step < 0
    on = (1 + step[linked] / (links[stroke[linked]] + 1))[:, None]
    before, after = points[stroke[linked] - 1, -1], points[stroke[linked], 0]
    place[linked] = before + on * (after - before)

    begun = moving + pause
    began = np.cumsum(begun) - moving
    is_first = np.concatenate([[True], of[1:] != of[:-1]])
    began -= began[np.maximum.accumulate(np.where(is_first, np.arange(len(of)), 0))]
    t = began[stroke] + step * period
    size = (writers.size / device.unit_mm)[of[stroke]][:, None]
    lifted = np.flatnonzero(plan.is_lifted)
    return Trace(
        np.round(place * size).astype(np.float32),
        np.maximum(t, 0).round().astype(np.float32),
        np.where(linked, -1, plan.canonical[stroke]).astype(np.int16),
        np.append(first[lifted], len(stroke)),
        np.searchsorted(of[lifted], np.arange(len(writers) + 1)),
    )


def lognormal(share: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """How far a movement has come after a share of its time, both from 0 to 1."""
    mu = -SIGMA * REACHED
    done = ndtr((np.log(np.maximum(share, 1e-6)) - mu) / SIGMA) / ndtr(REACHED)
    return np.asarray(np.minimum(done, 1))


def _progress(points: Array, share: Array, stroke: Integers) -> Array:
    """How far along its stroke, 0 to 1, the pen is after each `share` of the stroke's time."""
    step = np.diff(points, axis=1)
    heading = np.arctan2(step[..., 1], step[..., 0])
    turning = np.abs((np.diff(heading, axis=1) + np.pi) % (2 * np.pi) - np.pi)
    turning = turning[:, 1:-1]  # hooks at the very ends are no movement of their own
    corner = turning.argmax(axis=1)
    sharp = turning[np.arange(len(points)), corner] > SHARP
    split = np.where(sharp, (corner + 2) / (points.shape[1] - 1), 1.0).astype(np.float32)[stroke]
    # The first movement takes its part of the time; the second sets in before the first has ended.
    late = np.where(split < 1, split * (1 - 0.5 * OVERLAP * (1 - split)), 1.0)
    first = lognormal(share / late)
    second = lognormal((share - late * OVERLAP) / (1 - late * OVERLAP))
    reached = np.where(split < 1, split * first + (1 - split) * second, first)
    return np.asarray(reached, np.float32)


def _sampled(points: Array, stroke: Integers, along: Array) -> Array:
    """The place on polyline `stroke` at `along` of its points, 0 to 1."""
    at = along * (points.shape[1] - 1)
    low = np.minimum(at.astype(np.int64), points.shape[1] - 2)
    share = (at - low)[:, None].astype(np.float32)
    return np.asarray(points[stroke, low] * (1 - share) + points[stroke, low + 1] * share)
