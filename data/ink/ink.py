"""Ink: strokes as a person drew them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import InkError

MAX_STROKES = 64  # 鬱, the richest joyo kanji, has 29
MAX_POINTS = 20_000  # over all strokes; a second of drawing is about 120
MAX_COORDINATE = 1e12  # either way, in the file's own scale
MAX_TIME = 1e14  # milliseconds; those since 1970 fit
WHOLE_MS = 2.0**24  # beyond it float32 skips milliseconds, so that times count from the first one

Points = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stroke:
    """One pen-down to pen-up.

    `points`: (N, 2) float32, x right, y down, any scale, N >= 1.
    `t`: (N,) float32 in milliseconds, or None where the source has no time; times too large for
    float32, as those since 1970, count from the ink's first.
    `canonical`: (N,) int16, which reference stroke each point belongs to, -1 for none, or None
    where nobody knows; `confidence`: how sure that is for the whole stroke, 0 to 1.
    """

    points: Points
    t: Points | None = None
    canonical: npt.NDArray[np.int16] | None = None
    confidence: float | None = None


@dataclass(frozen=True, eq=False)
class Ink:
    """The strokes of one character in the order drawn; `char` is what it is meant to be."""

    strokes: tuple[Stroke, ...]
    char: str | None = None
    source: str | None = None
    writer: str | None = None

    @classmethod
    def from_wire(cls, wire: object) -> Ink:
        """Ink from `{"strokes": [[[x, y] or [x, y, t_ms], ...], ...]}`.

        Keys other than `strokes`, `char`, `source` and `writer` are ignored.
        Raises InkError where there is no stroke, a stroke has no point, a coordinate is not a
        finite number, or there are more than MAX_STROKES strokes or MAX_POINTS points.
        """
        if not isinstance(wire, Mapping) or not isinstance(wire.get("strokes"), list):
            raise InkError('an ink is an object with a list "strokes" of lists of [x, y] points')
        strokes = wire["strokes"]
        if not 1 <= len(strokes) <= MAX_STROKES:
            raise InkError(f"an ink has 1 to {MAX_STROKES} strokes, this one has {len(strokes)}")
        points = sum(len(stroke) for stroke in strokes if isinstance(stroke, list))
        if points > MAX_POINTS:
            raise InkError(f"an ink has at most {MAX_POINTS} points, this one has {points}")
        names = {key: _text(wire.get(key), key) for key in ("char", "source", "writer")}
        read = [_stroke(stroke, number) for number, stroke in enumerate(strokes)]
        begun = next((float(t[0]) for _, t in read if t is not None), 0.0)
        begun = begun if abs(begun) > WHOLE_MS else 0.0
        return cls(
            tuple(
                Stroke(points, None if t is None else (t - begun).astype(np.float32))
                for points, t in read
            ),
            **names,
        )

    def to_wire(self) -> dict[str, Any]:
        """The wire form that `from_wire` reads."""
        wire: dict[str, Any] = {"strokes": [_wire_points(stroke) for stroke in self.strokes]}
        names = {"char": self.char, "source": self.source, "writer": self.writer}
        return wire | {key: value for key, value in names.items() if value is not None}


def _stroke(wire: object, number: int) -> tuple[Points, npt.NDArray[np.float64] | None]:
    """The points of a stroke and its times, where every point has one."""
    if not isinstance(wire, list) or not wire:
        raise InkError(f"stroke {number} has no points; a stroke is a list of [x, y] points")
    for point in wire:
        if not isinstance(point, list | tuple) or len(point) not in (2, 3):
            raise InkError(f"stroke {number} has a point that is not [x, y] or [x, y, t_ms]")
        limits = (MAX_COORDINATE, MAX_COORDINATE, MAX_TIME)
        if not all(_is_number(value, limit) for value, limit in zip(point, limits, strict=False)):
            raise InkError(
                f"stroke {number} has a point {list(point)!r}: coordinates are finite numbers"
                f" of at most {MAX_COORDINATE:g}, times of at most {MAX_TIME:g} ms"
            )
    points = np.array([point[:2] for point in wire], np.float32)
    timed = all(len(point) == 3 for point in wire)
    return points, np.array([point[2] for point in wire], np.float64) if timed else None


def _is_number(value: object, limit: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= limit


def _text(value: object, key: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise InkError(f'"{key}" is a text, not {type(value).__name__}')


def _wire_points(stroke: Stroke) -> list[list[float]]:
    if stroke.t is None:
        return [[float(x), float(y)] for x, y in stroke.points]
    return [
        [float(x), float(y), float(t)] for (x, y), t in zip(stroke.points, stroke.t, strict=True)
    ]
