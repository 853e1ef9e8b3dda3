"""What a learner's log shows: habits, memory, weak spots, and how good the grader is.

All functions are pure. They read the sums of `kanji.practice.sums`: their cost grows with the
number of kanji or of days, not with that of attempts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from heapq import nsmallest
from typing import Any

from data.references.reference import Reference
from kanji.practice.days import ONE_DAY
from kanji.practice.queue import Lookalikes
from kanji.practice.sums import KanjiSums, stroke_mask

FREEZE_AFTER = 7  # days of practice that earn a freeze
MOST_FREEZES = 2  # that can be saved up
# Attempts without a fault that are assumed of each stroke and component: one fault in one attempt
# must not rank above nine in ten. Larger = more attempts are needed for a high rank.
PRIOR = 3

Part = tuple[str | None, int | str]  # `kanji` and `part` of a Weakness


@dataclass(frozen=True)
class Streak:
    """Days of practice in a row.

    - `days`: up to today, or up to yesterday if today has none yet. `longest`: of any time.
    - `freezes`: how many missed days can still be forgiven. `frozen`: the missed days that were
      forgiven in the present streak; they are not in `days`.
    """

    days: int = 0
    longest: int = 0
    freezes: int = 0
    frozen: tuple[date, ...] = ()


@dataclass(frozen=True)
class Recall:
    """How many reviews there were, and how many kanji were recalled at them."""

    reviews: int
    recalled: int

    @property
    def retention(self) -> float | None:
        """The fraction that was recalled; None without reviews."""
        return self.recalled / self.reviews if self.reviews else None


@dataclass(frozen=True)
class Weakness:
    """A stroke (from 0) of a kanji, or a component, and at how many attempts it was at fault.

    `kanji`: None for a component. `part`: the stroke's index, or the component.
    """

    kanji: str | None
    part: int | str
    faults: int
    attempts: int


@dataclass(frozen=True)
class GraderQuality:
    """How often the learner overrode the grader, of `attempts`.

    `raised`: to a better rating ("I was right"). `lowered`: to a worse one.
    """

    attempts: int
    raised: int
    lowered: int

    @property
    def override_rate(self) -> float | None:
        """The fraction of ratings that were raised or lowered; None without attempts."""
        return (self.raised + self.lowered) / self.attempts if self.attempts else None


def streak(
    practised: Iterable[date], today: date, *, vacations: Sequence[tuple[date, date]] = ()
) -> Streak:
    """The streak on a learner's day; `practised`: the days with an attempt, in any order.

    A missed day ends the streak, except a day of vacation (first, last), or one that a freeze
    forgives. Every FREEZE_AFTER days of practice in a streak earn a freeze; at most MOST_FREEZES
    are saved. Today is not missed before it is over.
    """
    run, longest = _Run(), 0
    before: date | None = None
    for day in sorted({day for day in practised if day <= today}):
        run = run.after(_missed(before, day, vacations)).practised()
        longest, before = max(longest, run.days), day
    run = run.after(_missed(before, today, vacations))
    return Streak(run.days, longest, run.freezes, run.frozen)


def recall(sums: Iterable[KanjiSums]) -> Recall:
    """How much was recalled at reviews in days: the true retention.

    Only the first attempt of a day at a kanji that had passed its learning steps counts.
    """
    of_all = list(sums)
    return Recall(sum(one.reviews for one in of_all), sum(one.recalled for one in of_all))


def recall_mature(sums: Iterable[KanjiSums]) -> Recall:
    """As `recall`, of the reviews that came MATURE_DAYS or more after the last attempt."""
    of_all = list(sums)
    return Recall(
        sum(one.mature_reviews for one in of_all), sum(one.mature_recalled for one in of_all)
    )


def weakest_strokes(sums: Mapping[str, KanjiSums], *, limit: int = 10) -> tuple[Weakness, ...]:
    """The strokes that are most often at fault, the worst first. `sums`: by kanji."""
    faults: dict[Part, tuple[int, int]] = {
        (kanji, stroke): (count, one.attempts)
        for kanji, one in sums.items()
        for stroke, count in _by_stroke(one.faults).items()
    }
    return _worst(faults, limit)


def weakest_components(
    sums: Mapping[str, KanjiSums], references: Mapping[str, Reference], *, limit: int = 10
) -> tuple[Weakness, ...]:
    """The components whose strokes are most often at fault, over all kanji, the worst first.

    A component is at fault at an attempt if any of its strokes is. A kanji is no component of
    itself. `sums`: by kanji; kanji without a reference are left out.
    """
    attempts: dict[str, int] = defaultdict(int)
    faults: dict[str, int] = defaultdict(int)
    for kanji, one in sums.items():
        parts = _components(kanji, references.get(kanji))
        for name in parts:
            attempts[name] += one.attempts
        for mask, count in one.faults.items():
            for name, strokes in parts.items():
                if mask & strokes:
                    faults[name] += count
    return _worst({(None, name): (n, attempts[name]) for name, n in faults.items()}, limit)


def confusions(
    read_as: Mapping[str, Mapping[str, int]],
) -> tuple[tuple[frozenset[str], int], ...]:
    """Pairs of kanji of which one was written for the other, and how often; the most often first.

    `read_as`: of each kanji, as in `KanjiSums`.
    """
    pairs: Counter[frozenset[str]] = Counter()
    for kanji, others in read_as.items():
        for other, count in others.items():
            pairs[frozenset((kanji, other))] += count
    return tuple(sorted(pairs.items(), key=lambda item: (-item[1], sorted(item[0]))))


def with_confusions(
    lookalikes: Lookalikes, pairs: Iterable[tuple[frozenset[str], int]], *, least: int = 2
) -> Lookalikes:
    """Look-alikes for the queue, with the pairs that the learner confused at least `least` times.

    `pairs`: from `confusions`.
    """
    own: dict[str, set[str]] = defaultdict(set)
    for pair, count in pairs:
        if count >= least:
            for kanji in pair:
                own[kanji] |= pair - {kanji}
    return {**lookalikes, **{k: lookalikes.get(k, frozenset()) | own[k] for k in own}}


def grader_quality(sums: Iterable[KanjiSums]) -> GraderQuality:
    """How often the learner disagreed with the ratings by the rules."""
    of_all = list(sums)
    return GraderQuality(
        sum(one.attempts for one in of_all),
        sum(one.raised for one in of_all),
        sum(one.lowered for one in of_all),
    )


@dataclass(frozen=True)
class _Run:
    """A streak so far."""

    days: int = 0
    freezes: int = 0
    frozen: tuple[date, ...] = field(default=())

    def practised(self) -> _Run:
        """After one more day of practice."""
        earned = (self.days + 1) % FREEZE_AFTER == 0
        return _Run(self.days + 1, min(self.freezes + earned, MOST_FREEZES), self.frozen)

    def after(self, missed: Sequence[date]) -> _Run:
        """After days without practice, of which none is a day of vacation."""
        if len(missed) > self.freezes:
            return _Run()
        return _Run(self.days, self.freezes - len(missed), (*self.frozen, *missed))


def _missed(
    before: date | None, day: date, vacations: Sequence[tuple[date, date]]
) -> tuple[date, ...]:
    """The first days between two days that are no vacation: one more than freezes at most."""
    missed: list[date] = []
    between = before + ONE_DAY if before else day
    while between < day and len(missed) <= MOST_FREEZES:
        last = max((last for first, last in vacations if first <= between <= last), default=None)
        if last is None:
            missed.append(between)
        between = min(last or between, day) + ONE_DAY
    return tuple(missed)


@lru_cache(maxsize=4096)
def _components(kanji: str, reference: Reference | None) -> dict[str, int]:
    """The strokes of each component, as a `stroke_mask`; one that occurs twice has both."""
    strokes: dict[str, int] = {}
    root = reference.components if reference else None
    for part in root.walk() if root else ():
        if part.element and part.element != kanji:
            strokes[part.element] = strokes.get(part.element, 0) | stroke_mask(part.strokes)
    return strokes


def _by_stroke(faults: Mapping[int, int]) -> dict[int, int]:
    """How often each stroke was at fault, from the counts of sets of strokes."""
    counts: dict[int, int] = defaultdict(int)
    for mask, count in faults.items():
        for stroke in range(mask.bit_length()):
            if mask >> stroke & 1:
                counts[stroke] += count
    return counts


def _worst(counts: Mapping[Part, tuple[int, int]], limit: int) -> tuple[Weakness, ...]:
    """The worst of the parts of kanji, each with its faults and attempts."""

    def order(item: tuple[Part, tuple[int, int]]) -> tuple[Any, ...]:
        (kanji, part), (faults, attempts) = item
        return -faults / (attempts + PRIOR), -faults, kanji or "", str(part)

    worst = nsmallest(limit, counts.items(), key=order)
    return tuple(Weakness(*of, *count) for of, count in worst)
