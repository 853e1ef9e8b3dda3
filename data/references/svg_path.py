"""Read the SVG path commands that KanjiVG uses: m, l, c and s, absolute and relative."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
STEPS = 12  # line segments of a Bézier curve
_NUMBERS = {"m": 2, "l": 2, "c": 6, "s": 4}  # how many follow each command

Point = npt.NDArray[np.float64]


def polyline(path: str) -> npt.NDArray[np.float32]:
    """The points (P, 2) float32 along a path with one sub-path; curves become line segments.

    Raises CorpusError for any other command and for missing numbers.
    """
    tokens = TOKEN.findall(path)
    here, control, points = np.zeros(2), np.zeros(2), list[Point]()
    command, at = "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        count = _NUMBERS.get(command.lower())
        if count is None or at + count > len(tokens):
            raise CorpusError(f"path command {command!r} is not one of m, l, c, s, or is cut short")
        given = np.array(tokens[at : at + count], float).reshape(-1, 2)
        given, at = given + (here if command.islower() and points else 0), at + count
        if command in "mMlL":
            points.append(given[-1])
        else:
            is_smooth = len(given) == 2  # the first control point mirrors the one before
            first = 2 * here - control if is_smooth else given[0]
            points.extend(_bezier(here, first, given[-2], given[-1]))
        control = given[-2] if len(given) > 1 else given[-1]
        here = given[-1]
        command = {"m": "l", "M": "L"}.get(command, command)
    return np.array(points, np.float32)


def _bezier(start: Point, first: Point, second: Point, end: Point) -> Point:
    """Points (STEPS, 2) on a cubic curve with two control points, without its start."""
    u = np.linspace(0, 1, STEPS + 1)[1:, None]
    v = 1 - u
    return v**3 * start + 3 * v * v * u * first + 3 * v * u * u * second + u**3 * end
