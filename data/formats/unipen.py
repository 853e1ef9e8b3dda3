"""Ink as UNIPEN 1.0, the subset of it that holds drawn characters.

I. Guyon, UNIPEN 1.0 Format Definition, 1994, http://unipen.nici.ru.nl/unipen.def. Read: .COORD with
X, Y and T among others, .PEN_DOWN, .PEN_UP, .SEGMENT CHARACTER with ranges of components,
.WRITER_ID and .DATA_SOURCE; other statements are passed over, .INCLUDE is refused. Components are
pen-downs counted from 0, as the published sets count them. Labels are UTF-8, or JISxNNNN with a
Shift-JIS code as UNIPEN's kanji example has it. The definition leaves the direction of y to the
device: we write y down, and turn nothing when we read. A file without segments is one ink.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.cache import replacing
from data.errors import InkError
from data.formats.decimals import numerals
from data.ink import Ink
from data.ink.ink import MAX_POINTS, MAX_STROKES

MAX_LINE = 1 << 16  # bytes
MAX_WAITING = 200_000  # components, or segments, that wait for each other
MAX_WAITING_POINTS = 1_000_000  # of those components
UNKNOWN = "?"  # a writer or a source that is not known

_HEAD = """.VERSION 1.0
.COMMENT Written by hitsujun: y runs down, T is in milliseconds, labels are UTF-8.
.HIERARCHY CHARACTER
"""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SEGMENT = re.compile(r'CHARACTER\s+([\d,-]+)(?:\s+([^\s"]+))?(?:\s+"((?:[^"\\]|\\.)*)")?\s*')
_JIS = re.compile(r"JISx([0-9a-fA-F]{4})(?:_.*)?")


def read_unipen(path: Path) -> Iterator[Ink]:
    """The inks of a UNIPEN file, each as soon as it is complete.

    Raises InkError that names file and line.
    """
    reader = _Reader()
    number = 0
    with path.open("rb") as file:
        try:
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    raise InkError(f"a line has more than {MAX_LINE} bytes")
                reader.line(line.decode("utf-8", "replace").strip())
                yield from reader.take()
            reader.finish()
        except InkError as error:
            raise InkError(f"{path}, line {number}: {error}") from error
        yield from reader.take()


def write_unipen(path: Path, inks: Iterable[Ink]) -> int:
    """Write inks as UNIPEN, a segment each, and return how many there were."""
    state = {"WRITER_ID": UNKNOWN, "DATA_SOURCE": UNKNOWN, "COORD": ""}
    count = first = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for ink in inks:
            count += 1
            last = first + len(ink.strokes) - 1
            wanted = {"WRITER_ID": ink.writer or UNKNOWN, "DATA_SOURCE": ink.source or UNKNOWN}
            lines = list(_changed(state, wanted))
            label = "" if ink.char is None else f' ? "{_escaped(ink.char)}"'
            lines.append(f".SEGMENT CHARACTER {first}-{last}{label}")
            for stroke in ink.strokes:
                lines += _changed(state, {"COORD": "X Y" if stroke.t is None else "X Y T"})
                points = (" ".join(point) for point in numerals(stroke))
                lines += [".PEN_DOWN", *points, ".PEN_UP"]
            file.write("\n".join([*lines, ""]))
            first = last + 1
    return count


def _changed(state: dict[str, str], wanted: dict[str, str]) -> Iterator[str]:
    for key, value in wanted.items():
        if value != " ".join(value.split()) or value.startswith("."):
            raise InkError(f"UNIPEN cannot hold the {key} {value!r}: one line, no dot at its start")
        if state[key] != value:
            state[key] = value
            yield f".{key} {value}"


def _escaped(label: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in label)


@dataclass
class _Segment:
    """An ink to be: which components it has, what it is of, and who wrote it."""

    parts: list[int]
    names: dict[str, str]


class _Reader:
    """Statement by statement; an ink is done when the last of its components is."""

    def __init__(self) -> None:
        self._coordinates = ["X", "Y"]
        self._names: dict[str, str] = {}
        self._components: dict[int, list[list[float]]] = {}
        self._waiting: dict[int, list[_Segment]] = {}  # by their last component
        self._points = 0
        self._number = -1
        self._is_down = self._is_segmented = False
        self._done: list[Ink] = []
        self._statements: dict[str, Callable[[str], None]] = {
            "COORD": self._coord,
            "PEN_DOWN": self._down,
            "PEN_UP": self._up,
            "SEGMENT": self._segment,
            "WRITER_ID": lambda text: self._name("writer", text),
            "DATA_SOURCE": lambda text: self._name("source", text),
            "INCLUDE": self._include,
        }

    def line(self, text: str) -> None:
        if text.startswith("."):
            keyword, _, rest = text[1:].partition(" ")
            statement = self._statements.get(keyword)
            if statement:
                statement(rest.strip())
        elif text and self._is_down:
            self._point(text)

    def take(self) -> list[Ink]:
        done, self._done = self._done, []
        return done

    def finish(self) -> None:
        self._up("")
        if not self._is_segmented and self._components:
            self._emit(_Segment(list(self._components), self._names))
        for segments in self._waiting.values():
            parts = segments[0].parts
            raise InkError(f"a segment has the components {parts[:5]}, which are not all there")

    def _coord(self, text: str) -> None:
        self._coordinates = text.split()
        if not {"X", "Y"} <= set(self._coordinates):
            raise InkError(f".COORD {text[:40]}: we read coordinates that have X and Y")

    def _point(self, text: str) -> None:
        words = text.split()
        stroke = self._components[self._number]
        names = self._coordinates
        if len(words) != len(names):
            raise InkError(f"{text[:40]!r} is no point of .COORD {' '.join(names)}")
        self._points += 1
        if len(stroke) >= MAX_POINTS or self._points > MAX_WAITING_POINTS:
            raise InkError(
                f"a component has more than {MAX_POINTS} points, or more than"
                f" {MAX_WAITING_POINTS} wait for their segment"
            )
        try:
            stroke.append([float(words[names.index(n)]) for n in ("X", "Y", "T") if n in names])
        except ValueError as error:
            raise InkError(f"{text[:40]!r} is no point: {error}") from error

    def _down(self, _: str) -> None:
        self._up("")
        self._number += 1
        self._components[self._number] = []
        self._is_down = True
        if len(self._components) > MAX_WAITING:
            raise InkError(f"more than {MAX_WAITING} components wait for their segment")

    def _up(self, _: str) -> None:
        self._is_down = False
        for segment in self._waiting.pop(self._number, ()):
            self._emit(segment)

    def _emit(self, segment: _Segment) -> None:
        try:
            strokes: list[Any] = [self._components[part] for part in segment.parts]
        except KeyError as error:
            raise InkError(f"component {error} is not there, or was in a segment before") from error
        for part in segment.parts:
            self._points -= len(self._components.pop(part))
        self._done.append(Ink.from_wire(segment.names | {"strokes": strokes}))

    def _segment(self, text: str) -> None:
        if not text.startswith("CHARACTER"):
            return
        found = _SEGMENT.fullmatch(text)
        if not found:
            raise InkError(f".SEGMENT {text[:60]}: we read CHARACTER, whole components, a label")
        self._is_segmented = True
        names = dict(self._names)
        if found[3] is not None:
            names["char"] = _label(found[3])
        segment = _Segment(_parts(found[1]), names)
        last = segment.parts[-1]
        if last < self._number or (last == self._number and not self._is_down):
            self._emit(segment)
            return
        self._waiting.setdefault(last, []).append(segment)
        if len(self._waiting) > MAX_WAITING:
            raise InkError(f"more than {MAX_WAITING} segments wait for their components")

    def _name(self, key: str, text: str) -> None:
        self._names = {k: v for k, v in self._names.items() if k != key}
        if text not in ("", UNKNOWN):
            self._names[key] = text

    def _include(self, text: str) -> None:
        raise InkError(f".INCLUDE {text[:60]}: put the content of that file here instead")


def _parts(text: str) -> list[int]:
    """The components of e.g. `0-2,5`, in rising order."""
    parts: list[int] = []
    for word in text.split(","):
        first, _, last = word.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or len(word) > 20:
            raise InkError(f"{text[:40]!r} are no components; they are written as 0-2,5")
        if int(last or first) - int(first) >= MAX_STROKES or len(parts) > MAX_STROKES:
            raise InkError(f"a segment has more than {MAX_STROKES} components")
        parts += range(int(first), int(last or first) + 1)
    if not parts or sorted(set(parts)) != parts:
        raise InkError(f"the components {text[:40]} do not rise")
    return parts


def _label(text: str) -> str:
    if found := _JIS.fullmatch(text):
        try:
            return bytes.fromhex(found[1]).decode("cp932")
        except UnicodeDecodeError as error:
            raise InkError(f"the label {text!r} is no Shift-JIS code") from error
    if "\ufffd" in text:
        raise InkError("a label is not UTF-8")
    letters = {"n": "\n", "t": "\t"}
    return re.sub(r"\\(.)", lambda match: letters.get(match[1], match[1]), text)
