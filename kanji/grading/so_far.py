"""What is right and wrong while a character is still being written.

Nobody knows yet where the missing strokes will be, so the ink is laid on those strokes of the
reference that it may be: the first so many, or all but the last of them and another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.errors import KanjiError
from kanji.grading.faults import StrokeGrade
from kanji.grading.grade import SEVERE, accepted_orders, graded_strokes
from kanji.matching.costs import JOIN_COST, UNMATCHED_COST
from kanji.matching.match import Matching, match

AHEAD = 6  # strokes after the next one that a wrong one may be; larger = slower
HABIT = 0.06  # what another stroke must fit better by than the expected one; larger = lenient
ROOM = 1.25  # leniency over that of a whole character, as less is known. Larger = more lenient


@dataclass(frozen=True)
class SoFar:
    """The strokes drawn, in order, and `next`, the reference stroke that should follow, or None.

    `is_right`: nothing is wrong yet. A stroke's `faults` are those of `kanji.grading.grade`; one
    that comes before its turn is `wrong_order`.
    """

    strokes: tuple[StrokeGrade, ...]
    next: int | None
    is_right: bool

    def to_dict(self) -> dict[str, Any]:
        """As the API and `hitsujun grade --so-far` answer."""
        strokes = [stroke.to_dict() for stroke in self.strokes]
        return {"is_right": self.is_right, "strokes": strokes, "next": self.next}


def grade_so_far(ink: Ink, reference: Reference, *, leniency: float = 1.0) -> SoFar:
    """Grade the strokes drawn up to now as the beginning of `reference`.

    A stroke that is untidy is not called wrong, as the whole may still be acceptable. Raises
    KanjiError where leniency is no positive number.
    """
    if not leniency > 0:
        raise KanjiError(f"leniency is {leniency}; it is a positive number, normal is 1")
    drawn = [stroke.points for stroke in ink.strokes]
    curves = [stroke.points for stroke in reference.strokes]
    orders = accepted_orders(reference)
    best: tuple[float, tuple[StrokeGrade, ...]] | None = None
    for penalty, subset in _hypotheses(len(drawn), len(curves), orders):
        found = match(drawn, [curves[n] for n in subset])
        scale = _share(curves, subset)
        found = _rescaled(found, subset, scale)
        cost = penalty + _cost(found)
        if best is None or cost < best[0]:
            best = cost, _strokes(found, orders, leniency=leniency * ROOM, count=len(drawn))
        if penalty == 0 and not any(stroke.faults for stroke in best[1]):
            break
    assert best is not None
    strokes = best[1]
    done = {n for stroke in strokes for n in stroke.reference}
    order = min(orders, key=lambda o: sum(n not in done for n in o[: len(done)]))
    following = next((n for n in order if n not in done), None)
    return SoFar(strokes, following, not any(stroke.faults for stroke in strokes))


def _hypotheses(
    drawn: int, total: int, orders: Iterable[tuple[int, ...]]
) -> list[tuple[float, tuple[int, ...]]]:
    """Sets of reference strokes that `drawn` strokes may be, with what each must be better by."""
    found: dict[tuple[int, ...], float] = {}
    for order in orders:
        found.setdefault(tuple(sorted(order[:drawn])), 0.0)
    first = tuple(range(min(drawn, total)))
    for other in range(drawn, min(drawn + AHEAD, total)):
        found.setdefault((*first[:-1], other), HABIT)
    if drawn < total:  # two were joined
        found.setdefault(tuple(range(drawn + 1)), HABIT + JOIN_COST)
    if 1 < drawn <= total:  # one is too many
        found.setdefault(first[:-1], HABIT)
    return [(penalty, subset) for subset, penalty in found.items()]


def _share(curves: list[Any], subset: tuple[int, ...]) -> float:
    """The box of some strokes over that of all, by the longer sides."""
    every = np.concatenate(curves)
    part = np.concatenate([curves[n] for n in subset])
    return float(np.ptp(part, axis=0).max() / max(np.ptp(every, axis=0).max(), 1e-9))


def _rescaled(found: Matching, subset: tuple[int, ...], scale: float) -> Matching:
    """Indexes of the whole reference, and distances in its box."""
    matches = tuple(
        replace(
            one,
            reference=tuple(subset[n] for n in one.reference),
            place=one.place * scale,
            shape=one.shape * scale,
        )
        for one in found.matches
    )
    return Matching(matches, tuple(subset[n] for n in found.missing), found.extra)


def _cost(found: Matching) -> float:
    fits = sum(one.distance for one in found.matches)
    return fits + UNMATCHED_COST * (len(found.missing) + len(found.extra))


def _strokes(
    found: Matching, orders: tuple[tuple[int, ...], ...], *, leniency: float, count: int
) -> tuple[StrokeGrade, ...]:
    """Each drawn stroke with what is wrong with it now."""
    strokes = list(graded_strokes(found, set(), leniency=leniency, count=count))
    early = min((_early(strokes, order) for order in orders), key=len)
    for place, stroke in enumerate(strokes):
        # Untidy is not wrong; a measure far beyond its limit is.
        untidy = {"wrong_place", "wrong_shape", "too_short", "too_long"}
        kept = [f for f in stroke.faults if f not in untidy or stroke.excess > SEVERE]
        if place in early:
            kept = ["wrong_order"]
        strokes[place] = replace(stroke, faults=tuple(kept))
    return tuple(strokes)


def _early(strokes: list[StrokeGrade], order: tuple[int, ...]) -> set[int]:
    """Places of the strokes that were drawn before one that comes first, each gap told once."""
    turn = {stroke: rank for rank, stroke in enumerate(order)}
    done: set[int] = set()
    told: set[int] = set()
    early = set()
    for place, stroke in enumerate(strokes):
        for reference in stroke.reference:
            skipped = {n for n in order[: turn[reference]] if n not in done} - told
            if skipped - set(stroke.reference):
                early.add(place)
                told |= skipped
            done.add(reference)
    return early
