"""Ink: the strokes of one character, in the order and direction in which they were drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import InkError

MAX_STROKES = 64  # 鬱, the richest joyo kanji, has 29
MAX_POINTS = 20_000  # over all strokes; a second of drawing has about 120
MAX_CODE_POINTS = 200  # of `char`: a character with its selectors and marks, or a line of text
MAX_NAME = 1000  # characters of `source` and of `writer`
MAX_COORDINATE = 1e12  # absolute value, in the file's own scale
MAX_TIME = 1e14  # milliseconds, absolute value; times since 1970 fit
WHOLE_MS = 2.0**24  # float32 cannot hold every millisecond above this
# Largest coordinate over the longer side of the ink. Above this, float32 would round the points by
# more than 1 / 32,000 of the side.
MAX_OFFSET = 1024.0

Points = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Columns = tuple[Sequence[float], Sequence[float], Sequence[float] | None]  # x, y, t in ms


@dataclass(frozen=True, eq=False)
class Stroke:
    """One stroke, from pen-down to pen-up.

    `points`: (N, 2) float32, x right, y down, any scale, N >= 1. An ink that lies so far from the
    origin that float32 would lose its shape starts at the origin instead.
    `t`: (N,) float32 in milliseconds, or None where the source has no times. Times that do not fit
    float32, such as times since 1970, count from the first time of the ink.
    `canonical`: (N,) int16, the index of the reference stroke that each point belongs to, -1 for
    none. None where the stroke has not been aligned to a reference.
    `confidence`: confidence in `canonical` for the whole stroke, 0 to 1, or None.
    `pressure`: (N,) float32, 0 to 1, as a pen reports it, or None. Nothing is read or graded by it.
    """

    points: Points
    t: Points | None = None
    canonical: npt.NDArray[np.int16] | None = None
    confidence: float | None = None
    pressure: Points | None = None


@dataclass(frozen=True, eq=False)
class Ink:
    """The strokes of one character in the order drawn.

    `char`: the intended character. `source`: where the ink comes from. `writer`: who drew it. Each
    is None where it is unknown.
    """

    strokes: tuple[Stroke, ...]
    char: str | None = None
    source: str | None = None
    writer: str | None = None

    @classmethod
    def from_wire(cls, wire: object) -> Ink:
        """Parses `{"strokes": [[[x, y] or [x, y, t_ms], ...], ...]}`, the JSON form of an ink.

        `char`, `source` and `writer` are optional strings; "pressures" has for each stroke a list
        of numbers from 0 to 1, one for each point, or null. Other keys are ignored. A stroke has
        times where each of its points has one. Where the ink is small compared with its distance
        from the origin (MAX_OFFSET), the lower corner of its box becomes the origin.
        `char` has at most MAX_CODE_POINTS, the others MAX_NAME.
        Raises InkError where there is no stroke, a stroke has no point, a coordinate is not a
        finite number, or there are more than MAX_STROKES strokes or MAX_POINTS points.
        """
        if not isinstance(wire, Mapping) or not isinstance(wire.get("strokes"), list):
            raise InkError('an ink is an object with "strokes", a list of lists of [x, y] points')
        strokes = wire["strokes"]
        if not 1 <= len(strokes) <= MAX_STROKES:
            raise InkError(f"an ink has 1 to {MAX_STROKES} strokes, this one has {len(strokes)}")
        points = sum(len(stroke) for stroke in strokes if isinstance(stroke, list))
        if points > MAX_POINTS:
            raise InkError(f"an ink has at most {MAX_POINTS} points, this one has {points}")
        names = {key: _optional_string(wire.get(key), key) for key in ("char", "source", "writer")}
        parsed = [_parse_stroke(stroke, number) for number, stroke in enumerate(strokes)]
        together = np.concatenate([points for points, _ in parsed])
        counts, times = [len(points) for points, _ in parsed], [t for _, t in parsed]
        pressures = _parse_pressures(wire.get("pressures"), counts)
        return cls(_strokes(together, counts, times, pressures), **names)

    @classmethod
    def from_columns(
        cls,
        columns: Sequence[Columns],
        *,
        char: str | None = None,
        pressures: Sequence[Sequence[float] | None] | None = None,
    ) -> Ink:
        """An ink from the x, y and times of each stroke: finite numbers, lists of one length.

        As `from_wire`, which checks each number and pressure too. Raises InkError where there are
        more than MAX_POINTS points.
        """
        counts = [len(x) for x, _, _ in columns]
        if sum(counts) > MAX_POINTS:
            raise InkError(f"an ink has at most {MAX_POINTS} points, this one has {sum(counts)}")
        points = np.empty((sum(counts), 2))
        for axis in (0, 1):
            column = chain.from_iterable(one[axis] or () for one in columns)
            points[:, axis] = np.fromiter(column, np.float64, len(points))
        times = [None if t is None else np.array(t, np.float64) for _, _, t in columns]
        return cls(_strokes(points, counts, times, pressures or [None] * len(counts)), char=char)

    def to_wire(self) -> dict[str, Any]:
        """The JSON form that `from_wire` reads."""
        wire: dict[str, Any] = {"strokes": [_wire_points(stroke) for stroke in self.strokes]}
        names = {"char": self.char, "source": self.source, "writer": self.writer}
        pressures = [None if s.pressure is None else s.pressure.tolist() for s in self.strokes]
        if any(pressures):
            wire["pressures"] = pressures
        return wire | {key: value for key, value in names.items() if value is not None}


def _strokes(
    points: Array,
    counts: Sequence[int],
    times: Sequence[Array | None],
    pressures: Sequence[Sequence[float] | None],
) -> tuple[Stroke, ...]:
    """Strokes near enough to 0 for float32.

    `points`: (P, 2) float64, stroke after stroke; `counts`: how many each has; `times` and
    `pressures`: (N,) of each, or None.
    """
    first = next((float(t[0]) for t in times if t is not None), 0.0)
    start = first if abs(first) > WHOLE_MS else 0.0
    near = (points - _origin(points)).astype(np.float32)
    return tuple(
        Stroke(
            near[end - count : end],
            None if t is None else (t - start).astype(np.float32),
            pressure=None if pressure is None else np.array(pressure, np.float32),
        )
        for count, end, t, pressure in zip(
            counts, accumulate(counts), times, pressures, strict=True
        )
    )


def _origin(points: Array) -> Array:
    """The point to subtract from `points` (P, 2) before they become float32: (2,).

    It is (0, 0) where float32 holds the points well enough, and where all of them are the same.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    farthest = max(abs(low).max(), abs(high).max())
    is_far = 0 < MAX_OFFSET * (high - low).max() < farthest
    return low if is_far else np.zeros(2)


