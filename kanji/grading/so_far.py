"""What is right and wrong while a character is still being written.

It is not known yet where the missing strokes will be. The ink is therefore matched with each set of
reference strokes that it may be: the first ones, as many as were drawn, or the first ones with
another one in place of the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.errors import KanjiError
from kanji.grading.faults import StrokeGrade
from kanji.grading.order import accepted_orders
from kanji.grading.strokes import SEVERE, grade_strokes, matched_form
from kanji.matching.costs import JOIN_COST, UNMATCHED_COST
from kanji.matching.geometry import Curve
from kanji.matching.match import Matching, match

LOOKAHEAD = 6  # strokes from the next one on that the last one drawn may be; larger = slower
EXPECTED_MARGIN = 0.06  # by which another stroke must fit better than the next; larger = lenient
LENIENCY_FACTOR = 1.25  # times the leniency, as less is known than at the end. Larger = lenient
UNTIDY = frozenset({"wrong_place", "wrong_shape", "too_short", "too_long"})

Order = tuple[int, ...]  # reference strokes in the order drawn


@dataclass(frozen=True)
class SoFar:
    """The grade of an unfinished character.

    `strokes`: of each drawn stroke, in order. Its `faults` are those of `kanji.grading.grade`; a
    stroke drawn before its turn is `wrong_order`. `next`: the reference stroke that should follow,
    or None at the end. `is_right`: whether nothing is wrong yet.
    """

    strokes: tuple[StrokeGrade, ...]
    next: int | None
    is_right: bool

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the API and of `hitsujun grade --so-far`."""
        strokes = [stroke.to_dict() for stroke in self.strokes]
        return {"is_right": self.is_right, "strokes": strokes, "next": self.next}


def grade_so_far(ink: Ink, reference: Reference, *, leniency: float = 1.0) -> SoFar:
    """Grades the strokes drawn so far as the beginning of `reference`.

    `leniency`: as for `kanji.grading.grade.grade`. An untidy stroke has no fault here, as the whole
    may still be acceptable. Raises KanjiError where `leniency` is not a positive number.
    """
    if not leniency > 0:
        raise KanjiError(f"leniency is {leniency}; it must be a positive number, normal is 1")
    orders = accepted_orders(reference)
    strokes = _best_strokes(ink, reference, orders, leniency=leniency * LENIENCY_FACTOR)
    drawn = {n for stroke in strokes for n in stroke.reference}
    order = min(orders, key=lambda o: sum(n not in drawn for n in o[: len(drawn)]))
    following = next((n for n in order if n not in drawn), None)
    return SoFar(strokes, following, not any(stroke.faults for stroke in strokes))


def _best_strokes(
    ink: Ink, reference: Reference, orders: Sequence[Order], *, leniency: float
) -> tuple[StrokeGrade, ...]:
    """The grades by the set of reference strokes that fits the ink at the least cost."""
    drawn = [stroke.points for stroke in ink.strokes]
    curves = [stroke.points for stroke in reference.strokes]
    least = np.inf
    best: tuple[StrokeGrade, ...] | None = None
    for penalty, subset in _hypotheses(len(drawn), len(curves), orders):
        matching = match(drawn, [curves[n] for n in subset])
        matching = _in_whole(matching, subset, _relative_size(curves, subset))
        cost = penalty + _cost(matching)
        if best is None or cost < least:
            least = cost
            best = _strokes(matching, reference, orders, leniency=leniency, count=len(drawn))
        if penalty == 0 and not any(stroke.faults for stroke in best):
            break
    assert best is not None
    return best


def _hypotheses(drawn: int, total: int, orders: Iterable[Order]) -> list[tuple[float, Order]]:
    """(penalty, reference strokes) for each set that `drawn` strokes may be.

    The penalty is added to the cost of the match: an expected set has none.
    """
    penalties: dict[Order, float] = {}
    for order in orders:
        penalties.setdefault(tuple(sorted(order[:drawn])), 0.0)
    first = tuple(range(min(drawn, total)))
    for other in range(drawn, min(drawn + LOOKAHEAD, total)):
        penalties.setdefault((*first[:-1], other), EXPECTED_MARGIN)
    if drawn < total:  # two were joined
        penalties.setdefault(tuple(range(drawn + 1)), EXPECTED_MARGIN + JOIN_COST)
    if 1 < drawn <= total:  # one is extra
        penalties.setdefault(first[:-1], EXPECTED_MARGIN)
    return [(penalty, subset) for subset, penalty in penalties.items()]


def _relative_size(curves: Sequence[Curve], subset: Order) -> float:
    """The longer side of the box of some strokes over that of all strokes."""
    whole = np.concatenate(curves)
    part = np.concatenate([curves[n] for n in subset])
    return float(np.ptp(part, axis=0).max() / max(np.ptp(whole, axis=0).max(), 1e-9))


def _in_whole(matching: Matching, subset: Order, scale: float) -> Matching:
    """A matching with a subset, with stroke indexes and distances of the whole reference.

    `scale`: the size of the subset's box over the whole one.
    """
    matches = tuple(
        one._replace(
            reference=tuple(subset[n] for n in one.reference),
            place=one.place * scale,
            shape=one.shape * scale,
        )
        for one in matching.matches
    )
    missing = tuple(subset[n] for n in matching.missing)
    return replace(matching, matches=matches, missing=missing)


def _cost(matching: Matching) -> float:
    distances = sum(one.distance for one in matching.matches)
    return distances + UNMATCHED_COST * (len(matching.missing) + len(matching.extra))


def _strokes(
    matching: Matching,
    reference: Reference,
    orders: Sequence[Order],
    *,
    leniency: float,
    count: int,
) -> tuple[StrokeGrade, ...]:
    """The grades of `count` drawn strokes with the faults that are certain already."""
    strokes = grade_strokes(
        matching,
        reference,
        set(),
        forms=matched_form(matching, reference, may_turn=False).strokes,
        leniency=leniency,
        count=count,
    )
    early = min((_early(strokes, order) for order in orders), key=len)
    graded = []
    for place, stroke in enumerate(strokes):
        # An untidy stroke may still be acceptable, one far above its limit is not.
        is_severe = stroke.excess > SEVERE
        faults = tuple(fault for fault in stroke.faults if is_severe or fault not in UNTIDY)
        graded.append(replace(stroke, faults=("wrong_order",) if place in early else faults))
    return tuple(graded)


def _early(strokes: Sequence[StrokeGrade], order: Order) -> set[int]:
    """Places of the strokes drawn before one that should precede them; each gap counts once."""
    rank = {stroke: rank for rank, stroke in enumerate(order)}
    drawn: set[int] = set()
    reported: set[int] = set()
    early = set()
    for place, stroke in enumerate(strokes):
        for reference in stroke.reference:
            skipped = {n for n in order[: rank[reference]] if n not in drawn} - reported
            if skipped - set(stroke.reference):
                early.add(place)
                reported |= skipped
            drawn.add(reference)
    return early
