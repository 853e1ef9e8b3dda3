"""What is right and wrong with one written character."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.errors import KanjiError
from kanji.grading.advice import Advice, advise
from kanji.grading.beauty import Beauty, beauty
from kanji.grading.endings import wrong_ending
from kanji.grading.faults import FAULTS, StrokeGrade
from kanji.matching.match import Match, Matching, match

LENIENCY = {"relaxed": 1.5, "normal": 1.0, "calligraphy": 0.6}  # larger = more lenient

VERDICTS = (
    "correct",
    "acceptable",
    "wrong_order",
    "wrong_strokes",
    "wrong_character",
    "unreadable",
)
# At leniency 1; sides are those of the reference's bounding box. Larger = more lenient.
PLACE = 0.09  # centre of a stroke off by this share of the box
SHAPE = 0.07  # mean distance from the wanted curve, place aside
LENGTH = 1.7  # times as long, or as short
SEVERE = 1.7  # times a limit, beyond which a stroke is wrong and not just untidy
# Times SEVERE where a reader sees the character: untidy as a stroke may be, the whole is right. In
# full from leniency 1 on, not at all at calligraphy's, which is about form. Larger = more lenient.
WITNESSED = 1.9
ENDING = 1.2  # times its limit, how far a stroke with a wrong ending is off: untidy, never wrong
POOR_SHARE = 0.5  # of the strokes that fit; below it this is not the character. Smaller = lenient
TOLERATES_JOINS = 1.4  # at this leniency and above, merged and broken strokes are acceptable
EASY_SCORE = 90.0  # a correct character from here on is rated easy
GOOD_SCORE = 75.0  # an acceptable one from here on is rated good
SERIOUS_POINTS = 15.0  # what each grave fault costs of the score
# What a sure reading as another character overrules: 末 for 未 is acceptable by its geometry alone,
# but what fits the reference without a fault is believed before the reader.
OVERRULED = frozenset({"acceptable", "unreadable"})
ACCEPTED = frozenset({"correct", "acceptable"})
GRAVE = frozenset({"extra", "broken", "merged", "wrong_order", "wrong_direction"})
UNENDED = frozenset({"broken", "merged", "wrong_direction"})  # of such strokes no ending is told


@dataclass(frozen=True)
class Grade:
    """The answer of `grade`; stroke indexes count from 0.

    `form`: the source of the other accepted form that `strokes` and `missing` are of, or None.
    `beauty`: of an accepted drawing.
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
        """The one thing to say: a key for the app's own words, and its parameters."""
        return self.advice[0].hint if self.advice else None

    def to_dict(self) -> dict[str, Any]:
        """As DESIGN.md's row `hitsujun grade`, without `ms`."""
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
    """Grade `ink` as an attempt at `reference`.

    `leniency`: positive, larger accepts more; it scales every geometric limit, never order or
    direction. At calligraphy's and below, and where the ink has times, the strokes' endings are
    judged too. `read_as`: what a recognizer sees, or None; another character speaks against the
    drawing, the reference's own for it. Where the drawing is not accepted as the reference, but as
    one of its `forms`, that one's grade counts. Raises KanjiError.
    """
    if not (math.isfinite(leniency) and leniency > 0):
        raise KanjiError(f"leniency is {leniency}; it is a positive number, normal is 1")
    answer = _graded(ink, reference, leniency=leniency, read_as=read_as)
    for form in reference.forms if answer.verdict not in ACCEPTED else ():
        other = _graded(ink, form, leniency=leniency, read_as=read_as)
        if other.verdict in ACCEPTED:
            return replace(other, form=form.source)
    return answer


def _graded(ink: Ink, reference: Reference, *, leniency: float, read_as: str | None) -> Grade:
    """The grade by one form of the character."""
    matching = match(
        [stroke.points for stroke in ink.strokes], [stroke.points for stroke in reference.strokes]
    )
    displaced = _displaced(matching, reference)
    strokes = graded_strokes(matching, displaced, leniency=leniency, count=len(ink.strokes))
    if leniency <= LENIENCY["calligraphy"]:
        strokes = _ended(strokes, ink, reference)
    limit = severe(leniency, is_witnessed=read_as == reference.character)
    share = sum(_excess(m, leniency) <= limit for m in matching.matches) / max(
        len(strokes), len(reference.strokes)
    )
    verdict = _verdict(strokes, matching.missing, share=share, limit=limit, leniency=leniency)
    differs = read_as is not None and read_as != reference.character
    if differs and (verdict in OVERRULED or _strays(strokes, matching)):
        verdict = "wrong_character"
    score = _score(strokes, verdict, total=len(reference.strokes), missing=len(matching.missing))
    looks = beauty(ink, reference, matching) if verdict in ACCEPTED else None
    given = advise(ink, reference, matching, strokes, verdict=verdict, read_as=read_as)
    rating = _rating(verdict, score)
    return Grade(
        reference.character,
        verdict,
        score,
        rating,
        read_as,
        strokes,
        matching.missing,
        given,
        beauty=looks,
    )


def severe(leniency: float, *, is_witnessed: bool) -> float:
    """Times its limit, how far a stroke may be off before it is wrong and not just untidy."""
    strict = LENIENCY["calligraphy"]
    heard = min(max((leniency - strict) / (1 - strict), 0.0), 1.0) if is_witnessed else 0.0
    return SEVERE * (1 + (WITNESSED - 1) * heard)


def accepted_orders(reference: Reference) -> tuple[tuple[int, ...], ...]:
    """At each place the stroke that is drawn then; the canonical order comes first."""
    return (tuple(range(len(reference.strokes))), *reference.orders)


