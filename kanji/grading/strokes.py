"""The faults of each drawn stroke, from its match with the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.grading.endings import wrong_ending
from kanji.grading.faults import StrokeGrade, ranked
from kanji.grading.form import Form, StrokeForm, form
from kanji.matching.geometry import longer_side
from kanji.matching.match import Match, Matching

# Limits at leniency 1 for a stroke that is not one of the reference's: joined, broken or tapped.
# Sides are those of the reference's bounding box. Larger = more lenient.
PLACE_LIMIT = 0.09  # distance of the centres, in sides of the box
SHAPE_LIMIT = 0.07  # mean distance from the reference curve with the centres on each other
LENGTH_LIMIT = 1.7  # drawn over reference length, or its inverse
SEVERE = 1.65  # excess above which a stroke is wrong and not only untidy
ENDING_EXCESS = 1.2  # excess of a stroke with a wrong ending: untidy, never wrong
TAP_EXCESS = 1.2  # the same of a dot that was tapped
# The types of KanjiVG that a short stroke may have and still be drawn as a dot; not ㇐, nor a
# stroke with a corner or a hook. A set without types has "".
DOT_TYPES = frozenset(("㇔", "㇏", "㇒", "㇓", "㇀", "㇑", ""))
ENDING_UNKNOWN = frozenset({"broken", "merged", "wrong_direction"})  # faults that hide the ending


@dataclass(frozen=True)
class MatchedForm:
    """The form of the strokes that match one to one, by the index of their match.

    `turn_degrees`: by which the whole is turned, positive clockwise.
    """

    strokes: Mapping[int, StrokeForm]
    turn_degrees: float


def matched_form(matching: Matching, reference: Reference, *, may_turn: bool = True) -> MatchedForm:
    """The form of a drawing by its strokes that are one stroke of the reference each.

    `may_turn`: whether the strokes may turn together.
    """
    single = [
        index
        for index, one in enumerate(matching.matches)
        if len(one.drawn) == len(one.reference) == 1 and not is_tapped_dot(one, reference)
    ]
    matches = [matching.matches[index] for index in single]
    drawn = matching.ink[[one.drawn[0] for one in matches]]
    is_backwards = np.array([one.is_backwards for one in matches], bool)
    drawn[is_backwards] = drawn[is_backwards, ::-1]
    strokes = np.array([one.reference[0] for one in matches], np.int64)
    found: Form = form(drawn, strokes, reference, may_turn=may_turn)
    return MatchedForm(dict(zip(single, found.strokes, strict=True)), found.turn_degrees)


def grade_strokes(
    matching: Matching,
    reference: Reference,
    displaced: set[int],
    *,
    forms: Mapping[int, StrokeForm],
    leniency: float,
    count: int,
) -> tuple[StrokeGrade, ...]:
    """The grades of `count` drawn strokes in the order drawn.

    `displaced`: indexes of the matches that are out of order. `forms`: of the matches that have
    one. A stroke in no match is extra.
    """
    strokes = [StrokeGrade((), ("extra",), 0.0)] * count
    for index, match in enumerate(matching.matches):
        measured = forms.get(index)
        measures = _form_excesses(measured) if measured else _excesses(match, reference)
        measures = {fault: over / leniency for fault, over in measures.items()}
        if is_tapped_dot(match, reference):
            measures["too_short"] = min(measures["too_short"], TAP_EXCESS)
        faults = {fault for fault, over in measures.items() if over > 1.0}
        faults |= {"broken"} if len(match.drawn) > 1 else set()
        faults |= {"merged"} if len(match.reference) > 1 else set()
        faults |= {"wrong_direction"} if match.is_backwards else set()
        faults |= {"wrong_order"} if index in displaced else set()
        grade = StrokeGrade(
            match.reference,
            ranked(faults, measures),
            max(measures.values()),
            measured.shift if measured else match.shift,
            measured.shape_distance if measured else match.shape,
            measured.length_ratio if measured else match.length_ratio,
        )
        for drawn in match.drawn:
            strokes[drawn] = grade
    return tuple(strokes)


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
            faults = ranked({*stroke.faults, "wrong_shape"}, {})
            over = max(stroke.excess, ENDING_EXCESS)
            stroke = replace(stroke, faults=faults, excess=over, ending=ending)
        graded.append(stroke)
    return tuple(graded)


def _form_excesses(measured: StrokeForm) -> dict[str, float]:
    """Each measure over its limit at leniency 1, by the fault that it is above 1."""
    return {
        "wrong_place": measured.place,
        "wrong_shape": max(measured.shape, measured.turn),
        "too_short": -measured.length,
        "too_long": measured.length,
    }


def _excesses(match: Match, reference: Reference) -> dict[str, float]:
    """The same for a stroke that has no form: joined, broken or tapped."""
    length = math.log(match.length_ratio) / math.log(LENGTH_LIMIT)
    place = match.place / PLACE_LIMIT
    if is_tapped_dot(match, reference):
        return {"wrong_place": place, "too_short": -length}
    shape = match.shape / SHAPE_LIMIT
    return {
        "wrong_place": place,
        "wrong_shape": shape,
        "too_short": -length,
        "too_long": length,
    }
