"""Stroke orders and forms that are accepted in addition to a reference set's own.

Each names its source. To accept another one, add it here; do not loosen a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.references.reference import Component

Order = tuple[int, ...]


@dataclass(frozen=True)
class Alternative:
    """Another order of a component's strokes.

    `order`: at each drawn position, the index of the stroke in the component. `position`: where
    the component must stand in its character.
    """

    element: str
    position: str
    order: Order
    source: str


ALTERNATIVES = (
    Alternative(
        "糸",
        "left",
        (0, 1, 2, 4, 3, 5),
        "糸偏 left, middle, right: other Japanese references (KanjiVG: middle, left, right)",
    ),
)


@dataclass(frozen=True)
class BorrowedForm:
    """Another form of `character`: the strokes of its part `element` in the character `donor`."""

    character: str
    donor: str
    element: str
    source: str


BORROWED_FORMS = (
    BorrowedForm("牙", "芽", "牙", "牙 of five strokes, as in 芽: the first count of KANJIDIC2"),
)


def alternatives(components: Component, count: int) -> Iterator[tuple[Order, str]]:
    """The orders that ALTERNATIVES gives a character of `count` strokes, each with its source.

    An order has at each drawn position the index of the character's stroke.
    """
    for part in components.walk():
        for other in ALTERNATIVES:
            if (part.element, part.position) != (other.element, other.position):
                continue
            if len(part.strokes) != len(other.order):
                continue
            order = list(range(count))
            for place, index in zip(part.strokes, other.order, strict=True):
                order[place] = part.strokes[index]
            yield tuple(order), other.source
