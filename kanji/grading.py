"""What is right and wrong with one written character."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from data.ink import Ink
from data.reference import Reference
from kanji.errors import KanjiError
from kanji.matching import Match, Matching, match

LENIENCY = {"relaxed": 1.5, "normal": 1.0, "calligraphy": 0.6}  # larger = more lenient

VERDICTS = (
    "correct",
    "acceptable",
    "wrong_order",
    "wrong_strokes",
    "wrong_character",
    "unreadable",
)
FAULTS = (
    "extra",
    "broken",
    "merged",
    "wrong_order",
    "wrong_direction",
    "wrong_place",
    "wrong_shape",
    "too_short",
    "too_long",
)  # the gravest first: the hint speaks of the first

# At leniency 1; sides are those of the reference's bounding box. Larger = more lenient.
PLACE = 0.09  # centre of a stroke off by this share of the box
SHAPE = 0.07  # mean distance from the wanted curve, place aside
LENGTH = 1.7  # times as long, or as short
SEVERE = 1.7  # times a limit, beyond which a stroke is wrong and not just untidy
POOR_SHARE = 0.5  # of the strokes that fit; below it this is not the character. Smaller = lenient
TOLERATES_JOINS = 1.4  # at this leniency and above, merged and broken strokes are acceptable
EASY_SCORE = 90.0  # a correct character from here on is rated easy
GOOD_SCORE = 75.0  # an acceptable one from here on is rated good
SERIOUS_POINTS = 15.0  # what each grave fault costs of the score
# What a sure reading as another character overrules: 末 for 未 is acceptable by its geometry alone,
# but what fits the reference without a fault is believed before the reader.
OVERRULED = frozenset({"acceptable", "unreadable"})
GRAVE = frozenset({"extra", "broken", "merged", "wrong_order", "wrong_direction"})


@dataclass(frozen=True)
class StrokeGrade:
    """One drawn stroke: the reference strokes that it is, and its faults, the gravest first.

    `excess`: the worst of its geometric measures over its limit; above 1 is a fault.
    """

    reference: tuple[int, ...]
    faults: tuple[str, ...]
    excess: float

    def to_dict(self) -> dict[str, Any]:
        """`reference` is an index, a list where strokes were merged, or None for an extra."""
        several: int | list[int] | None = list(self.reference) or None
        return {
            "reference": self.reference[0] if len(self.reference) == 1 else several,
            "faults": list(self.faults),
        }


@dataclass(frozen=True)
class Grade:
    """The answer of `grade`; stroke indexes count from 0."""

    character: str
    verdict: str
    score: float
    rating: str
    read_as: str | None
    strokes: tuple[StrokeGrade, ...]
    missing: tuple[int, ...]
    hint: dict[str, Any] | None

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
            "hint": self.hint,
        }


def grade(
    ink: Ink, reference: Reference, *, leniency: float = 1.0, read_as: str | None = None
) -> Grade:
    """Grade `ink` as an attempt at `reference`.

    `leniency`: positive, larger accepts more; it scales every geometric limit, never order or
    direction. `read_as`: what a recognizer surely sees, or None. Raises KanjiError.
    """
    if not (math.isfinite(leniency) and leniency > 0):
        raise KanjiError(f"leniency is {leniency}; it is a positive number, normal is 1")
    matching = match(
        [stroke.points for stroke in ink.strokes], [stroke.points for stroke in reference.strokes]
    )
    strokes = _graded(matching, reference, leniency=leniency, count=len(ink.strokes))
    share = sum(_excess(m, leniency) <= SEVERE for m in matching.matches) / max(
        len(strokes), len(reference.strokes)
    )
    verdict = _verdict(strokes, matching.missing, share=share, leniency=leniency)
    differs = read_as is not None and read_as != reference.character
    if differs and (verdict in OVERRULED or _strays(strokes, matching)):
        verdict = "wrong_character"
    score = _score(strokes, verdict, total=len(reference.strokes), missing=len(matching.missing))
    hint = _hint(verdict, strokes, matching, reference=reference, read_as=read_as)
    rating = _rating(verdict, score)
    return Grade(
        reference.character, verdict, score, rating, read_as, strokes, matching.missing, hint
    )


def _graded(
    matching: Matching, reference: Reference, *, leniency: float, count: int
) -> tuple[StrokeGrade, ...]:
    strokes = [StrokeGrade((), ("extra",), 0.0)] * count
    displaced = _displaced(matching, reference)
    for index, found in enumerate(matching.matches):
        faults = set(_untidy(found, leniency))
        faults |= {"broken"} if len(found.drawn) > 1 else set()
        faults |= {"merged"} if len(found.reference) > 1 else set()
        faults |= {"wrong_direction"} if found.is_backwards else set()
        faults |= {"wrong_order"} if index in displaced else set()
        ranked = tuple(fault for fault in FAULTS if fault in faults)
        for drawn in found.drawn:
            strokes[drawn] = StrokeGrade(found.reference, ranked, _excess(found, leniency))
    return tuple(strokes)


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
    orders = [tuple(range(len(reference.strokes))), *reference.orders]
    ranked = ([order.index(stroke) for stroke in drawn] for order in orders)
    return min((_out_of_order(ranks) for ranks in ranked), key=len)


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
    strokes: tuple[StrokeGrade, ...], missing: tuple[int, ...], *, share: float, leniency: float
) -> str:
    if share < POOR_SHARE:
        return "unreadable"
    faults = {fault for stroke in strokes for fault in stroke.faults}
    grave = faults & GRAVE
    if leniency >= TOLERATES_JOINS:
        grave -= {"merged", "broken"}
    if missing or grave - {"wrong_order"} or any(stroke.excess > SEVERE for stroke in strokes):
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


def _hint(
    verdict: str,
    strokes: tuple[StrokeGrade, ...],
    matching: Matching,
    *,
    reference: Reference,
    read_as: str | None,
) -> dict[str, Any] | None:
    """The one thing to say: a key for the app's own words, and its parameters."""
    if verdict == "wrong_character":
        return {"key": verdict, "params": {"character": reference.character, "read_as": read_as}}
    if verdict == "unreadable":
        return {"key": verdict, "params": {"character": reference.character}}
    faults = [
        (FAULTS.index(fault), index)
        for index, stroke in enumerate(strokes)
        for fault in stroke.faults
    ]
    if matching.missing and (not faults or FAULTS[min(faults)[0]] not in ("extra", "broken")):
        return {"key": "missing", "params": {"reference": matching.missing[0]}}
    if not faults:
        return None
    rank, index = min(faults)
    params = {"stroke": index, "reference": strokes[index].to_dict()["reference"]}
    return {"key": FAULTS[rank], "params": params}
