"""Times for synthetic strokes: each is a sum of lognormal movements, sampled by a device.

The sigma-lognormal model: R. Plamondon, A kinematic theory of rapid human movements, 1995;
C. O'Reilly and R. Plamondon, 2009. A stroke is one movement, or two that meet at its sharpest
corner. The distance the pen has covered is a sum of lognormal distribution functions of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from data.synthetic.mistakes import Array, Booleans, Generator, Integers, StrokePlan
from data.synthetic.writer import Writers

SIGMA = 0.32  # of a movement; larger = a longer tail
ARRIVAL = 2.4  # standard deviations of a movement after which the pen has arrived
OVERLAP = 0.55  # fraction of a movement's time after which the next one starts
SHARP = 0.7  # radians of turning from which a stroke slows down at a corner
LIFT_MS, LIFT_SPREAD = 330.0, 0.5  # median time in the air; standard deviation of its logarithm
MIN_MS = 35.0  # duration of the shortest movement


@dataclass(frozen=True)
class Device:
    """A recording device. `rate_hz`: points a second; `unit_mm`: the grid of its coordinates.

    Raises ValueError outside 10 to 1000 points a second and a grid of up to 5 mm.
    """

    rate_hz: float = 120.0
    unit_mm: float = 0.1

    def __post_init__(self) -> None:
        if not (10 <= self.rate_hz <= 1000 and 0 < self.unit_mm <= 5):
            raise ValueError("a device has 10 to 1000 points a second and a grid of up to 5 mm")

    @property
    def period_ms(self) -> np.float32:
        """Time between two points."""
        return np.float32(1000 / self.rate_hz)


@dataclass(frozen=True)
class Trace:
    """Recorded inks as flat arrays.

    `points`: (N, 2) float32 in units of the device. `t`: (N,) float32, ms from the first point of
    the ink. `canonical`: (N,) int16, the canonical stroke of each point, -1 on the way between two
    strokes that are joined. `stroke_offsets`, `ink_offsets`: int64, where strokes start among the
    points and inks among the strokes, as in a corpus.
    """

    points: Array
    t: Array
    canonical: npt.NDArray[np.int16]
    stroke_offsets: Integers
    ink_offsets: Integers


def trace(
    points: Array,
    plan: StrokePlan,
    writers: Writers,
    generator: Generator,
    *,
    device: Device | None = None,
) -> Trace:
    """Record strokes with times. `points`: (S, P, 2) float32 in the unit box, a row of `plan` each.

    A stroke without a pen lift before it continues the one before.
    """
    device = device or Device()
    timing = _timing(points, plan, writers, generator, device.period_ms)
    samples = _Samples.of(timing, plan, device.period_ms)
    place = _positions(points, timing, samples, device.period_ms)
    t = timing.start_times(plan.ink)[samples.stroke] + samples.step * device.period_ms
    size = (writers.size / device.unit_mm)[plan.ink[samples.stroke]][:, None]
    lifted = np.flatnonzero(plan.is_lifted)
    return Trace(
        np.round(place * size).astype(np.float32),
        np.maximum(t, 0).round().astype(np.float32),
        np.where(samples.is_link, -1, plan.canonical[samples.stroke]).astype(np.int16),
        np.append(samples.first[lifted], len(samples.stroke)),
        np.searchsorted(plan.ink[lifted], np.arange(len(writers) + 1)),
    )


@dataclass(frozen=True)
class _Timing:
    """(S,) float32 each, in ms: how long a stroke is drawn, and the pause before it.

    The pause before a joined stroke is the time of the line that leads to it.
    """

    moving: Array
    pause: Array

    def start_times(self, ink: Integers) -> Array:
        """(S,), when each stroke starts, in ms from the start of the first stroke of its ink."""
        start = np.cumsum(self.moving + self.pause) - self.moving
        is_first = np.concatenate([[True], ink[1:] != ink[:-1]])
        first = np.maximum.accumulate(np.where(is_first, np.arange(len(ink)), 0))
        return np.asarray(start - start[first])


def _timing(
    points: Array,
    plan: StrokePlan,
    writers: Writers,
    generator: Generator,
    period_ms: np.float32,
) -> _Timing:
    def whole_periods(ms: Array) -> Array:
        """Times rounded up to a multiple of the device's period, at least one."""
        return np.asarray(np.maximum(np.ceil(ms / period_ms), 1) * period_ms, np.float32)

    length = np.linalg.norm(np.diff(points, axis=1), axis=2).sum(axis=1)
    gap = np.zeros(len(points), np.float32)
    gap[1:] = np.linalg.norm(points[1:, 0] - points[:-1, -1], axis=1)
    variation = generator.standard_normal(len(points), np.float32)
    speed = writers.speed[plan.ink] * np.exp(0.15 * variation)
    # Long strokes are drawn faster: time grows with the square root of length.
    moving = MIN_MS + 1000 * np.sqrt(0.35 * length) / speed
    lift = LIFT_MS * np.exp(LIFT_SPREAD * generator.standard_normal(len(points))) * 2.2 / speed
    link = MIN_MS + 600 * gap / speed
    return _Timing(whole_periods(moving), whole_periods(np.where(plan.is_lifted, lift, link)))


