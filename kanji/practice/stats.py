"""What a learner's log shows: habits, memory, weak spots, and how good the grader is.

All functions are pure. Their cost grows with the number of attempts that they are given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from data.references.reference import Reference
from kanji.practice.days import ONE_DAY, Days
from kanji.practice.events import RATINGS
from kanji.practice.queue import Lookalikes
from kanji.practice.rating import Rated, RatingRules, capped_seconds

FREEZE_AFTER = 7  # days of practice that earn a freeze
MOST_FREEZES = 2  # that can be saved up
# Attempts without a fault that are assumed of each stroke and component: one fault in one attempt
# must not rank above nine in ten. Larger = more attempts are needed for a high rank.
PRIOR = 3
MATURE_DAYS = 21  # a kanji with an interval from here on counts as mature, as in Anki


@dataclass
class DayTotals:
    """One learner's day. `seconds`: of all attempts, each capped as in `RatingRules`."""

    attempts: int = 0
    new: int = 0
    again: int = 0
    seconds: float = 0.0


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

    @property
    def weight(self) -> float:
        """What weaknesses are sorted by: the fraction of attempts with a fault, after PRIOR."""
        return self.faults / (self.attempts + PRIOR)


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


def by_day(rated: Iterable[Rated], days: Days, rules: RatingRules) -> dict[date, DayTotals]:
    """Attempts and time of each learner's day with practice: the heatmap. In order of days."""
    totals: dict[date, DayTotals] = {}
    end: datetime | None = None  # of the latest day; finding an attempt's day is the main cost
    for one in sorted(rated, key=lambda one: one.attempt.at):
        if end is None or one.attempt.at >= end:
            today = days.of(one.attempt.at)
            end = days.begin(today + ONE_DAY)
            day = totals.setdefault(today, DayTotals())
        day.attempts += 1
        day.new += one.elapsed_days is None
        day.again += one.rating.rating == "again"
        day.seconds += capped_seconds(one.attempt.seconds or 0.0, rules)
    return totals


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


def recall(rated: Iterable[Rated], *, least_days: int = 1, most_days: int | None = None) -> Recall:
    """How much was recalled at reviews in days: the true retention.

    Only the first attempt of a day at a kanji that had passed its learning steps counts.
    `least_days` and `most_days` bound the days since the last attempt at it, both included:
    `least_days=MATURE_DAYS` gives the retention of mature kanji.
    """
    reviews = [
        one
        for one in rated
        if one.is_review
        and one.elapsed_days is not None
        and one.elapsed_days >= max(least_days, 1)
        and (most_days is None or one.elapsed_days <= most_days)
    ]
    return Recall(len(reviews), sum(one.rating.rating != "again" for one in reviews))


def weakest_strokes(rated: Iterable[Rated], *, limit: int = 10) -> tuple[Weakness, ...]:
    """The strokes that are most often at fault, the worst first."""
    attempts: Counter[str] = Counter()
    faults: Counter[tuple[str, int]] = Counter()
    for one in rated:
        attempts[one.attempt.kanji] += 1
        faults.update((one.attempt.kanji, stroke) for stroke in set(one.attempt.faulty_strokes))
    return _worst(
        (Weakness(kanji, stroke, n, attempts[kanji]) for (kanji, stroke), n in faults.items()),
        limit,
    )


def weakest_components(
    rated: Iterable[Rated], references: Mapping[str, Reference], *, limit: int = 10
) -> tuple[Weakness, ...]:
    """The components whose strokes are most often at fault, over all kanji, the worst first.

    A component is at fault at an attempt if any of its strokes is. A kanji is no component of
    itself. Kanji without a reference are left out.
    """
    attempts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for one in rated:
        parts = _components(one.attempt.kanji, references.get(one.attempt.kanji))
        attempts.update(parts.keys())
        if faulty := frozenset(one.attempt.faulty_strokes):
            faults.update(name for name, strokes in parts.items() if strokes & faulty)
    return _worst((Weakness(None, name, n, attempts[name]) for name, n in faults.items()), limit)


def confusions(rated: Iterable[Rated]) -> tuple[tuple[frozenset[str], int], ...]:
    """Pairs of kanji of which one was written for the other, and how often; the most often first.

    Attempts whose rating the learner raised are left out: there the recognizer was wrong.
    """
    pairs = Counter(
        frozenset((one.attempt.kanji, one.attempt.read_as))
        for one in rated
        if one.attempt.read_as not in (None, one.attempt.kanji) and not _raised_by(one) > 0
    )
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


def grader_quality(rated: Iterable[Rated]) -> GraderQuality:
    """How often the learner disagreed with the ratings by the rules."""
    changes = [_raised_by(one) for one in rated]
    return GraderQuality(len(changes), sum(c > 0 for c in changes), sum(c < 0 for c in changes))


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
def _components(kanji: str, reference: Reference | None) -> dict[str, frozenset[int]]:
    """The strokes of each component of a kanji; a component that occurs twice has both."""
    strokes: dict[str, frozenset[int]] = {}
    root = reference.components if reference else None
    for part in root.walk() if root else ():
        if part.element and part.element != kanji:
            strokes[part.element] = strokes.get(part.element, frozenset()) | set(part.strokes)
    return strokes


def _raised_by(one: Rated) -> int:
    """By how many ratings the learner raised the grader's; negative if it was lowered."""
    return RATINGS.index(one.rating.rating) - RATINGS.index(one.graded.rating)


def _worst(weaknesses: Iterable[Weakness], limit: int) -> tuple[Weakness, ...]:
    ranked = sorted(weaknesses, key=lambda w: (-w.weight, -w.faults, w.kanji or "", str(w.part)))
    return tuple(ranked[:limit])