def _parse_pressures(wire: object, counts: Sequence[int]) -> Sequence[Sequence[float] | None]:
    """The pressures of each stroke of `counts` points. Raises InkError where they are none."""
    if wire is None:
        return [None] * len(counts)
    if not isinstance(wire, list) or len(wire) != len(counts):
        raise InkError(f'"pressures" is a list of {len(counts)}, one for each stroke')
    for number, (given, count) in enumerate(zip(wire, counts, strict=True)):
        if given is None:
            continue
        is_list = isinstance(given, list) and len(given) == count
        if not is_list or not all(_is_number(one, 1) and one >= 0 for one in given):
            raise InkError(
                f"the pressure of stroke {number} is no list of {count} numbers from 0 to 1"
            )
    return wire


def _parse_stroke(wire: object, number: int) -> tuple[Array, Array | None]:
    """The points of a stroke as (N, 2) float64, and its times where every point has one."""
    if not isinstance(wire, list) or not wire:
        raise InkError(f"stroke {number} has no points; a stroke is a list of [x, y] points")
    for point in wire:
        if not isinstance(point, list | tuple) or len(point) not in (2, 3):
            raise InkError(f"stroke {number} has a point that is not [x, y] or [x, y, t_ms]")
        limits = (MAX_COORDINATE, MAX_COORDINATE, MAX_TIME)
        if not all(_is_number(value, limit) for value, limit in zip(point, limits, strict=False)):
            raise InkError(
                f"stroke {number} has the point {list(point)!r}; coordinates are finite numbers of"
                f" at most {MAX_COORDINATE:g}, times of at most {MAX_TIME:g} ms"
            )
    points = np.array([point[:2] for point in wire], np.float64)
    has_times = all(len(point) == 3 for point in wire)
    return points, np.array([point[2] for point in wire], np.float64) if has_times else None


def _is_number(value: object, limit: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= limit


def _optional_string(value: object, key: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InkError(f'"{key}" is a string, not {type(value).__name__}')
    most = MAX_CODE_POINTS if key == "char" else MAX_NAME
    if len(value) > most:
        raise InkError(f'"{key}" has {len(value)} code points; allowed: at most {most}')
    if half := next((one for one in value if "\ud800" <= one <= "\udfff"), None):
        raise InkError(
            f'"{key}" has {half!a}, half of a surrogate pair; write the whole character, such as'
            ' "𠮷" or "\\ud842\\udfb7"'
        )
    return value


def _wire_points(stroke: Stroke) -> list[list[float]]:
    if stroke.t is None:
        return [[float(x), float(y)] for x, y in stroke.points]
    return [
        [float(x), float(y), float(t)] for (x, y), t in zip(stroke.points, stroke.t, strict=True)
    ]
