"""A first pass over a UNIPEN file: how its components are numbered, and which segments are inks.

By the definition, pen-down and pen-up components are numbered together and empty ones are not
counted. Files exist that number pen-downs alone, so the numbering is chosen for a whole file.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.errors import InkError
from data.formats.unipen_statements import Segment, Statements, opened, parse_segment

MAX_SEGMENTS = 200_000  # of other levels than characters, in a set

_KEYWORDS = {"VERSION", "COORD", "HIERARCHY", "SEGMENT", "PEN_DOWN", "PEN_UP", "START_SET"}
_IS_DOWN, _HAS_POINTS = 1, 2  # bits that describe a component


@dataclass(frozen=True)
class Survey:
    """What a first pass finds.

    `counts_pen_ups`: pen-ups with points are numbered too. `skipped`: the indexes, from 0, of the
    `.SEGMENT` statements that are not inks: they contain inks, or are parts of them.
    `has_segments`: for each set of the file, whether one of its segments is an ink.
    """

    counts_pen_ups: bool
    skipped: frozenset[int]
    has_segments: tuple[bool, ...]


def survey(path: Path) -> Survey:
    """Reads a whole file. Raises InkError, with the line, for a segment that cannot be read."""
    with opened(path) as statements:
        return _Surveyor(statements).run()


@dataclass
class _Fit:
    """How well a numbering fits: segments without a stroke, and strokes outside of segments."""

    counts_pen_ups: bool
    is_possible: bool = True
    without_strokes: int = 0
    outside: int = 0

    def add(self, components: npt.NDArray[np.uint8], ranges: npt.NDArray[np.int64]) -> None:
        """Adds a set: the bits of its components, and the (R, 2) ranges of its inks."""
        is_down, has_points = components & _IS_DOWN > 0, components & _HAS_POINTS > 0
        is_stroke = is_down[has_points & (is_down | self.counts_pen_ups)]
        self.is_possible &= bool(len(ranges) == 0 or ranges[:, 1].max() < len(is_stroke))
        if not self.is_possible:
            return
        strokes_before = np.concatenate([[0], np.cumsum(is_stroke)])
        strokes = strokes_before[ranges[:, 1] + 1] - strokes_before[ranges[:, 0]]
        self.without_strokes += int((strokes == 0).sum())
        self.outside += int(is_stroke.sum() - strokes.sum())


class _Surveyor:
    """Collects the components and segments of a set, and evaluates them at its end."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._fits = [_Fit(counts_pen_ups) for counts_pen_ups in (True, False)]
        self._skipped: set[int] = set()
        self._has_segments: list[bool] = []
        self._segment_count = 0
        self._start_set()

    def run(self) -> Survey:
        """Reads all statements. Raises InkError where none belongs to UNIPEN's inks."""
        keywords = set[str]()
        for keyword, text in self._statements:
            keywords |= {keyword} & _KEYWORDS
            self._add(keyword, text)
        self._end_set()
        if self._statements.lines_read and not keywords:
            raise InkError("this is not UNIPEN: no line starts with .PEN_DOWN")
        return Survey(self._counts_pen_ups(), frozenset(self._skipped), tuple(self._has_segments))

    def _add(self, keyword: str, text: str) -> None:
        if keyword in ("PEN_DOWN", "PEN_UP"):
            has_points = _HAS_POINTS if text else 0
            self._components.append(has_points | (_IS_DOWN if keyword == "PEN_DOWN" else 0))
        elif not keyword:
            self._components[-1] |= _HAS_POINTS
        elif keyword == "SEGMENT":
            self._add_segment(parse_segment(text))
        elif keyword == "START_SET":
            self._end_set()
            self._start_set()
        elif keyword == "INCLUDE":
            raise InkError(f".INCLUDE {text[:60]}: put the content of that file in its place")

    def _start_set(self) -> None:
        self._components = bytearray()
        self._ranges = array("q")
        self._has_inks = False
        self._others: list[tuple[int, int, Segment]] = []  # index, line

    def _add_segment(self, segment: Segment) -> None:
        if segment.is_character:
            self._add_ink(segment)
        else:
            self._others.append((self._segment_count, self._statements.line, segment))
        self._segment_count += 1
        if len(self._others) > MAX_SEGMENTS:
            raise InkError(f"a set has more than {MAX_SEGMENTS} segments that are not characters")

    def _add_ink(self, segment: Segment) -> None:
        self._has_inks = True
        for first, last in segment.ranges:
            self._ranges.extend((first, last))

    def _end_set(self) -> None:
        self._choose_others()
        self._has_segments.append(self._has_inks)
        components = np.frombuffer(bytes(self._components), np.uint8)
        ranges = np.array(self._ranges, np.int64).reshape(-1, 2)
        for fit in self._fits:
            fit.add(components, ranges)

    def _choose_others(self) -> None:
        """Chooses which segments of other levels are inks: those of one character, largest first.

        Those that share components with an ink are skipped. Raises InkError for any others.
        """
        self._taken = np.zeros(len(self._components), bool)  # components that are in an ink
        for first, last in np.array(self._ranges, np.int64).reshape(-1, 2):
            self._taken[first : last + 1] = True
        by_size = sorted(self._others, key=lambda other: -_size(other[2]))
        for index, _, segment in by_size:
            if segment.has_one_character and not self._overlaps(segment):
                self._add_ink(segment)
                for first, last in segment.ranges:
                    self._taken[first : last + 1] = True
            else:
                self._skipped.add(index)
        for index, line, segment in self._others:
            if index in self._skipped and not self._overlaps(segment):
                self._statements.line = line
                raise InkError(
                    f"{segment} is not a character, and has no segments of characters;"
                    " only characters can be read"
                )

    def _overlaps(self, segment: Segment) -> bool:
        """The segment shares components with an ink, or may do so."""
        if not segment.ranges:
            return self._has_inks
        return any(self._taken[first : last + 1].any() for first, last in segment.ranges)

    def _counts_pen_ups(self) -> bool:
        """Whether pen-ups are numbered.

        They are by the definition, unless that leaves a segment without a stroke, or the other
        numbering leaves no stroke outside the segments.
        """
        fits = [fit for fit in self._fits if fit.is_possible] or self._fits
        return min(fits, key=lambda fit: (fit.without_strokes, fit.outside > 0)).counts_pen_ups


def _size(segment: Segment) -> int:
    return sum(last - first + 1 for first, last in segment.ranges)
