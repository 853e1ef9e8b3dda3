"""The faults of each drawn stroke, from its match with the reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from data.ink import Ink
from data.references.reference import Reference
from kanji.grading.endings import wrong_ending
from kanji.grading.faults import StrokeGrade, ranked
from kanji.matching.geometry import longer_side
from kanji.matching.match import Match, Matching

# Limits at leniency 1; sides are those of the reference's bounding box. Larger = more lenient.
PLACE_LIMIT = 0.09  # distance of the centres, in sides of the box
SHAPE_LIMIT = 0.07  # mean distance from the reference curve with the centres on each other
LENGTH_LIMIT = 1.7  # drawn over reference length, or its inverse
SEVERE = 1.7  # excess above which a stroke is wrong and not only untidy
ENDING_EXCESS = 1.2  # excess of a stroke with a wrong ending: untidy, never wrong
TAP_EXCESS = 1.2  # the same of a dot that was tapped
# The types of KanjiVG that a short stroke may have and still be drawn as a dot; not ㇐, nor a
# stroke with a corner or a hook. A set without types has "".
DOT_TYPES = frozenset(("㇔", "㇏", "㇒", "㇓", "㇀", "㇑", ""))
ENDING_UNKNOWN = frozenset({"broken", "merged", "wrong_direction"})  # faults that hide the ending


def grade_strokes(
    matching: Matching, reference: Reference, displaced: set[int], *, leniency: float, count: int
) -> tuple[StrokeGrade, ...]:
    """The grades of `count` drawn strokes in the order drawn.

    `displaced`: indexes of the matches that are out of order. A stroke in no match is extra.
    """
    strokes = [StrokeGrade((), ("extra",), 0.0)] * count
    for index, match in enumerate(matching.matches):
        measures = _excesses(match, reference, leniency)
        faults = {fault for fault, over in measures.items() if over > 1.0}
        faults |= {"broken"} if len(match.drawn) > 1 else set()
        faults |= {"merged"} if len(match.reference) > 1 else set()
        faults |= {"wrong_direction"} if match.is_backwards else set()
        faults |= {"wrong_order"} if index in displaced else set()
        grade = StrokeGrade(
            match.reference,
            ranked(faults),
            max(measures.values()),
            match.shift,
            match.shape,
            match.length_ratio,
        )
        for drawn in match.drawn:
            strokes[drawn] = grade
    return tuple(strokes)


def excess(match: Match, reference: Reference, leniency: float) -> float:
    """The worst geometric measure over its limit."""
    return max(_excesses(match, reference, leniency).values())


def is_tapped_dot(match: Match, reference: Reference) -> bool:
    """Whether a dot of `reference`, or another stroke that is short enough, was tapped."""
    return match.is_tap and reference.strokes[match.reference[0]].type[:1] in DOT_TYPES


def with_endings(
    strokes: Sequence[StrokeGrade], ink: Ink, reference: Reference
) -> tuple[StrokeGrade, ...]:
    """`strokes`, the grades of the strokes of `ink`, with the wrong endings added."""
    if not any(stroke.reference for stroke in strokes):
        return tuple(strokes)
    fitting = zip(ink.strokes, strokes, strict=True)
    side = longer_side([drawn.points for drawn, stroke in fitting if stroke.reference])
    graded = []
    for drawn, stroke in zip(ink.strokes, strokes, strict=True):
        ending = None
        if stroke.reference and not ENDING_UNKNOWN & set(stroke.faults):
            ending = wrong_ending(drawn, reference.strokes[stroke.reference[0]], side=side)
        if ending:
            faults = ranked({*stroke.faults, "wrong_shape"})
            over = max(stroke.excess, ENDING_EXCESS)
            stroke = replace(stroke, faults=faults, excess=over, ending=ending)
        graded.append(stroke)
    return tuple(graded)


def _excesses(match: Match, reference: Reference, leniency: float) -> dict[str, float]:
    """Each geometric measure over its limit, by the fault that it is above 1."""
    length = math.log(match.length_ratio) / math.log(LENGTH_LIMIT)
    place = match.place / (PLACE_LIMIT * leniency)
    if is_tapped_dot(match, reference):
        return {"wrong_place": place, "too_short": min(-length / leniency, TAP_EXCESS)}
    return {
        "wrong_place": place,
        "wrong_shape": match.shape / (SHAPE_LIMIT * leniency),
        "too_short": -length / leniency,
        "too_long": length / leniency,
    }
