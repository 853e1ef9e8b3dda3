"""Which strokes are drawn out of order."""

from __future__ import annotations

from bisect import bisect_left

from data.references.reference import Reference
from kanji.matching.match import Matching


def accepted_orders(reference: Reference) -> tuple[tuple[int, ...], ...]:
    """Every accepted order, as stroke indexes in the order drawn; the canonical one first."""
    return (tuple(range(len(reference.strokes))), *reference.orders)


def out_of_order(matching: Matching, reference: Reference) -> set[int]:
    """Indexes of the matches out of order, by the accepted order that leaves the fewest."""
    drawn = [match.reference[0] for match in matching.matches]
    options = [
        displaced([order.index(stroke) for stroke in drawn]) for order in accepted_orders(reference)
    ]
    # Another order counts where it is kept exactly, or where it leaves fewer strokes out of order.
    canonical = options[0]
    return min(options, key=lambda option: len(option) + bool(option and option is not canonical))


def displaced(ranks: list[int]) -> set[int]:
    """Indexes of the `ranks` that are out of order.

    Both ends of an exchange; otherwise the fewest whose removal leaves the rest in order, by the
    longest increasing subsequence.

    >>> sorted(displaced([0, 2, 1])), sorted(displaced([1, 2, 3, 0]))
    ([1, 2], [3])
    """
    exchanged = {i for i, (a, b) in enumerate(zip(ranks, sorted(ranks), strict=True)) if a != b}
    ends: list[int] = []  # for each length, the index where the best increasing subsequence ends
    before: dict[int, int | None] = {}  # the index before each one in its subsequence
    for index, rank in enumerate(ranks):
        length = bisect_left([ranks[end] for end in ends], rank)
        before[index] = ends[length - 1] if length else None
        ends[length : length + 1] = [index]
    moved, at = set(range(len(ranks))), ends[-1] if ends else None
    while at is not None:
        moved.discard(at)
        at = before[at]
    return exchanged if len(exchanged) <= len(moved) + 1 else moved
