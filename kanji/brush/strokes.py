"""What a brush is to write: the line of each stroke, how it ends, and how hard the brush presses.

The ending of a reference stroke follows from its type, as in `kanji.grading.endings`. The ending of
a drawn stroke is seen in its line and its times, and its width follows from speed and pressure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.ink import Ink, Stroke
from data.references.reference import Reference
from kanji.grading.endings import (
    ENDINGS_OF_TYPE,
    REFERENCE_HOOK_DEGREES,
    ending_by_speed,
    turn_at_end,
)
from kanji.matching.geometry import distance_along

# A "foot" is the right-falling sweep 捺, which grows broad before it ends; a "dot" is 点; a "join"
# is a stop on another stroke, where no press shows.
BrushEnding = Literal["stop", "hook", "sweep", "foot", "dot", "join"]
Array = npt.NDArray[np.float64]
Reported = npt.NDArray[np.float32] | Array  # by a pen

DOT, FOOT = "㇔", "㇏"
CURVED_SWEEPS = "㇇㇋"  # which end in a sweep, though the grader judges no ending of theirs
NEEDLE_LENGTH = 0.5  # of the unit box, from which a last upright stroke tapers off (懸針)
DOT_LENGTH = 0.16  # of the ink's longer side, below which a drawn stroke is a dot
FAST_PRESSURE, SLOW_PRESSURE = 0.65, 1.25  # of a brush at twice, and at half, the usual speed
MARGIN = 0.08  # of the unit box, left on each side of a drawn character
SMOOTHING = 5  # points over which speed and pressure are averaged


@dataclass(frozen=True, eq=False)
class BrushStroke:
    """One stroke to write.

    `points`: (N, 2) float64 in the unit box, x right, y down. `pressure`: (N,), 1 is usual, or None
    for an even one.
    """

    points: Array
    ending: BrushEnding
    pressure: Array | None = None


def strokes_of_reference(reference: Reference) -> list[BrushStroke]:
    """The canonical strokes of a character, with the endings that their types ask for."""
    last = len(reference.strokes) - 1
    return [
        BrushStroke(
            np.asarray(stroke.points, np.float64),
            _ending_of_type(stroke.type, stroke.points.astype(np.float64), is_last=number == last),
        )
        for number, stroke in enumerate(reference.strokes)
    ]


def strokes_of_ink(
    ink: Ink, pressures: Sequence[Reported | None] | None = None
) -> list[BrushStroke]:
    """The strokes of a drawing, moved into the unit box.

    `pressures`: for each stroke (N,), 0 to 1, as a pen reports it, or None; by default those of
    the ink. Without them the pressure follows from the speed; without times it is even. Raises
    ValueError where a pressure is not as long as its stroke.
    """
    pressures = pressures or [stroke.pressure for stroke in ink.strokes]
    if len(pressures) != len(ink.strokes):
        raise ValueError(f"{len(pressures)} pressures were given for {len(ink.strokes)} strokes")
    every = np.concatenate([stroke.points for stroke in ink.strokes]).astype(np.float64)
    low, side = every.min(axis=0), max(float(np.ptp(every, axis=0).max()), 1e-9)
    middle = np.ptp(every, axis=0) / 2
    scale = (1 - 2 * MARGIN) / side
    usual = _usual_speed(ink)
    return [
        BrushStroke(
            (stroke.points.astype(np.float64) - low - middle) * scale + 0.5,
            _drawn_ending(stroke, side),
            _pressure(stroke, given, usual),
        )
        for stroke, given in zip(ink.strokes, pressures, strict=True)
    ]


def _ending_of_type(kind: str, points: Array, *, is_last: bool) -> BrushEnding:
    letter = kind[:1]
    if letter == DOT:
        return "dot"
    if letter == FOOT:
        return "foot"
    accepted = ENDINGS_OF_TYPE.get(letter, frozenset())
    if "hook" in accepted and abs(turn_at_end(points)[0]) > REFERENCE_HOOK_DEGREES:
        return "hook"
    if accepted == {"sweep"} or (letter and letter in CURVED_SWEEPS):
        return "sweep"
    is_needle = "sweep" in accepted and is_last and distance_along(points)[-1] > NEEDLE_LENGTH
    return "sweep" if is_needle else "stop"


def _drawn_ending(stroke: Stroke, side: float) -> BrushEnding:
    points = stroke.points.astype(np.float64)
    length = distance_along(points)[-1]
    if length < DOT_LENGTH * side:
        return "dot"
    if abs(turn_at_end(points)[0]) > REFERENCE_HOOK_DEGREES:
        return "hook"
    is_sweep = stroke.t is not None and ending_by_speed(points, stroke.t) == "sweep"
    return "sweep" if is_sweep else "stop"


def _usual_speed(ink: Ink) -> float:
    """The median speed of all points of an ink; 0 where it has no times."""
    speeds = [_speed(stroke) for stroke in ink.strokes]
    known = [speed for speed in speeds if speed is not None]
    return float(np.median(np.concatenate(known))) if known else 0.0


def _speed(stroke: Stroke) -> Array | None:
    """Units a millisecond at each point, or None where the times do not tell."""
    if stroke.t is None or len(stroke.points) < SMOOTHING:
        return None
    steps = np.diff(stroke.t.astype(np.float64))
    if (steps < 0).any() or steps.sum() <= 0:
        return None
    moved = np.diff(distance_along(stroke.points.astype(np.float64)))
    speed = _smooth(moved) / np.maximum(_smooth(steps), 1e-3)
    return np.append(speed, speed[-1])


def _pressure(stroke: Stroke, given: Reported | None, usual_speed: float) -> Array | None:
    if given is not None:
        if len(given) != len(stroke.points):
            raise ValueError(
                f"a stroke has {len(stroke.points)} points and {len(given)} values of pressure"
            )
        mean = max(float(np.mean(given)), 1e-3)
        return np.asarray(np.clip(_smooth(np.asarray(given, np.float64)) / mean, 0.3, 1.8))
    speed = _speed(stroke)
    if speed is None or usual_speed <= 0:
        return None
    times = np.log2(np.maximum(speed, 1e-9) / usual_speed).clip(-1, 1)
    return np.asarray(np.interp(times, [-1, 0, 1], [SLOW_PRESSURE, 1.0, FAST_PRESSURE]))


def _smooth(values: Array) -> Array:
    """The mean over SMOOTHING neighbours, as many values as given."""
    padded = np.pad(values, SMOOTHING // 2, mode="edge")
    return np.convolve(padded, np.full(SMOOTHING, 1 / SMOOTHING), mode="valid")
