"""InkML: the subset of it that describes drawn characters.

Follows the W3C Recommendation of 20 September 2011, https://www.w3.org/TR/InkML/.

Read: `trace` with explicit values and with ' and " differences; `traceGroup`; `annotation` of type
truth, writer and source; `traceFormat` with the channels X, Y and T, by `contextRef` or as the
latest before the trace. The traces directly below a `traceGroup` are one ink, and those directly
below `ink` are another. T is in milliseconds, or in seconds where its channel says so. y runs down,
as in InkML's own examples.

Not read: `traceView`, brushes, canvases, channel mappings, binary and hexadecimal values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from data.cache import replacing
from data.errors import InkError
from data.formats.decimals import decimals
from data.ink import Ink
from data.ink.content import check_content
from data.ink.ink import MAX_POINTS, MAX_STROKES

NAMESPACE = "http://www.w3.org/2003/InkML"
MAX_DEPTH = 32  # nested elements
MAX_TOKEN = 4 << 20  # bytes of one tag
MAX_TEXT = 4 << 20  # characters of one trace or annotation; MAX_POINTS points need less
MAX_FORMATS = 10_000  # trace formats with an id
BLOCK = 1 << 16  # bytes that are parsed at a time

_VALUE = re.compile(r"\s*([!'\"]?)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANNOTATIONS = {"truth": "char", "writer": "writer", "source": "source"}
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<ink xmlns="{NAMESPACE}">
<definitions>
<context xml:id="untimed"><traceFormat><channel name="X" type="decimal"/>\
<channel name="Y" type="decimal"/></traceFormat></context>
<context xml:id="timed"><traceFormat><channel name="X" type="decimal"/>\
<channel name="Y" type="decimal"/><channel name="T" type="decimal" units="ms"/></traceFormat>\
</context>
</definitions>
"""


def read_inkml(path: Path) -> Iterator[Ink]:
    """Yields the inks of an InkML file, which is read as a stream.

    Raises InkError with file and line where the file is not XML, exceeds one of the limits above,
    declares a document type or an entity, or has a trace outside the subset.
    """
    check_content(path, "InkML")
    document = _Document()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = document.start, document.end
    parser.CharacterDataHandler = document.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype  # without one there are no entities either
    bytes_fed = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            bytes_fed += len(block)
            try:
                parser.Parse(block, not block)
                if bytes_fed - parser.CurrentByteIndex > MAX_TOKEN:
                    raise InkError(f"a tag has more than {MAX_TOKEN} bytes")
            except (InkError, expat.ExpatError, ValueError) as error:
                line = parser.CurrentLineNumber
                raise InkError(f"{path}, line {line}: cannot read this InkML: {error}") from error
            yield from document.take()
            if not block:
                return


def write_inkml(path: Path, inks: Iterable[Ink]) -> int:
    """Writes inks as InkML, a `traceGroup` each, and returns the number of inks.

    Raises InkError where XML cannot hold a name, and leaves no file then.
    """
    count = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for ink in inks:
            count += 1
            file.write(_trace_group(ink))
        file.write("</ink>\n")
    return count


def _trace_group(ink: Ink) -> str:
    lines = ["<traceGroup>"]
    for kind, name in _ANNOTATIONS.items():
        if (text := getattr(ink, name)) is not None:
            if _UNWRITABLE.search(text):
                raise InkError(f"XML cannot hold the {name} {text!r}")
            # A plain carriage return would be read back as a newline.
            escaped = escape(text, {"\r": "&#13;"})
            lines.append(f'<annotation type="{kind}">{escaped}</annotation>')
    for stroke in ink.strokes:
        context = "untimed" if stroke.t is None else "timed"
        points = ", ".join(" ".join(point) for point in decimals(stroke))
        lines.append(f'<trace contextRef="#{context}">{points}</trace>')
    return "\n".join([*lines, "</traceGroup>", ""])


def _refuse_doctype(*_: object) -> None:
    raise InkError("a document type, which may declare entities, is not accepted; remove it")


@dataclass
class _Format:
    """A `traceFormat`: the channels of a point in order, and the milliseconds in a unit of T."""

    names: list[str] = field(default_factory=list)
    milliseconds: float = 1.0

    def point(self, values: list[float]) -> list[float]:
        """[x, y] or [x, y, t_ms] out of a point's values."""
        names = self.names or ["X", "Y"]
        point = [values[names.index(name)] for name in ("X", "Y", "T") if name in names]
        return point[:2] + [value * self.milliseconds for value in point[2:]]


@dataclass
class _Group:
    """The strokes and annotations directly below a `traceGroup` or the root."""

    strokes: list[Any] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


