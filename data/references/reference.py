"""A character's canonical strokes in one reference set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.ink import Ink, Points, Stroke

DECIMALS = 4  # of a coordinate in the unit box, in files and in JSON


@dataclass(frozen=True)
class Component:
    """A part of a character.

    `element`: the character it is, None without a code point. `strokes`: indexes of the whole
    character's strokes, from 0. `parts`: its own parts. `position`: where it stands, e.g. "left".
    `radical`: KanjiVG's kind of radical, where it is one.
    """

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
        """The component as JSON values, which `from_dict` reads."""
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
    """A character's canonical strokes in canonical order.

    `orders`: other accepted orders, without the canonical one; each has at a drawn position the
    index of the canonical stroke. `order_sources`: the source of each order. `forms`: other
    accepted shapes of the character, with different strokes or another number of them; each has
    its own `source`.
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
        """The reference as ink: its strokes in canonical order and in the unit box."""
        return Ink(tuple(Stroke(stroke.points) for stroke in self.strokes))
