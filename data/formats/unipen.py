"""UNIPEN 1.0: the subset of it that describes drawn characters.

Follows I. Guyon, UNIPEN 1.0 Format Definition, 1994, http://unipen.nici.ru.nl/unipen.def.

Read: .COORD with X, Y and T among others, .PEN_DOWN, .PEN_UP, .SEGMENT CHARACTER with ranges of
components, .WRITER_ID and .DATA_SOURCE. Other statements are ignored, and .INCLUDE is refused. A
file without segments is one ink.

A component is a pen-down stroke; they are counted from 0, as the published sets count them. Labels
are UTF-8, or JISxNNNN with a Shift-JIS code, as in UNIPEN's kanji example. The definition leaves
the direction of y to the device: files are written with y down, and read without a flip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.cache import replacing
from data.errors import InkError
from data.formats.decimals import decimals
from data.ink import Ink
from data.ink.ink import MAX_POINTS, MAX_STROKES

MAX_LINE = 1 << 16  # bytes
MAX_WAITING = 200_000  # components without their segment, and segments without their components
MAX_WAITING_POINTS = 1_000_000  # in components without their segment
UNKNOWN = "?"  # stands for an unknown writer or source

_HEAD = """.VERSION 1.0
.COMMENT Written by hitsujun: y runs down, T is in milliseconds, labels are UTF-8.
.HIERARCHY CHARACTER
"""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SEGMENT = re.compile(r'CHARACTER\s+([\d,-]+)(?:\s+([^\s"]+))?(?:\s+"((?:[^"\\]|\\.)*)")?\s*')
_JIS = re.compile(r"JISx([0-9a-fA-F]{4})(?:_.*)?")


def read_unipen(path: Path) -> Iterator[Ink]:
    """Yields the inks of a UNIPEN file, each as soon as it is complete.

    Raises InkError with the file and the line.
    """
    reader = _Reader()
    number = 0
    with path.open("rb") as file:
        try:
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    raise InkError(f"the line has more than {MAX_LINE} bytes")
                reader.line(line.decode("utf-8", "replace").strip())
                yield from reader.take()
            reader.finish()
        except InkError as error:
            raise InkError(f"{path}, line {number}: {error}") from error
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
    """A `.SEGMENT`: the components of an ink, its character, writer and source."""

    components: list[int]
    names: dict[str, str]


class _Reader:
    """Parses statement by statement; an ink is complete when the last of its components is.

    A segment may stand before or after its components, so both may have to wait for the other.
    """

    def __init__(self) -> None:
        self._coordinates = ["X", "Y"]
        self._names: dict[str, str] = {}
        self._components: dict[int, list[list[float]]] = {}  # by number, until a segment has them
        self._waiting: dict[int, list[_Segment]] = {}  # by the number of their last component
        self._points = 0  # in `_components`
        self._number = -1  # of the latest component
        self._is_down = self._is_segmented = False
        self._done: list[Ink] = []
        self._statements: dict[str, Callable[[str], None]] = {
            "COORD": self._set_coordinates,
            "PEN_DOWN": self._pen_down,
            "PEN_UP": self._pen_up,
            "SEGMENT": self._add_segment,
            "WRITER_ID": lambda text: self._set_name("writer", text),
            "DATA_SOURCE": lambda text: self._set_name("source", text),
            "INCLUDE": self._refuse_include,
        }

    def line(self, text: str) -> None:
        """Parses a line: a statement, or a point of the open component."""
        if text.startswith("."):
            keyword, _, rest = text[1:].partition(" ")
            statement = self._statements.get(keyword)
            if statement:
                statement(rest.strip())
        elif text and self._is_down:
            self._add_point(text)

    def take(self) -> list[Ink]:
        """The inks completed since the last call."""
        done, self._done = self._done, []
        return done

    def finish(self) -> None:
        """Ends the file. Raises InkError where a segment's components are missing."""
        self._pen_up("")
        if not self._is_segmented and self._components:
            self._emit(_Segment(list(self._components), self._names))
        for segments in self._waiting.values():
            components = segments[0].components
            raise InkError(f"a segment has the components {components[:5]}, some are missing")

    def _set_coordinates(self, text: str) -> None:
        self._coordinates = text.split()
        if not {"X", "Y"} <= set(self._coordinates):
            raise InkError(f".COORD {text[:40]}: coordinates must include X and Y")

    def _add_point(self, text: str) -> None:
        words = text.split()
        stroke = self._components[self._number]
        names = self._coordinates
        if len(words) != len(names):
            raise InkError(f"{text[:40]!r} is not a point of .COORD {' '.join(names)}")
        self._points += 1
        if len(stroke) >= MAX_POINTS or self._points > MAX_WAITING_POINTS:
            raise InkError(
                f"a component has more than {MAX_POINTS} points, or more than"
                f" {MAX_WAITING_POINTS} wait for their segment"
            )
        try:
            stroke.append([float(words[names.index(n)]) for n in ("X", "Y", "T") if n in names])
        except ValueError as error:
            raise InkError(f"{text[:40]!r} is not a point: {error}") from error

    def _pen_down(self, _: str) -> None:
        self._pen_up("")
        self._number += 1
        self._components[self._number] = []
        self._is_down = True
        if len(self._components) > MAX_WAITING:
            raise InkError(f"more than {MAX_WAITING} components wait for their segment")

    def _pen_up(self, _: str) -> None:
        self._is_down = False
        for segment in self._waiting.pop(self._number, ()):
            self._emit(segment)

    def _emit(self, segment: _Segment) -> None:
        try:
            strokes: list[Any] = [self._components[number] for number in segment.components]
        except KeyError as error:
            raise InkError(f"component {error} is missing, or in an earlier segment") from error
        for number in segment.components:
            self._points -= len(self._components.pop(number))
        self._done.append(Ink.from_wire(segment.names | {"strokes": strokes}))

    def _add_segment(self, text: str) -> None:
        if not text.startswith("CHARACTER"):
            return
        match = _SEGMENT.fullmatch(text)
        if not match:
            raise InkError(
                f".SEGMENT {text[:60]}: only CHARACTER, whole components and a label are supported"
            )
        self._is_segmented = True
        names = dict(self._names)
        if match[3] is not None:
            names["char"] = _label(match[3])
        segment = _Segment(_component_numbers(match[1]), names)
        last = segment.components[-1]
        if last < self._number or (last == self._number and not self._is_down):
            self._emit(segment)
            return
        self._waiting.setdefault(last, []).append(segment)
        if len(self._waiting) > MAX_WAITING:
            raise InkError(f"more than {MAX_WAITING} segments wait for their components")

    def _set_name(self, key: str, text: str) -> None:
        self._names = {k: v for k, v in self._names.items() if k != key}
        if text not in ("", UNKNOWN):
            self._names[key] = text

    def _refuse_include(self, text: str) -> None:
        raise InkError(f".INCLUDE {text[:60]}: put the content of that file in its place")


def _component_numbers(text: str) -> list[int]:
    """The numbers in e.g. `0-2,5`, in ascending order."""
    numbers: list[int] = []
    for word in text.split(","):
        first, _, last = word.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or len(word) > 20:
            raise InkError(f"{text[:40]!r} is not a list of components such as 0-2,5")
        if int(last or first) - int(first) >= MAX_STROKES or len(numbers) > MAX_STROKES:
            raise InkError(f"a segment has more than {MAX_STROKES} components")
        numbers += range(int(first), int(last or first) + 1)
    if not numbers or sorted(set(numbers)) != numbers:
        raise InkError(f"the components {text[:40]} are not in ascending order")
    return numbers


def _label(text: str) -> str:
    """A label as a string: its Shift-JIS code decoded, or its escapes replaced."""
    if match := _JIS.fullmatch(text):
        try:
            return bytes.fromhex(match[1]).decode("cp932")
        except UnicodeDecodeError as error:
            raise InkError(f"the label {text!r} is not a Shift-JIS code") from error
    if "\ufffd" in text:
        raise InkError("a label is not UTF-8")
    letters = {"n": "\n", "t": "\t"}
    return re.sub(r"\\(.)", lambda escape: letters.get(escape[1], escape[1]), text)
