"""Read the SVG path commands that KanjiVG uses: m, l, c and s, absolute and relative."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
STEPS = 12  # line segments of a Bézier curve
_NUMBERS = {"m": 2, "l": 2, "c": 6, "s": 4}  # how many follow each command
_U = np.linspace(0, 1, STEPS + 1)[1:, None]  # where a curve has points; it starts at the one before
_V = 1 - _U

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # start, two control points, end


def polylines(paths: Sequence[str]) -> list[npt.NDArray[np.float32]]:
    """The points (P, 2) float32 along each path of one sub-path; curves become line segments.

    The curves of all paths are computed together: a call for each path takes three times as long.
    Raises CorpusError for any other command and for missing numbers.
    """
    drawn = [_pieces(path) for path in paths]
    curves = [piece for pieces in drawn for piece in pieces if len(piece) == 4]
    bent = iter(_bent(curves)) if curves else iter(())
    return [
        np.array(
            [p for piece in pieces for p in (next(bent) if len(piece) == 4 else (piece,))],
            np.float32,
        )
        for pieces in drawn
    ]


def _pieces(path: str) -> list[Point | Curve]:
    tokens = TOKEN.findall(path)
    here, control, pieces = (0.0, 0.0), (0.0, 0.0), list[Point | Curve]()
    command, at = "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        count = _NUMBERS.get(command.lower())
        if count is None or at + count > len(tokens):
            raise CorpusError(f"path command {command!r} is not one of m, l, c, s, or is cut short")
        given = _points(tokens[at : at + count], here if command.islower() and pieces else (0, 0))
        at += count
        if command in "mMlL":
            pieces.append(given[-1])
        else:
            is_smooth = len(given) == 2  # the first control point mirrors the one before
            mirrored = (2 * here[0] - control[0], 2 * here[1] - control[1])
            pieces.append((here, mirrored if is_smooth else given[0], given[-2], given[-1]))
        control = given[-2] if len(given) > 1 else given[-1]
        here = given[-1]
        command = {"m": "l", "M": "L"}.get(command, command)
    return pieces


def _points(tokens: list[str], origin: Point) -> list[Point]:
    try:
        numbers = list(map(float, tokens))
    except ValueError as error:
        raise CorpusError(f"a path has a command where a number should be: {error}") from error
    x, y = origin
    return [(a + x, b + y) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]


def _bent(curves: list[Curve]) -> list[list[list[float]]]:
    """The points of each curve (STEPS, 2), without its start."""
    start, first, second, end = np.array(curves).transpose(1, 0, 2)[:, :, None]
    bent = _V**3 * start + 3 * _V * _V * _U * first + 3 * _V * _U * _U * second + _U**3 * end
    points: list[list[list[float]]] = bent.tolist()
    return points
