"""Compare two reference sets: the number, order and direction of each character's strokes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data.references.assignment import Assignment, assign
from data.references.reference import Reference

KINDS = ("absent", "count", "order", "direction")


@dataclass(frozen=True)
class Comparison:
    """One character in two sets.

    `counts`: its strokes in each set, None where the set does not have it. `assignment`: how the
    strokes match, where their numbers are equal. `is_accepted`: whether the second set's order is
    another order that the first set accepts.
    """

    character: str
    counts: tuple[int | None, int | None]
    assignment: Assignment | None = None
    is_accepted: bool = False

    @property
    def differences(self) -> tuple[str, ...]:
        """Those of KINDS that apply, none where the sets agree. Order and direction can both."""
        if None in self.counts:
            return ("absent",)
        if self.assignment is None:
            return ("count",)
        order = () if self.assignment.is_in_order else ("order",)
        return (*order, *(("direction",) if self.assignment.backwards else ()))

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values; strokes are numbered from 0."""
        wire: dict[str, Any] = {"character": self.character, "differences": self.differences}
        wire["counts"] = self.counts
        if self.assignment:
            wire["order"] = self.assignment.order
            wire["backwards"] = self.assignment.backwards
            wire["distance"] = round(self.assignment.distance, 3)
        return wire | ({"accepted": True} if self.is_accepted else {})


def compare(
    first: Mapping[str, Reference], second: Mapping[str, Reference], *, characters: Iterable[str]
) -> Iterator[Comparison]:
    """Compare each character. One that is in neither set counts as absent too."""
    for character in characters:
        ours, theirs = first.get(character), second.get(character)
        counts = (len(ours.strokes) if ours else None, len(theirs.strokes) if theirs else None)
        if ours is None or theirs is None or counts[0] != counts[1]:
            yield Comparison(character, counts)
            continue
        matched = assign([s.points for s in ours.strokes], [s.points for s in theirs.strokes])
        yield Comparison(character, counts, matched, _inverse(matched.order) in ours.orders)


def summary(comparisons: Iterable[Comparison]) -> dict[str, int]:
    """How many characters differ in each of KINDS, how many agree, and how many there are.

    A character that differs in order and direction counts in both. `accepted`: how many of those
    with another order have one that the first set accepts.
    """
    every = list(comparisons)
    kinds = Counter(kind for comparison in every for kind in comparison.differences)
    agreeing = sum(not comparison.differences for comparison in every)
    accepted = sum(comparison.is_accepted for comparison in every)
    numbers = {kind: kinds[kind] for kind in KINDS}
    return numbers | {"agree": agreeing, "accepted": accepted, "characters": len(every)}


def table(comparisons: Iterable[Comparison], names: tuple[str, str]) -> Iterator[str]:
    """Tab-separated lines: a header, then each character that differs, strokes numbered from 1."""
    yield "\t".join(
        ("character", *names, "differs", f"{names[1]}_stroke_of_each_{names[0]}_stroke")
    )
    for comparison in comparisons:
        if comparison.differences:
            counts = ("-" if count is None else str(count) for count in comparison.counts)
            differs = "+".join(comparison.differences)
            differs += " (accepted)" if comparison.is_accepted else ""
            yield "\t".join((comparison.character, *counts, differs, _strokes(comparison)))


def _strokes(comparison: Comparison) -> str:
    """E.g. `2 1 -3`: the second set's stroke for each of the first; a minus means backwards."""
    if comparison.assignment is None:
        return "-"
    backwards = comparison.assignment.backwards
    order = enumerate(comparison.assignment.order)
    return " ".join(f"{'-' if row in backwards else ''}{index + 1}" for row, index in order)


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    """The first set's stroke for each of the second, as in `Reference.orders`."""
    return tuple(sorted(range(len(order)), key=order.__getitem__))
