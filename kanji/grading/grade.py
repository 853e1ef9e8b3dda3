"""What is right and wrong with one written character."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.ink import Ink
from data.references.reference import Reference
from kanji.errors import KanjiError
from kanji.grading.advice import Advice, advise
from kanji.grading.beauty import Beauty, beauty
from kanji.grading.faults import StrokeGrade
from kanji.grading.order import out_of_order
from kanji.grading.slant import match_upright, slant_excess
from kanji.grading.strokes import (
    SEVERE,
    grade_strokes,
    is_tapped_dot,
    matched_form,
    with_endings,
)
from kanji.matching.match import Matching
from kanji.matching.rings import is_ring

LENIENCY = {"relaxed": 1.5, "normal": 1.0, "calligraphy": 0.6}  # larger = more lenient

VERDICTS = (
    "correct",
    "acceptable",
    "wrong_order",
    "wrong_strokes",
    "wrong_character",
    "unreadable",
)
ACCEPTED = frozenset({"correct", "acceptable"})
# Verdicts that a reading as another character changes to `wrong_character`: by its geometry alone
# 末 is acceptable as 未. A drawing close to the reference is correct whatever the reading.
OVERRULED = frozenset({"acceptable", "unreadable"})
CLOSE = 0.5  # excess of its worst stroke, up to which a drawing is close. Larger = fewer overruled
SERIOUS = frozenset({"extra", "broken", "merged", "wrong_order", "wrong_direction"})
# Times SEVERE where the recognizer reads the target: strokes may be untidy, as the whole is right.
# It applies fully from leniency 1 on, and not at all at calligraphy's, where form counts.
# Larger = more lenient.
READ_FACTOR = 1.35
LEAST_FITTING = 0.5  # fraction of strokes that must fit, else it is unreadable. Smaller = lenient
TOLERATES_JOINS = 1.4  # leniency from which merged and broken strokes are acceptable
EASY_SCORE = 90.0  # score from which a correct character is rated easy
GOOD_SCORE = 75.0  # score from which an acceptable character is rated good
# Of the excess, in the score. Larger = what everyone's hand does costs less.
SCORE_POWER = 3.5
SERIOUS_POINTS = 15.0  # of the score, that each serious fault or stroke that is wrong costs


@dataclass(frozen=True)
class Grade:
    """The grade of a drawing; stroke indexes count from 0.

    `verdict`: of VERDICTS. `score`: 0 to 100. `rating`: "again", "hard", "good" or "easy", for the
    practice schedule. `read_as`: what the recognizer sees, or None. `strokes`: the grade of each
    drawn stroke. `missing`: reference strokes that were not drawn. `form`: the source of the other
    accepted form that `strokes` and `missing` refer to, or None. `beauty`: None unless the drawing
    is accepted.
    """

    character: str
    verdict: str
    score: float
    rating: str
    read_as: str | None
    strokes: tuple[StrokeGrade, ...]
    missing: tuple[int, ...]
    advice: tuple[Advice, ...]
    form: str | None = None
    beauty: Beauty | None = None

    @property
    def hint(self) -> dict[str, Any] | None:
        """The most important advice, as a key and its parameters for an app's own texts."""
        return self.advice[0].hint if self.advice else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the API and of `hitsujun grade`, without `ms`."""
        return {
            "character": self.character,
            "verdict": self.verdict,
            "score": round(self.score, 1),
            "rating": self.rating,
            "read_as": self.read_as,
            "strokes": [stroke.to_dict() for stroke in self.strokes],
            "missing": list(self.missing),
            "form": self.form,
            "beauty": self.beauty.to_dict() if self.beauty else None,
            "hint": self.hint,
            "advice": [one.to_dict() for one in self.advice],
        }


def grade(
    ink: Ink, reference: Reference, *, leniency: float = 1.0, read_as: str | None = None
) -> Grade:
    """Grades `ink` as an attempt at `reference`.

    `leniency`: positive; larger accepts more. It scales every geometric limit, but not order or
    direction. At calligraphy's leniency and below, the endings of strokes that have times are
    judged too. `read_as`: the character that a recognizer sees, or None. Another character counts
    against the drawing, the reference's own counts for it.

    A drawing that fits one of the `forms` of `reference` better than `reference` itself gets the
    grade of that form. Raises KanjiError where `leniency` is not a positive number.
    """
    if not (math.isfinite(leniency) and leniency > 0):
        raise KanjiError(f"leniency is {leniency}; it must be a positive number, normal is 1")
    answer = _grade_form(ink, reference, leniency=leniency, read_as=read_as)
    ways = [answer]
    for form in reference.forms:
        if ways[-1].verdict == "correct":
            return ways[-1]
        other = _grade_form(ink, form, leniency=leniency, read_as=read_as)
        ways.append(replace(other, form=form.source))
    accepted = [way for way in ways if way.verdict in ACCEPTED]
    return max(accepted, key=_closeness, default=answer)


def _closeness(way: Grade) -> tuple[bool, float]:
    """By which the best of several accepted forms is chosen."""
    return way.verdict == "correct", way.score


def severe_limit(leniency: float, *, is_read: bool) -> float:
    """The excess above which a stroke is wrong and not only untidy.

    `is_read`: whether the recognizer reads the drawing as the target.
    """
    strict = LENIENCY["calligraphy"]
    weight = min(max((leniency - strict) / (1 - strict), 0.0), 1.0) if is_read else 0.0
    return SEVERE * (1 + (READ_FACTOR - 1) * weight)


def _grade_form(ink: Ink, reference: Reference, *, leniency: float, read_as: str | None) -> Grade:
    """The grade by one form of the character."""
    matching = match_upright(ink, reference)
    found = matched_form(matching, reference)
    strokes = grade_strokes(
        matching,
        reference,
        out_of_order(matching, reference),
        forms=found.strokes,
        leniency=leniency,
        count=len(ink.strokes),
    )
    if leniency <= LENIENCY["calligraphy"]:
        strokes = with_endings(strokes, ink, reference)
    slant = slant_excess(found.turn_degrees, leniency=leniency)
    limit = severe_limit(leniency, is_read=read_as == reference.character)
    verdict = _verdict(strokes, matching, slant=slant, limit=limit, leniency=leniency)
    is_read_otherwise = read_as not in (None, reference.character)
    if is_read_otherwise and not _misleads_reader(reference, matching):
        verdict = _overruled(verdict, strokes, matching)
    score = _score(strokes, matching, verdict, slant=slant, limit=limit)
    degrees = found.turn_degrees if slant > 1 else None
    advice = advise(
        ink, reference, matching, strokes, verdict=verdict, read_as=read_as, slant_degrees=degrees
    )
    return Grade(
        reference.character,
        verdict,
        score,
        _rating(verdict, score),
        read_as,
        strokes,
        matching.missing,
        advice,
        beauty=beauty(reference, matching) if verdict in ACCEPTED else None,
    )


def _misleads_reader(reference: Reference, matching: Matching) -> bool:
    """Whether the ink has what the recognizer is known to misread.

    It hardly sees a dot of one point, knows rings only as the reference writes them, and reads a
    stroke far from the others as a part of the character.
    """
    if matching.far:
        return True
    drawn_once = (one for one in matching.matches if len(one.drawn) == len(one.reference) == 1)
    return any(
        is_tapped_dot(one, reference) or is_ring(reference.strokes[one.reference[0]].points)
        for one in drawn_once
    )


def _overruled(verdict: str, strokes: Sequence[StrokeGrade], matching: Matching) -> str:
    """The verdict on a drawing that reads as another character."""
    if verdict == "correct":
        is_other = any(stroke.excess > CLOSE for stroke in strokes)
    elif verdict == "wrong_strokes" and _is_one_off(strokes, matching):
        is_other = False
    else:
        is_other = verdict in OVERRULED or _has_strays(strokes, matching)
    return "wrong_character" if is_other else verdict


def _is_one_off(strokes: Sequence[StrokeGrade], matching: Matching) -> bool:
    """Whether one stroke missing or extra is all that is wrong: 三 without its last stroke."""
    faults = [fault for stroke in strokes for fault in stroke.faults]
    return len(matching.missing) + len(faults) == 1 and set(faults) <= {"extra"}


def _has_strays(strokes: Sequence[StrokeGrade], matching: Matching) -> bool:
    """Whether strokes are missing, extra or severely off; a wrong order is no other character."""
    is_off = any("extra" in stroke.faults or stroke.excess > SEVERE for stroke in strokes)
    return is_off or bool(matching.missing)


def _verdict(
    strokes: Sequence[StrokeGrade],
    matching: Matching,
    *,
    slant: float,
    limit: float,
    leniency: float,
) -> str:
    """The verdict on a drawing by its strokes and slant alone; `limit`: of their excess."""
    fitting = sum(strokes[one.drawn[0]].excess <= limit for one in matching.matches)
    if fitting / max(len(strokes), matching.total) < LEAST_FITTING:
        return "unreadable"
    faults = {fault for stroke in strokes for fault in stroke.faults}
    serious = faults & SERIOUS
    if leniency >= TOLERATES_JOINS:
        serious -= {"merged", "broken"}
    worst = max(slant, *(stroke.excess for stroke in strokes))
    if matching.missing or serious - {"wrong_order"} or worst > limit:
        return "wrong_strokes"
    if serious:
        return "wrong_order"
    return "acceptable" if faults or slant > 1 else "correct"


def _score(
    strokes: Sequence[StrokeGrade],
    matching: Matching,
    verdict: str,
    *,
    slant: float,
    limit: float,
) -> float:
    """100 for a copy of the reference; a stroke at its limit keeps half of its part of the score.

    So does the whole at the limit of its `slant`. `limit`: of the excess, above which a stroke is
    wrong.
    """
    if verdict in ("unreadable", "wrong_character"):
        return 0.0
    kept = sum(_kept(stroke.excess) for stroke in strokes if stroke.reference) * _kept(slant)
    serious = sum(max(len(SERIOUS & set(one.faults)), one.excess > limit) for one in strokes)
    points = SERIOUS_POINTS * (serious + len(matching.missing))
    score = 100 * kept / max(len(strokes), matching.total) - points
    return min(max(score, 0.0), 100.0)


def _kept(excess: float) -> float:
    """The fraction of its points that a stroke or a slant of this excess keeps."""
    return float(1 / (1 + max(excess, 0.0) ** SCORE_POWER))


def _rating(verdict: str, score: float) -> str:
    """The rating of a review for the practice schedule."""
    if verdict == "correct":
        return "easy" if score >= EASY_SCORE else "good"
    if verdict == "acceptable":
        return "good" if score >= GOOD_SCORE else "hard"
    return "again"
