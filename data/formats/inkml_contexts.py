"""Which trace format the traces of an InkML document have: contexts, sources and references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.errors import InkError

MAX_FORMATS = 10_000  # contexts, ink sources and trace formats with an id
XML_ID = "http://www.w3.org/XML/1998/namespace id"

_DEFAULTS = ("DefaultContext", "DefaultTraceFormat", "DefaultInkSource")
_MILLIMETRES = {
    "m": 1000.0, "cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6,
}  # fmt: skip
_MILLISECONDS = {"s": 1000.0, "ms": 1.0, "us": 1e-3, "ns": 1e-6}


@dataclass
class TraceFormat:
    """A `traceFormat`: the channels of a point in order. Without channels it has X and Y."""

    names: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)  # of X, Y and T
    reversed_channels: set[str] = field(default_factory=set)  # of X and Y

    @property
    def width(self) -> int:
        """The number of values of a point."""
        return len(self.names) or 2

    def add_channel(self, attributes: Mapping[str, str]) -> None:
        """Adds a `channel`."""
        name = attributes.get("name", "")
        self.names.append(name)
        if "units" in attributes:
            self.units[name] = attributes["units"]
        if attributes.get("orientation") == "-ve":
            self.reversed_channels.add(name)

    def point(self, values: list[float]) -> list[float]:
        """[x, y] or [x, y, t_ms] out of a point's values; x runs right and y down.

        x and y are in millimetres where the units of both are known lengths.
        """
        names = self.names or ["X", "Y"]
        x, y = (self._factor(name) * values[names.index(name)] for name in ("X", "Y"))
        if "T" not in names:
            return [x, y]
        return [x, y, values[names.index("T")] * _MILLISECONDS.get(self.units.get("T", "ms"), 1.0)]

    def _factor(self, name: str) -> float:
        sign = -1.0 if name in self.reversed_channels else 1.0
        lengths = [_MILLIMETRES.get(self.units.get(channel, "")) for channel in ("X", "Y")]
        if None in lengths:
            return sign
        return sign * _MILLIMETRES[self.units[name]]


class Contexts:
    """The trace formats of a document by id, and the current one."""

    def __init__(self) -> None:
        self.current = TraceFormat()
        self._by_id: dict[str, TraceFormat] = {}
        self._latest = TraceFormat()
        self._has_format: set[int] = (
            set()
        )  # depths of open contexts with a traceFormat of their own

    def start(self, opened: list[tuple[str, dict[str, str]]]) -> None:
        """A start tag; `opened`: the open elements with their attributes, the new one last."""
        name, attributes = opened[-1]
        parent = opened[-2][0] if len(opened) > 1 else ""
        if name == "context":
            self._has_format.discard(len(opened))
            self._set(opened, len(opened), self._referred(attributes))
        elif name == "inkSource":
            self._set(opened, len(opened), TraceFormat(), is_current=False)
        elif name == "traceFormat":
            self._start_format(opened, parent)
        elif name == "channel" and parent == "traceFormat":
            self._latest.add_channel(attributes)

    def of(self, reference: str, *, user: str = "trace") -> TraceFormat:
        """The format of a contextRef. Raises InkError where there is none, naming the `user`."""
        name = reference.rpartition("#")[2]
        if name in _DEFAULTS:
            return TraceFormat()
        if name not in self._by_id:
            raise InkError(f"a {user} refers to the context {name!r}, which does not exist")
        return self._by_id[name]

    def _referred(self, attributes: Mapping[str, str]) -> TraceFormat:
        """The format that a context refers to, or else the current one."""
        for attribute in ("traceFormatRef", "inkSourceRef", "contextRef"):
            reference = attributes.get(attribute)
            if reference and attribute == "inkSourceRef" and "#" not in reference[:1]:
                continue  # an address elsewhere, which may have no format
            if reference:
                return self.of(reference, user="context")
        return self.current

    def _start_format(self, opened: list[tuple[str, dict[str, str]]], parent: str) -> None:
        self._latest = TraceFormat()
        depth = len(opened)
        source_of = opened[-3][0] if parent == "inkSource" and depth > 2 else ""
        self._set(opened, depth, self._latest, is_current=source_of in ("", "ink"))
        if parent in ("context", "inkSource"):
            self._set(opened, depth - 1, self._latest, is_current=parent == "context")
        if parent == "context":
            self._has_format.add(depth - 1)
        # A trace format of the context itself has precedence over its source's.
        elif source_of == "context" and depth - 2 not in self._has_format:
            self._set(opened, depth - 2, self._latest)

    def _set(
        self,
        opened: list[tuple[str, dict[str, str]]],
        depth: int,
        layout: TraceFormat,
        *,
        is_current: bool = True,
    ) -> None:
        """Gives a format to the open element at `depth`; outside definitions it becomes current."""
        attributes = opened[depth - 1][1]
        if identity := attributes.get(XML_ID) or attributes.get("id"):
            self._by_id[identity] = layout
        if is_current and not any(name == "definitions" for name, _ in opened):
            self.current = layout
        if len(self._by_id) > MAX_FORMATS:
            raise InkError(f"the file has more than {MAX_FORMATS} trace formats")