class _Document:
    """Handlers of the parser's events; keeps the open elements and collects complete inks."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, str]]] = []
        self._groups: list[_Group] = []
        self._formats: dict[str, _Format] = {}
        self._current = _Format()
        self._text: list[str] = []
        self._size = 0
        self._done: list[Ink] = []
        self._endings: dict[str, Callable[[dict[str, str]], None]] = {
            "trace": self._end_trace,
            "annotation": self._end_annotation,
            "traceGroup": self._end_group,
            "ink": self._end_group,
        }

    def take(self) -> list[Ink]:
        """The inks completed since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A start tag; `tag` is the namespace, a space and the name."""
        name = tag.rpartition(" ")[2]
        if len(self._open) >= MAX_DEPTH:
            raise InkError(f"elements are nested more than {MAX_DEPTH} deep")
        if not self._open and name != "ink":
            raise InkError(f"the root is <{name}>, not <ink>")
        self._open.append((name, attributes))
        self._text, self._size = [], 0
        if name in ("ink", "traceGroup"):
            self._groups.append(_Group())
        elif name == "traceFormat":
            self._start_format()
        elif name == "channel" and len(self._open) > 1 and self._open[-2][0] == "traceFormat":
            self._add_channel(attributes)

    def characters(self, text: str) -> None:
        """Text within an element."""
        self._size += len(text)
        if self._size > MAX_TEXT:
            raise InkError(f"a text has more than {MAX_TEXT} characters")
        self._text.append(text)

    def end(self, tag: str) -> None:
        """An end tag."""
        name, attributes = self._open.pop()
        if name in self._endings:
            self._endings[name](attributes)
        self._text, self._size = [], 0

    def _start_format(self) -> None:
        self._latest = _Format()
        if not any(name == "definitions" for name, _ in self._open):
            self._current = self._latest
        for _, attributes in self._open:
            if identity := attributes.get("http://www.w3.org/XML/1998/namespace id"):
                self._formats[identity] = self._latest
        if len(self._formats) > MAX_FORMATS:
            raise InkError(f"the file has more than {MAX_FORMATS} trace formats")

    def _add_channel(self, attributes: dict[str, str]) -> None:
        self._latest.names.append(attributes.get("name", ""))
        if attributes.get("name") == "T" and attributes.get("units") == "s":
            self._latest.milliseconds = 1000.0

    def _end_annotation(self, attributes: dict[str, str]) -> None:
        name = _ANNOTATIONS.get(attributes.get("type", ""))
        if name and self._open and self._open[-1][0] in ("ink", "traceGroup"):
            self._groups[-1].names[name] = "".join(self._text)

    def _end_trace(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "penUp" or not self._groups:
            return
        reference = attributes.get("contextRef", "").rpartition("#")[2]
        if reference and reference not in self._formats:
            raise InkError(f"a trace refers to the context {reference!r}, which does not exist")
        layout = self._formats[reference] if reference else self._current
        if layout.names and not {"X", "Y"} <= set(layout.names):
            raise InkError(f"a trace format has the channels {layout.names}, not X and Y")
        strokes = self._groups[-1].strokes
        if len(strokes) >= MAX_STROKES:
            raise InkError(f"a group has more than {MAX_STROKES} traces; an ink has at most that")
        strokes.append([layout.point(values) for values in _values("".join(self._text), layout)])

    def _end_group(self, _: dict[str, str]) -> None:
        group = self._groups.pop()
        if group.strokes:
            outer = {k: v for g in self._groups for k, v in g.names.items() if k != "char"}
            self._done.append(Ink.from_wire(outer | group.names | {"strokes": group.strokes}))


def _values(text: str, layout: _Format) -> Iterator[list[float]]:
    """Yields the absolute values of each point of a trace.

    A value is absolute (!), a first difference (') or a second difference ("). The prefix holds for
    its channel until another one is given.
    """
    width = len(layout.names) or 2
    prefixes, values, differences = ["!"] * width, [0.0] * width, [0.0] * width
    points = text.split(",")
    if len(points) > MAX_POINTS:
        raise InkError(f"a trace has {len(points)} points, {MAX_POINTS} at most")
    for number, point in enumerate(points):
        parsed = _VALUE.findall(point)
        if len(parsed) < width or _VALUE.sub("", point).strip():
            raise InkError(f"point {number} of a trace, {point[:40]!r}, is not {width} values")
        for channel, (prefix, value) in enumerate(parsed[:width]):
            prefixes[channel] = prefix or prefixes[channel]
            if prefixes[channel] == "!":
                values[channel] = float(value)
                continue
            before = differences[channel] if prefixes[channel] == '"' else 0.0
            differences[channel] = float(value) + before
            values[channel] += differences[channel]
        yield list(values)
