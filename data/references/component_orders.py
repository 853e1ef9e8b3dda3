"""Stroke orders of components, learned from the characters that are known to accept them.

KanjiVG lists another order of 耳 for 取, and none for 聞. An order that most characters with a
component accept holds in all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from data.references.reference import Component, ReferenceStroke

LEAST_CHARACTERS = 3  # that accept an order, where the component itself is not one of them
LEAST_FRACTION = 0.5  # of the characters with the component that accept it. Larger = fewer orders
MAX_ORDERS = 64  # accepted orders of one character; the first ones are kept

Order = tuple[int, ...]
Kind = tuple[str, tuple[str, ...]]  # an element and the types of its strokes, without variants


@dataclass(frozen=True, eq=False)
class OrderedCharacter:
    """A character with its accepted orders, each with its source, without the canonical one."""

    character: str
    strokes: tuple[ReferenceStroke, ...]
    components: Component
    orders: Mapping[Order, str]


@dataclass(frozen=True)
class ComponentOrder:
    """An accepted order of a component's strokes, by their index in it, and its source."""

    order: Order
    source: str


Move = tuple[Order, ComponentOrder]  # the strokes of a component, and an order of them
Rules = Mapping[Kind, tuple[ComponentOrder, ...]]


def learned_orders(characters: Iterable[OrderedCharacter]) -> Rules:
    """The orders of each kind of component that hold in every character with it."""
    totals: dict[Kind, int] = defaultdict(int)
    sources: dict[tuple[Kind, Order], dict[str, str]] = defaultdict(dict)
    for one in characters:
        for kind, place in _places(one.strokes, one.components).items():
            totals[kind] += 1
            for order, source in one.orders.items():
                if (own := _order_at(place, order)) and own != tuple(range(len(own))):
                    sources[kind, own].setdefault(one.character, source)
    rules: dict[Kind, list[ComponentOrder]] = defaultdict(list)
    for (kind, order), by_character in sources.items():
        is_common = len(by_character) >= LEAST_CHARACTERS
        is_common &= len(by_character) >= LEAST_FRACTION * totals[kind]
        if is_common or kind[0] in by_character:
            donor = kind[0] if kind[0] in by_character else next(iter(by_character))
            source = f"{kind[0]} as in {donor}: {by_character[donor]}"
            rules[kind].append(ComponentOrder(order, source))
    return {kind: tuple(orders) for kind, orders in rules.items()}


def completed_orders(
    one: OrderedCharacter, rules: Rules, others: Iterable[Move] = ()
) -> dict[Order, str]:
    """The orders of a character, and those that `rules` and `others` give for its components.

    Orders of different components are combined, up to MAX_ORDERS.
    """
    moves = [*others, *_moves(one, rules)]
    orders = dict(one.orders)
    canonical = tuple(range(len(one.strokes)))
    queue = [(canonical, ""), *orders.items()]
    for order, source in queue:
        for place, component in moves:
            changed = _reordered(order, place, component.order)
            if changed is None or changed == canonical or changed in orders:
                continue
            if len(orders) >= MAX_ORDERS:
                return orders
            orders[changed] = "; ".join(dict.fromkeys(filter(None, (source, component.source))))
            queue.append((changed, orders[changed]))
    return orders


def _moves(one: OrderedCharacter, rules: Rules) -> Iterator[Move]:
    """The strokes of each component of a character, with each order that a rule gives it."""
    for part in one.components.walk():
        for component in rules.get(_kind(part, one.strokes), ()):
            yield part.strokes, component


def _places(strokes: tuple[ReferenceStroke, ...], components: Component) -> dict[Kind, Order]:
    """The strokes of the first component of each kind in a character."""
    places: dict[Kind, Order] = {}
    for part in components.walk():
        if part.element and len(part.strokes) > 1:
            places.setdefault(_kind(part, strokes), part.strokes)
    return places


def _kind(part: Component, strokes: tuple[ReferenceStroke, ...]) -> Kind:
    return part.element or "", tuple(strokes[n].type[:1] for n in part.strokes)


def _order_at(place: Order, order: Order) -> Order | None:
    """The order of the strokes `place` in `order`, by index; None where others come between."""
    own = [n for n in order if n in place]
    if any((n in place) != (k in place) for k, n in enumerate(order)):
        return None
    return tuple(place.index(n) for n in own)


def _reordered(order: Order, place: Order, component: Order) -> Order | None:
    """`order` with the strokes `place` as in `component`; None where they are reordered already."""
    at = [k for k, n in enumerate(order) if n in place]
    if tuple(order[k] for k in at) != place:
        return None
    changed = list(order)
    for k, index in zip(at, component, strict=True):
        changed[k] = place[index]
    return tuple(changed)
