"""Tests of data.references.component_orders, on made-up characters."""

from __future__ import annotations

import numpy as np

from data.references.component_orders import (
    OrderedCharacter,
    completed_orders,
    learned_orders,
)
from data.references.reference import Component, ReferenceStroke

Order = tuple[int, ...]


def made(
    character: str, *elements: str, orders: dict[Order, str] | None = None
) -> OrderedCharacter:
    """A character of components with three strokes each."""
    strokes = tuple(
        ReferenceStroke(np.zeros((2, 2), np.float32), kind) for _ in elements for kind in "㇐㇑㇐"
    )
    parts = tuple(
        Component(element, tuple(range(3 * n, 3 * n + 3))) for n, element in enumerate(elements)
    )
    whole = Component(character, tuple(range(len(strokes))), parts)
    return OrderedCharacter(character, strokes, whole, orders or {})


def test_an_order_of_a_character_holds_where_it_is_a_component() -> None:
    alone = made("A", orders={(1, 0, 2): "source"})
    alone = OrderedCharacter("A", made("-", "A").strokes, Component("A", (0, 1, 2)), alone.orders)
    other = made("X", "B", "A")
    rules = learned_orders([alone, other])
    assert completed_orders(other, rules) == {(0, 1, 2, 4, 3, 5): "A as in A: source"}


def test_an_order_of_most_compounds_holds_in_all_and_one_of_few_does_not() -> None:
    known = [made(c, "A", "B", orders={(1, 0, 2, 3, 4, 5): c}) for c in "XYZ"]
    other, many = made("W", "B", "A"), [made(c, "A") for c in "abcd"]
    expected = {(0, 1, 2, 4, 3, 5): "A as in X: X"}
    assert completed_orders(other, learned_orders([*known, other])) == expected
    assert completed_orders(other, learned_orders([*known, other, *many])) == {}
    assert completed_orders(other, learned_orders([*known[:2], other])) == {}


def test_orders_of_several_components_are_combined() -> None:
    known = [made(c, "A", orders={(1, 0, 2): c}) for c in "XYZ"]
    known += [made(c, "B", orders={(0, 2, 1): c}) for c in "UVW"]
    both = made("T", "A", "B")
    assert set(completed_orders(both, learned_orders([*known, both]))) == {
        (1, 0, 2, 3, 4, 5),
        (0, 1, 2, 3, 5, 4),
        (1, 0, 2, 3, 5, 4),
    }