def graded_strokes(
    matching: Matching, displaced: set[int], *, leniency: float, count: int
) -> tuple[StrokeGrade, ...]:
    """Each of `count` drawn strokes; `displaced`: indexes of the matches that are out of order."""
    strokes = [StrokeGrade((), ("extra",), 0.0)] * count
    for index, found in enumerate(matching.matches):
        faults = set(_untidy(found, leniency))
        faults |= {"broken"} if len(found.drawn) > 1 else set()
        faults |= {"merged"} if len(found.reference) > 1 else set()
        faults |= {"wrong_direction"} if found.is_backwards else set()
        faults |= {"wrong_order"} if index in displaced else set()
        ranked = tuple(fault for fault in FAULTS if fault in faults)
        for drawn in found.drawn:
            strokes[drawn] = StrokeGrade(
                found.reference,
                ranked,
                _excess(found, leniency),
                found.shift,
                found.shape,
                found.length_ratio,
            )
    return tuple(strokes)


def _ended(
    strokes: tuple[StrokeGrade, ...], ink: Ink, reference: Reference
) -> tuple[StrokeGrade, ...]:
    """The strokes with their wrong endings, each a wrong shape."""
    side = float(np.ptp(np.concatenate([s.points for s in ink.strokes]), axis=0).max())
    graded = []
    for drawn, stroke in zip(ink.strokes, strokes, strict=True):
        ending = None
        if stroke.reference and not UNENDED & set(stroke.faults):
            ending = wrong_ending(drawn, reference.strokes[stroke.reference[0]], side=side)
        if ending:
            faults = {*stroke.faults, "wrong_shape"}
            ranked = tuple(fault for fault in FAULTS if fault in faults)
            excess = max(stroke.excess, ENDING)
            stroke = replace(stroke, faults=ranked, excess=excess, ending=ending)
        graded.append(stroke)
    return tuple(graded)


def _measures(found: Match, leniency: float) -> dict[str, float]:
    """Each geometric measure over its limit."""
    length = math.log(found.length_ratio) / math.log(LENGTH)
    return {
        "wrong_place": found.place / (PLACE * leniency),
        "wrong_shape": found.shape / (SHAPE * leniency),
        "too_short": -length / leniency,
        "too_long": length / leniency,
    }


def _excess(found: Match, leniency: float) -> float:
    return max(_measures(found, leniency).values())


def _untidy(found: Match, leniency: float) -> list[str]:
    return [fault for fault, over in _measures(found, leniency).items() if over > 1.0]


def _displaced(matching: Matching, reference: Reference) -> set[int]:
    """Indexes of the matches out of order, by the accepted order that leaves the fewest."""
    drawn = [found.reference[0] for found in matching.matches]
    found = [
        _out_of_order([order.index(stroke) for stroke in drawn])
        for order in accepted_orders(reference)
    ]
    # Unless another order is kept to, what is wrong is told of the canonical one, if as briefly.
    return min(found, key=lambda out: len(out) + bool(out and out is not found[0]))


def _out_of_order(ranks: list[int]) -> set[int]:
    """Both strokes of an exchange; else the fewest strokes whose removal leaves the rest in order.

    >>> sorted(_out_of_order([0, 2, 1])), sorted(_out_of_order([1, 2, 3, 0]))
    ([1, 2], [3])
    """
    exchanged = {i for i, (a, b) in enumerate(zip(ranks, sorted(ranks), strict=True)) if a != b}
    ends: list[int] = []  # index of the last stroke of the best rising run of each length
    before: dict[int, int | None] = {}
    for index, rank in enumerate(ranks):
        length = bisect_left([ranks[end] for end in ends], rank)
        before[index] = ends[length - 1] if length else None
        ends[length : length + 1] = [index]
    moved, index_or_none = set(range(len(ranks))), ends[-1] if ends else None
    while index_or_none is not None:
        moved.discard(index_or_none)
        index_or_none = before[index_or_none]
    return exchanged if len(exchanged) <= len(moved) + 1 else moved


def _strays(strokes: tuple[StrokeGrade, ...], matching: Matching) -> bool:
    """Whether strokes lack, are too many or stand wrong; order makes no other character."""
    wrong = any("extra" in stroke.faults or stroke.excess > SEVERE for stroke in strokes)
    return wrong or bool(matching.missing)


def _verdict(
    strokes: tuple[StrokeGrade, ...],
    missing: tuple[int, ...],
    *,
    share: float,
    limit: float,
    leniency: float,
) -> str:
    if share < POOR_SHARE:
        return "unreadable"
    faults = {fault for stroke in strokes for fault in stroke.faults}
    grave = faults & GRAVE
    if leniency >= TOLERATES_JOINS:
        grave -= {"merged", "broken"}
    if missing or grave - {"wrong_order"} or any(stroke.excess > limit for stroke in strokes):
        return "wrong_strokes"
    if grave:
        return "wrong_order"
    return "acceptable" if faults else "correct"


def _score(strokes: tuple[StrokeGrade, ...], verdict: str, *, total: int, missing: int) -> float:
    """100 for a copy of the reference; half of a stroke's share is gone at its limit."""
    if verdict in ("unreadable", "wrong_character"):
        return 0.0
    kept = sum(1 / (1 + max(stroke.excess, 0.0) ** 2) for stroke in strokes if stroke.reference)
    grave = sum(len(GRAVE & set(stroke.faults)) for stroke in strokes)
    score = 100 * kept / max(len(strokes), total) - SERIOUS_POINTS * (grave + missing)
    return min(max(score, 0.0), 100.0)


def _rating(verdict: str, score: float) -> str:
    if verdict == "correct":
        return "easy" if score >= EASY_SCORE else "good"
    if verdict == "acceptable":
        return "good" if score >= GOOD_SCORE else "hard"
    return "again"
