"""Accepted stroke orders and forms other than a reference set's own.

One stands here only with its source; a looser threshold is never the way to accept one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.references.reference import Component

Order = tuple[int, ...]


@dataclass(frozen=True)
class Alternative:
    """Another order of a component's strokes: drawn position -> the component's own index."""

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
class Borrowed:
    """Another form of `character`: the strokes of `element` as they stand in the character `of`."""

    character: str
    of: str
    element: str
    source: str


BORROWED = (
    Borrowed("牙", "芽", "牙", "牙 of five strokes, as in 芽: the first count of KANJIDIC2"),
)


def alternatives(components: Component, count: int) -> Iterator[tuple[Order, str]]:
    """The orders, each with its source, that the table gives a character of `count` strokes."""
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
