"""What the queue depends on at a moment: a small part of a learner's progress."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kanji.practice.days import ONE_DAY
from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import CardState, ScheduleRules


@dataclass(frozen=True)
class Standing:
    """All that the queue at a moment depends on, of a learner's progress.

    - `cards`: at least those that are due, and those that were reviewed on this learner's day.
    - `introduced`: all kanji with a card. `unstable`: those of them whose stability is below
      `apart_days`.
    - `skipped`: when kanji were skipped that were not attempted since; at least of the last
      `skip_hours`.
    - `next_due`: the first moment, after this one, at which another card is due; None if there is
      none.
    """

    cards: Collection[CardState]
    introduced: Collection[str]
    unstable: Collection[str]
    skipped: Mapping[str, datetime]
    next_due: datetime | None

    @classmethod
    def of(
        cls,
        cards: Mapping[str, CardState],
        skipped: Mapping[str, datetime],
        now: datetime,
        rules: QueueRules,
    ) -> Standing:
        """The standing of a learner with these cards, by kanji."""
        unstable = {c.kanji for c in cards.values() if c.stability < rules.apart_days}
        next_due = min((c.due for c in cards.values() if c.due > now), default=None)
        return cls(cards.values(), cards.keys(), unstable, skipped, next_due)


def unchanged_until(
    standing: Standing, now: datetime, rules: QueueRules, schedule: ScheduleRules
) -> datetime:
    """The moment (UTC) before which the queue stays as it is at `now`, if nothing is stored.

    It is `now` itself if nothing can be said: with quiet hours, on a day when the clocks change.
    """
    skip, apart = timedelta(hours=rules.skip_hours), timedelta(minutes=rules.apart_minutes)
    days = schedule.days
    moments = [days.begin(days.of(now) + ONE_DAY)]
    moments += [at + skip for at in standing.skipped.values()]
    moments += [card.last_review + apart for card in standing.cards]
    moments += [standing.next_due] if standing.next_due else []
    local = days.local(now)
    for at in rules.quiet or ():
        for day in (local.date(), local.date() + ONE_DAY):
            moments.append(datetime.combine(day, at, local.tzinfo).astimezone(UTC))
    until = min(moment for moment in moments if moment > now)
    if rules.quiet and days.local(until).utcoffset() != local.utcoffset():
        return now
    return until
