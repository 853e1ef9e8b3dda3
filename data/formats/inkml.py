"""InkML: the subset of it that describes drawn characters.

Follows the W3C Recommendation of 20 September 2011, https://www.w3.org/TR/InkML/.

Read: `trace` with explicit values and with ' and " differences, and its continuations;
`traceGroup`; `traceView` of a whole trace within a group; `annotation` of type truth, writer and
source; `traceFormat` with the channels X, Y and T. A trace has the format of its own `contextRef`,
of its group's, or the current one; contexts refer to trace formats, ink sources and other contexts.

The traces of a `traceGroup` are one ink, and those directly below `ink` that no group views are
another. T is in milliseconds, or in the unit of its channel. y runs down, as in InkML's own
examples; the orientation -ve of a channel reverses it. x and y become millimetres where both have a
unit of length.

Not read: brushes, canvases, channel mappings, resolutions, binary and hexadecimal values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape

from data.cache import replacing
from data.content import check_content
from data.errors import InkError
from data.formats.decimals import decimals
from data.formats.inkml_contexts import XML_ID, Contexts, TraceFormat
from data.ink import Ink
from data.ink.ink import MAX_POINTS, MAX_STROKES

NAMESPACE = "http://www.w3.org/2003/InkML"
MAX_DEPTH = 32  # nested elements
MAX_TOKEN = 4 << 20  # bytes of one tag
MAX_TEXT = 4 << 20  # characters of one trace or annotation; MAX_POINTS points need less
MAX_KEPT_POINTS = 1_000_000  # in traces directly below the root, which later groups may view
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
class _Trace:
    """A stroke. `is_viewed`: it belongs to a group that views it."""

    points: list[list[float]]
    is_viewed: bool = False


@dataclass
class _Group:
    """The strokes and annotations directly below a `traceGroup` or the root.

    `layout`: the format of its `contextRef`, or of the nearest group around it that has one.
    `identities`: the ids of its own traces.
    """

    layout: TraceFormat | None = None
    strokes: list[_Trace] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    identities: list[str] = field(default_factory=list)


class _Document:
    """Handlers of the parser's events; keeps the open elements and collects complete inks."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, str]]] = []
        self._groups: list[_Group] = []
        self._contexts = Contexts()
        self._traces: dict[str, _Trace | None] = {}  # by id, of open groups; None for a pen-up
        self._kept_points = 0  # directly below the root
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
        self._contexts.start(self._open)
        if name in ("ink", "traceGroup"):
            self._start_group(attributes)
        elif name == "traceView" and self._open[-2][0] == "traceGroup":
            self._view(attributes)

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

    def _start_group(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("contextRef")
        if reference:
            self._groups.append(_Group(self._contexts.of(reference, user="traceGroup")))
        else:
            self._groups.append(_Group(self._groups[-1].layout if self._groups else None))

    def _view(self, attributes: dict[str, str]) -> None:
        """Adds the trace that a `traceView` refers to, to the group that it stands in."""
        if "from" in attributes or "to" in attributes:
            raise InkError("a traceView of a part of a trace is not supported")
        trace = self._trace(attributes.get("traceDataRef", ""), user="traceView")
        if trace is not None:
            trace.is_viewed = True
            self._add_stroke(trace)

    def _trace(self, reference: str, *, user: str) -> _Trace | None:
        identity = reference.rpartition("#")[2]
        if identity not in self._traces:
            raise InkError(f"a {user} refers to the trace {identity!r}, which does not exist here")
        return self._traces[identity]

    def _end_annotation(self, attributes: dict[str, str]) -> None:
        name = _ANNOTATIONS.get(attributes.get("type", ""))
        if name and self._open and self._open[-1][0] in ("ink", "traceGroup"):
            self._groups[-1].names[name] = "".join(self._text)

    def _end_trace(self, attributes: dict[str, str]) -> None:
        if not self._groups:
            return
        continues = attributes.get("continuation") in ("middle", "end")
        trace: _Trace | None = None
        if continues:
            trace = self._trace(attributes.get("priorRef", ""), user="continuation")
        elif attributes.get("type") != "penUp":
            trace = _Trace([])
        if trace is not None:
            self._add_points(trace, attributes)
            if not continues:
                self._add_stroke(trace)
        if identity := attributes.get(XML_ID) or attributes.get("id"):
            self._traces[identity] = trace
            self._groups[-1].identities.append(identity)

    def _add_points(self, trace: _Trace, attributes: dict[str, str]) -> None:
        reference = attributes.get("contextRef")
        layout = self._groups[-1].layout or self._contexts.current
        if reference:
            layout = self._contexts.of(reference)
        if layout.names and not {"X", "Y"} <= set(layout.names):
            raise InkError(f"a trace format has the channels {layout.names}, not X and Y")
        before = len(trace.points)
        trace.points += [layout.point(values) for values in _values("".join(self._text), layout)]
        if len(trace.points) > MAX_POINTS:
            raise InkError(f"a trace has more than {MAX_POINTS} points with its continuations")
        if len(self._groups) == 1:
            self._kept_points += len(trace.points) - before
            if self._kept_points > MAX_KEPT_POINTS:
                raise InkError(f"more than {MAX_KEPT_POINTS} points are outside of a traceGroup")

    def _add_stroke(self, trace: _Trace) -> None:
        strokes = self._groups[-1].strokes
        if len(self._groups) > 1 and len(strokes) >= MAX_STROKES:
            raise _page_error()
        strokes.append(trace)

    def _end_group(self, _: dict[str, str]) -> None:
        group = self._groups.pop()
        for identity in group.identities:
            self._traces.pop(identity, None)
        # A trace of the root that a group views belongs to that group alone.
        traces = group.strokes if self._groups else [t for t in group.strokes if not t.is_viewed]
        if len(traces) > MAX_STROKES:
            raise _page_error()
        if traces:
            outer = {k: v for g in self._groups for k, v in g.names.items() if k != "char"}
            strokes = [trace.points for trace in traces]
            self._done.append(Ink.from_wire(outer | group.names | {"strokes": strokes}))


def _page_error() -> InkError:
    return InkError(
        f"more than {MAX_STROKES} traces are not one character but a page; put the traces of each"
        " character into a traceGroup"
    )


def _values(text: str, layout: TraceFormat) -> Iterator[list[float]]:
    """Yields the absolute values of each point of a trace.

    A value is absolute (!), a first difference (') or a second difference ("). The prefix holds for
    its channel until another one is given.
    """
    width = layout.width
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