@dataclass(frozen=True)
class _Samples:
    """The points that the device records, stroke after stroke: (N,) int64, but `first` (S,).

    `stroke`: the row of the plan. `step`: periods since the stroke started; negative on the line
    that leads to it from the stroke before. `first`: the first sample of each stroke, its line
    included. `links`: (N,), the samples of that line.
    """

    stroke: Integers
    step: Integers
    first: Integers
    links: Integers

    @classmethod
    def of(cls, timing: _Timing, plan: StrokePlan, period_ms: np.float32) -> _Samples:
        counts = (timing.moving / period_ms).round().astype(np.int64) + 1
        pauses = (timing.pause / period_ms).round().astype(np.int64)
        links = np.where(plan.is_lifted, 0, pauses - 1)
        stroke = np.repeat(np.arange(len(counts)), counts + links)
        first = np.cumsum(counts + links) - (counts + links)
        step = np.arange(len(stroke)) - first[stroke] - links[stroke]
        return cls(stroke, step, first, links[stroke])

    @property
    def is_link(self) -> Booleans:
        """(N,), whether a sample lies on the line between two joined strokes."""
        return np.asarray(self.step < 0)


def _positions(points: Array, timing: _Timing, samples: _Samples, period_ms: np.float32) -> Array:
    """Where the pen is at each sample: (N, 2)."""
    stroke, is_link = samples.stroke, samples.is_link
    elapsed = (samples.step * period_ms / timing.moving[stroke]).clip(0, 1)
    place = _interpolated(points, stroke, _progress(points, elapsed, stroke))
    along = (1 + samples.step[is_link] / (samples.links[is_link] + 1))[:, None]
    before, after = points[stroke[is_link] - 1, -1], points[stroke[is_link], 0]
    place[is_link] = before + along * (after - before)
    return place


def lognormal(elapsed: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The fraction of a movement that is done after a fraction of its time; both from 0 to 1."""
    mu = -SIGMA * ARRIVAL
    done = ndtr((np.log(np.maximum(elapsed, 1e-6)) - mu) / SIGMA) / ndtr(ARRIVAL)
    return np.asarray(np.minimum(done, 1))


def _progress(points: Array, elapsed: Array, stroke: Integers) -> Array:
    """(N,), how far along its stroke the pen is, from 0 to 1.

    `elapsed`: (N,), the fraction of the stroke's time that has passed.
    """
    step = np.diff(points, axis=1)
    heading = np.arctan2(step[..., 1], step[..., 0])
    turning = np.abs((np.diff(heading, axis=1) + np.pi) % (2 * np.pi) - np.pi)
    turning = turning[:, 1:-1]  # a hook at the very end is not a movement of its own
    corner = turning.argmax(axis=1)
    is_sharp = turning[np.arange(len(points)), corner] > SHARP
    split = np.where(is_sharp, (corner + 2) / (points.shape[1] - 1), 1.0).astype(np.float32)[stroke]
    # The first movement takes its part of the time; the second starts before the first has ended.
    first_time = np.where(split < 1, split * (1 - 0.5 * OVERLAP * (1 - split)), 1.0)
    second_start = first_time * OVERLAP
    first = lognormal(elapsed / first_time)
    second = lognormal((elapsed - second_start) / (1 - second_start))
    done = np.where(split < 1, split * first + (1 - split) * second, first)
    return np.asarray(done, np.float32)


def _interpolated(points: Array, stroke: Integers, along: Array) -> Array:
    """(N, 2), the place on polyline `stroke` at `along` of its points, from 0 to 1."""
    at = along * (points.shape[1] - 1)
    low = np.minimum(at.astype(np.int64), points.shape[1] - 2)
    weight = (at - low)[:, None].astype(np.float32)
    return np.asarray(points[stroke, low] * (1 - weight) + points[stroke, low + 1] * weight)
