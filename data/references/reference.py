"""A character's canonical strokes in one reference set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.ink import Ink, Points, Stroke


@dataclass(frozen=True)
class Component:
    """A part of a character: what it is, the strokes it holds (from 0), and its own parts."""

    element: str | None
    strokes: tuple[int, ...]
    parts: tuple[Component, ...] = ()
    position: str | None = None
    radical: str | None = None

    def walk(self) -> Iterator[Component]:
        """This component and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def to_dict(self) -> dict[str, Any]:
        """A form that JSON can hold and `from_dict` reads."""
        names = {"element": self.element, "position": self.position, "radical": self.radical}
        wire: dict[str, Any] = {key: value for key, value in names.items() if value is not None}
        wire["strokes"] = list(self.strokes)
        if self.parts:
            wire["parts"] = [part.to_dict() for part in self.parts]
        return wire

    @classmethod
    def from_dict(cls, wire: dict[str, Any]) -> Component:
        """The component that `to_dict` wrote."""
        return cls(
            wire.get("element"),
            tuple(wire["strokes"]),
            tuple(cls.from_dict(part) for part in wire.get("parts", ())),
            wire.get("position"),
            wire.get("radical"),
        )


@dataclass(frozen=True, eq=False)
class ReferenceStroke:
    """`points`: (P, 2) float32 centre line in the unit box, x right, y down; `type`: e.g. ㇔."""

    points: Points
    type: str = ""


@dataclass(frozen=True, eq=False)
class Reference:
    """Canonical strokes in canonical order.

    `orders`: accepted alternative orders; at each drawn position stands the canonical stroke's
    index. The canonical order itself is not among them. `order_sources`: where each comes from.
    `forms`: other accepted shapes of the character, with other strokes or another number of them;
    each says its own `source`.
    """

    character: str
    strokes: tuple[ReferenceStroke, ...]
    orders: tuple[tuple[int, ...], ...] = ()
    components: Component | None = None
    source: str = ""
    licence: str = ""
    order_sources: tuple[str, ...] = ()
    forms: tuple[Reference, ...] = ()

    def drawn(self) -> Ink:
        """The reference as ink: its strokes as they stand, in canonical order."""
        return Ink(tuple(Stroke(stroke.points) for stroke in self.strokes))
