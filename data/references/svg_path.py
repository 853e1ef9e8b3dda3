"""Read the SVG path commands that KanjiVG uses: m, l, c and s, absolute and relative."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from string import ascii_letters

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
STEPS = 12  # line segments of a Bézier curve
# How many numbers follow each command; an upper case one is absolute.
_NUMBERS = {
    c: n for name, n in (("m", 2), ("l", 2), ("c", 6), ("s", 4)) for c in (name, name.upper())
}
_FOLLOWING = {"m": "l", "M": "L"}  # the command of further numbers, where it is another
_COMMANDS = frozenset(ascii_letters)
ORIGIN = (0.0, 0.0)
_U = np.linspace(0, 1, STEPS + 1)[1:, None]  # where a curve has points; it starts at the one before
_V = 1 - _U

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # start, two control points, end
Piece = Point | Curve  # a Point ends a line


def polylines(paths: Sequence[str]) -> list[npt.NDArray[np.float32]]:
    """The points (P, 2) float32 along each path of one sub-path; curves become line segments.

    The curves of all paths are computed together: a call for each path takes three times as long.
    Raises CorpusError for any other command and for missing numbers.
    """
    drawn = [_pieces(path) for path in paths]
    curves = [piece for pieces in drawn for piece in pieces if len(piece) == 4]
    bent = iter(_bent(curves)) if curves else iter(())
    return [_joined(pieces, bent) for pieces in drawn]


def _joined(
    pieces: list[Piece], bent: Iterator[npt.NDArray[np.float64]]
) -> npt.NDArray[np.float32]:
    """The points of a path: those of its lines, and of its curves, the next ones of `bent`."""
    counts = [STEPS if len(piece) == 4 else 1 for piece in pieces]
    points = np.empty((sum(counts), 2), np.float32)
    at = 0
    for piece, count in zip(pieces, counts, strict=True):
        points[at : at + count] = next(bent) if count == STEPS else piece
        at += count
    return points


def _pieces(path: str) -> list[Piece]:
    tokens = TOKEN.findall(path)
    here, control, pieces = (0.0, 0.0), (0.0, 0.0), list[Piece]()
    command, at = "", 0
    while at < len(tokens):
        if tokens[at] in _COMMANDS:
            command, at = tokens[at], at + 1
        count = _NUMBERS.get(command)
        if count is None or at + count > len(tokens):
            raise CorpusError(f"path command {command!r} is not one of m, l, c, s, or is cut short")
        given = _points(tokens[at : at + count], here if command.islower() and pieces else ORIGIN)
        at += count
        if count == 2:
            pieces.append(given[0])
            control = given[0]
        else:
            is_smooth = count == 4  # the first control point mirrors the one before
            mirrored = (2 * here[0] - control[0], 2 * here[1] - control[1])
            control = given[-2]
            pieces.append((here, mirrored if is_smooth else given[0], control, given[-1]))
        here = given[-1]
        command = _FOLLOWING.get(command, command)
    return pieces


def _points(tokens: list[str], origin: Point) -> list[Point]:
    try:
        numbers = list(map(float, tokens))
    except ValueError as error:
        raise CorpusError(f"a path has a command where a number should be: {error}") from error
    x, y = origin
    return [(numbers[n] + x, numbers[n + 1] + y) for n in range(0, len(numbers), 2)]


def _bent(curves: list[Curve]) -> npt.NDArray[np.float64]:
    """The points of each curve, without its start: (C, STEPS, 2)."""
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(curves)), np.float64)
    start, first, second, end = flat.reshape(-1, 4, 1, 2).transpose(1, 0, 2, 3)
    return np.asarray(
        _V**3 * start + 3 * _V * _V * _U * first + 3 * _V * _U * _U * second + _U**3 * end
    )
