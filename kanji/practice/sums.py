"""Sums over the attempts of a learner, from which the statistics are computed.

They are kept up to date attempt by attempt, so that statistics cost the same for any length of the
log: the sums of a kanji are part of its `Progress`, and those of a day change with `Taken.days`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from kanji.practice.rating import Rated, RatingRules, capped_seconds

MOST_KEYS = 500  # kept for a kanji of `faults` and of `read_as`; people have some dozens in years
MATURE_DAYS = 21  # a kanji with an interval from here on counts as mature, as in Anki

Key = TypeVar("Key")


class DayTotals(NamedTuple):
    """The attempts of one learner's day. `new`: first attempts at a kanji. `again`: rated "again".

    `milliseconds`: of all attempts, each capped as in `RatingRules`; whole numbers, so that what
    was added can be taken away exactly.
    """

    attempts: int = 0
    new: int = 0
    again: int = 0
    milliseconds: int = 0

    @classmethod
    def of(cls, one: Rated, rules: RatingRules) -> DayTotals:
        """The totals of one attempt."""
        seconds = capped_seconds(one.attempt.seconds or 0.0, rules)
        is_new, is_again = one.elapsed_days is None, one.rating.rating == "again"
        return cls(1, int(is_new), int(is_again), round(1000 * seconds))

    def plus(self, other: DayTotals) -> DayTotals:
        """The totals of both."""
        return DayTotals(*(mine + more for mine, more in zip(self, other, strict=True)))

    def minus(self, other: DayTotals) -> DayTotals:
        """The totals without those of `other`."""
        return DayTotals(*(mine - less for mine, less in zip(self, other, strict=True)))


def by_day(rated: Iterable[Rated], rules: RatingRules) -> dict[date, DayTotals]:
    """The totals of each learner's day with an attempt: the heatmap. In order of days."""
    totals: dict[date, DayTotals] = {}
    for one in rated:
        totals[one.day] = totals.get(one.day, DayTotals()).plus(DayTotals.of(one, rules))
    return dict(sorted(totals.items()))


def changed_days(
    before: Mapping[date, DayTotals], after: Mapping[date, DayTotals]
) -> dict[date, DayTotals]:
    """What must be added to the totals of each day where `after` replaces `before`.

    Days without a change are left out.
    """
    none = DayTotals()
    changes = {day: after.get(day, none).minus(before.get(day, none)) for day in {*before, *after}}
    return {day: change for day, change in sorted(changes.items()) if change != none}


class KanjiSums(NamedTuple):
    """Sums over all attempts at one kanji.

    - `reviews`, `recalled`: first attempts of a day after the learning steps, and those that were
      not rated "again". `mature_reviews`, `mature_recalled`: those of them that came MATURE_DAYS or
      more after the last attempt.
    - `raised`, `lowered`: ratings that the learner replaced, by a better or a worse one.
    - `faults`: how often exactly these strokes were at fault, by their `stroke_mask`.
    - `read_as`: how often another character was read; without attempts whose rating the learner
      raised, since there the recognizer was wrong.
    """

    attempts: int = 0
    reviews: int = 0
    recalled: int = 0
    mature_reviews: int = 0
    mature_recalled: int = 0
    raised: int = 0
    lowered: int = 0
    faults: Mapping[int, int] = MappingProxyType({})
    read_as: Mapping[str, int] = MappingProxyType({})

    def after(self, one: Rated) -> KanjiSums:
        """The sums with one more attempt."""
        is_review = one.is_review and (one.elapsed_days or 0) >= 1
        is_mature = is_review and (one.elapsed_days or 0) >= MATURE_DAYS
        is_recalled = one.rating.rating != "again"
        attempt, raised_by = one.attempt, one.raised_by
        is_confused = attempt.read_as not in (None, attempt.kanji) and raised_by <= 0
        return KanjiSums(
            self.attempts + 1,
            self.reviews + is_review,
            self.recalled + (is_review and is_recalled),
            self.mature_reviews + is_mature,
            self.mature_recalled + (is_mature and is_recalled),
            self.raised + (raised_by > 0),
            self.lowered + (raised_by < 0),
            _counted(self.faults, stroke_mask(attempt.faulty_strokes) or None),
            _counted(self.read_as, attempt.read_as if is_confused else None),
        )


def stroke_mask(strokes: Iterable[int]) -> int:
    """A set of strokes, from 0, as the bits of a number."""
    return sum(1 << stroke for stroke in set(strokes))


def _counted(counts: Mapping[Key, int], key: Key | None) -> Mapping[Key, int]:
    """The counts with one more of `key`, if there is one; MOST_KEYS are counted, and no more."""
    if key is None or (key not in counts and len(counts) >= MOST_KEYS):
        return counts
    return {**counts, key: counts.get(key, 0) + 1}
