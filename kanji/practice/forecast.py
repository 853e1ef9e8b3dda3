"""What lies ahead of a learner: the reviews of the next days, and the kanji that never stick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from kanji.practice.days import ONE_DAY
from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import ScheduleRules


def leeches(lapses: Mapping[str, int], rules: QueueRules) -> tuple[str, ...]:
    """Kanji that are forgotten again and again, the worst first. `lapses`: of each kanji.

    They are better learned in another way, by their components or by comparison.
    """
    forgotten = [kanji for kanji, count in lapses.items() if count >= rules.leech_lapses]
    return tuple(sorted(forgotten, key=lambda kanji: (-lapses[kanji], kanji)))


def forecast(
    due: Iterable[datetime],
    now: datetime,
    rules: QueueRules,
    schedule: ScheduleRules,
    *,
    days: int = 14,
) -> tuple[tuple[date, int], ...]:
    """How many reviews fall on each of the learner's next days, from today.

    `due`: when each card is due. Reviews over a day's limit move to the next day, and so do those
    on days of vacation. Kanji that are due already count for today.
    """
    today = schedule.days.of(now)
    counts = [0] * days
    for moment, count in sorted(Counter(due).items()):  # many are due at the start of a day
        ahead = max(0, (schedule.days.of(moment) - today).days)
        if ahead < days:
            counts[ahead] += count
    reviews, waiting = [], 0
    for ahead in range(days):
        day = today + ahead * ONE_DAY
        waiting += counts[ahead]
        done = waiting if rules.reviews_per_day is None else min(waiting, rules.reviews_per_day)
        if rules.is_vacation(day):
            done = 0
        reviews.append((day, done))
        waiting -= done
    return tuple(reviews)
