"""UNIPEN 1.0: the subset of it that describes drawn characters.

Follows I. Guyon, UNIPEN 1.0 Format Definition, 1994, http://unipen.nici.ru.nl/unipen.def.

Read: .COORD with X, Y and T among others, .PEN_DOWN, .PEN_UP, .SEGMENT with ranges of components or
with `?`, .START_SET, .WRITER_ID, .DATA_SOURCE, and the resolutions of X and Y where they differ.
Other statements are ignored, and .INCLUDE is refused. Segments of the level CHARACTER or CHAR are
inks. A segment of another level, such as WORD, is an ink where its label is one character and no
segment of a character lies within it; it is skipped where one does, and an error otherwise. A set
without segments is one ink.

Components, pen-ups among them, are counted from 0 in each file and each set, and empty ones are
not; for files that count otherwise see `unipen_survey`. Labels are UTF-8, or JISxNNNN with a
Shift-JIS code, as in UNIPEN's kanji example. The definition leaves the direction of y to the
device: files are written with y down, and read without a flip.

Not read: segments that begin or end within a component, such as `1:40-3`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data.cache import replacing
from data.content import check_content
from data.errors import InkError
from data.formats.decimals import decimals
from data.formats.unipen_statements import opened, parse_segment
from data.formats.unipen_survey import Survey, survey
from data.ink import Ink
from data.ink.ink import MAX_POINTS, MAX_STROKES

MAX_COMPONENTS = 2 * MAX_STROKES  # of an ink: a pen-up may follow each stroke
MAX_WAITING = 200_000  # components without their segment, and segments without their components
MAX_WAITING_POINTS = 1_000_000  # in components without their segment
UNKNOWN = "?"  # stands for an unknown writer or source

_HEAD = """.VERSION 1.0
.COMMENT Written by hitsujun: y runs down, T is in milliseconds, labels are UTF-8.
.HIERARCHY CHARACTER
"""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_RESOLUTION = re.compile(r"([XY])_POINTS_PER_(INCH|MM)")


def read_unipen(path: Path) -> Iterator[Ink]:
    """Yields the inks of a UNIPEN file, each as soon as it is complete; the file is read twice.

    Raises InkError with the file and the line.
    """
    check_content(path, "UNIPEN")
    reader = _Reader(survey(path))
    with opened(path) as statements:
        for keyword, text in statements:
            reader.add(keyword, text)
            yield from reader.take()
        reader.end_set()
        yield from reader.take()


def write_unipen(path: Path, inks: Iterable[Ink]) -> int:
    """Writes inks as UNIPEN, a segment each, and returns the number of inks.

    Raises InkError where UNIPEN cannot hold a name, and leaves no file then.
    """
    state = {"WRITER_ID": UNKNOWN, "DATA_SOURCE": UNKNOWN, "COORD": ""}
    count = first = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for ink in inks:
            count += 1
            last = first + len(ink.strokes) - 1
            names = {"WRITER_ID": ink.writer or UNKNOWN, "DATA_SOURCE": ink.source or UNKNOWN}
            lines = list(_changed(state, names))
            label = "" if ink.char is None else f' ? "{_escaped(ink.char)}"'
            lines.append(f".SEGMENT CHARACTER {first}-{last}{label}")
            for stroke in ink.strokes:
                lines += _changed(state, {"COORD": "X Y" if stroke.t is None else "X Y T"})
                points = (" ".join(point) for point in decimals(stroke))
                lines += [".PEN_DOWN", *points, ".PEN_UP"]
            file.write("\n".join([*lines, ""]))
            first = last + 1
    return count


def _changed(state: dict[str, str], values: dict[str, str]) -> Iterator[str]:
    """Yields a statement for each value that differs from `state`, and updates `state`."""
    for key, value in values.items():
        if value != " ".join(value.split()) or value.startswith("."):
            raise InkError(
                f"UNIPEN cannot hold the {key} {value!r}: it must be one line without extra"
                " whitespace that does not start with a dot"
            )
        if state[key] != value:
            state[key] = value
            yield f".{key} {value}"


def _escaped(label: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in label)


@dataclass
class _Segment:
    """An ink: the ranges of its components, its character, writer and source."""

    ranges: tuple[tuple[int, int], ...]
    names: dict[str, str]

    def components(self) -> list[int]:
        """The numbers of its components, in ascending order."""
        if sum(last - first + 1 for first, last in self.ranges) > MAX_COMPONENTS:
            raise InkError(
                f"a segment has more than {MAX_COMPONENTS} components; an ink has at most"
                f" {MAX_STROKES} strokes"
            )
        return [number for first, last in self.ranges for number in range(first, last + 1)]


class _Reader:
    """Parses statement by statement; an ink is complete when the last of its components is.

    A segment may stand before or after its components, so both may have to wait for the other.
    """

    def __init__(self, facts: Survey) -> None:
        self._survey = facts
        self._set_number = self._segment_count = 0
        self._coordinates = ["X", "Y"]
        self._resolution: dict[str, float] = {}  # points per inch, by coordinate
        self._names: dict[str, str] = {}
        self._done: list[Ink] = []
        self._statements: dict[str, Callable[[str], None]] = {
            "": self._add_points,
            "COORD": self._set_coordinates,
            "PEN_DOWN": self._pen_down,
            "PEN_UP": self._pen_up,
            "SEGMENT": self._add_segment,
            "START_SET": self._start_set,
            "WRITER_ID": lambda text: self._set_name("writer", text),
            "DATA_SOURCE": lambda text: self._set_name("source", text),
        }
        self._clear()

    def add(self, keyword: str, text: str) -> None:
        """Parses a statement, or a line of points, whose keyword is ""."""
        if resolution := _RESOLUTION.fullmatch(keyword):
            self._set_resolution(resolution[1], resolution[2], text)
        elif parse := self._statements.get(keyword):
            parse(text)

    def take(self) -> list[Ink]:
        """The inks completed since the last call."""
        done, self._done = self._done, []
        return done

    def end_set(self) -> None:
        """Ends a set. Raises InkError where a segment's components are missing."""
        self._end_component()
        self._end_open_segment()
        if not self._survey.has_segments[self._set_number] and self._components:
            numbers = list(self._components)
            if len(numbers) > MAX_STROKES:
                raise InkError(
                    f"{len(numbers)} strokes without a .SEGMENT are a page; an ink has at most"
                    f" {MAX_STROKES}. Each character needs a .SEGMENT CHARACTER"
                )
            self._emit(numbers, self._names)
        for segments in self._waiting.values():
            components = segments[0].components()
            raise InkError(f"a segment has the components {components[:5]}, some are missing")

    def _start_set(self, _: str) -> None:
        self.end_set()
        self._set_number += 1
        self._clear()

    def _clear(self) -> None:
        """Forgets the components and segments of a set."""
        self._stroke: list[list[float]] = []  # of the open component
        self._is_down = self._is_open = self._has_points = False
        self._components: dict[int, list[list[float]]] = {}  # by number, until a segment has them
        self._has_stroke = bytearray()  # by number: 1 for a pen-down with points
        self._waiting: dict[int, list[_Segment]] = {}  # by the number of their last component
        self._points = 0  # in `_components`
        self._open_segment: dict[str, str] | None = None  # the names of a segment without ranges
        self._open_first = 0  # its first component

    def _set_coordinates(self, text: str) -> None:
        self._coordinates = text.split()
        if not {"X", "Y"} <= set(self._coordinates):
            raise InkError(f".COORD {text[:40]}: coordinates must include X and Y")

    def _set_resolution(self, coordinate: str, unit: str, text: str) -> None:
        try:
            value = float(text) * (25.4 if unit == "MM" else 1)
        except ValueError as error:
            raise InkError(f"{text[:40]!r} is not a resolution of {coordinate}") from error
        if not 1e-6 < value < 1e9:
            raise InkError(f"{text[:40]!r} is not a resolution of {coordinate}")
        self._resolution[coordinate] = value

    def _add_points(self, text: str) -> None:
        """Adds the points of a line, or of the arguments of .PEN_DOWN."""
        self._has_points = True
        if not self._is_down:
            return
        words, names = text.split(), self._coordinates
        if len(words) % len(names):
            raise InkError(f"{text[:40]!r} is not a point of .COORD {' '.join(names)}")
        columns = [names.index(name) for name in ("X", "Y", "T") if name in names]
        self._points += len(words) // len(names)
        for first in range(0, len(words), len(names)):
            if len(self._stroke) >= MAX_POINTS or self._points > MAX_WAITING_POINTS:
                raise InkError(
                    f"a component has more than {MAX_POINTS} points, or more than"
                    f" {MAX_WAITING_POINTS} wait for their segment"
                )
            try:
                self._stroke.append([float(words[first + column]) for column in columns])
            except ValueError as error:
                raise InkError(f"{text[:40]!r} is not a point: {error}") from error

    def _pen_down(self, text: str) -> None:
        self._start_component(text, is_down=True)

    def _pen_up(self, text: str) -> None:
        self._start_component(text, is_down=False)

    def _start_component(self, text: str, *, is_down: bool) -> None:
        self._end_component()
        self._is_open, self._is_down = True, is_down
        if text:
            self._add_points(text)

    def _end_component(self) -> None:
        """Numbers the open component, if there is one, and completes the inks that end with it."""
        if not self._is_open:
            return
        stroke, has_points = self._stroke, self._has_points
        self._stroke, self._is_open, self._has_points = [], False, False
        if not has_points or not (self._is_down or self._survey.counts_pen_ups):
            return
        number = len(self._has_stroke)
        self._has_stroke.append(bool(stroke))
        if stroke:
            self._components[number] = self._scaled(stroke)
        if len(self._components) > MAX_WAITING:
            raise InkError(f"more than {MAX_WAITING} components wait for their segment")
        for segment in self._waiting.pop(number, ()):
            self._emit(segment.components(), segment.names)

    def _scaled(self, stroke: list[list[float]]) -> list[list[float]]:
        """A stroke with y in the unit of x, where the file states both resolutions."""
        x, y = self._resolution.get("X", 1.0), self._resolution.get("Y", 1.0)
        if len(self._resolution) < 2 or x == y:
            return stroke
        return [[point[0], point[1] * x / y, *point[2:]] for point in stroke]

    def _emit(self, components: list[int], names: dict[str, str]) -> None:
        """Completes an ink; one without any stroke is left out."""
        numbers = [number for number in components if self._has_stroke[number]]
        try:
            strokes = [self._components.pop(number) for number in numbers]
        except KeyError as error:
            raise InkError(f"component {error} is in an earlier segment too") from error
        self._points -= sum(len(stroke) for stroke in strokes)
        if strokes:
            self._done.append(Ink.from_wire(names | {"strokes": strokes}))

    def _add_segment(self, text: str) -> None:
        index, self._segment_count = self._segment_count, self._segment_count + 1
        if index in self._survey.skipped:
            return
        segment = parse_segment(text)
        if segment.is_partial:
            raise InkError(f".SEGMENT {text[:60]}: only whole components are supported")
        self._end_open_segment()
        names = dict(self._names)
        if segment.label is not None:
            names["char"] = segment.label
        if segment.ranges:
            self._wait(_Segment(segment.ranges, names))
        else:
            self._end_component()
            self._open_segment, self._open_first = names, len(self._has_stroke)

    def _wait(self, segment: _Segment) -> None:
        """Completes an ink whose components are there, and keeps any other until they are."""
        last = segment.components()[-1]
        if last < len(self._has_stroke):
            self._emit(segment.components(), segment.names)
            return
        self._waiting.setdefault(last, []).append(segment)
        if len(self._waiting) > MAX_WAITING:
            raise InkError(f"more than {MAX_WAITING} segments wait for their components")

    def _end_open_segment(self) -> None:
        """Completes the ink of a segment without ranges: the components since its statement."""
        if self._open_segment is None:
            return
        self._end_component()
        names, self._open_segment = self._open_segment, None
        self._emit(list(range(self._open_first, len(self._has_stroke))), names)

    def _set_name(self, key: str, text: str) -> None:
        self._names = {k: v for k, v in self._names.items() if k != key}
        if text not in ("", UNKNOWN):
            self._names[key] = text
