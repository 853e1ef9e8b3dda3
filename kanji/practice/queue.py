"""Which kanji comes at this unlock, if any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kanji.errors import KanjiError
from kanji.practice.schedule import CardState, ScheduleRules, retrievability


@dataclass(frozen=True)
class QueueRules:
    """`new_per_day` kanji are introduced, and `reviews_per_day` asked for at most; None, no limit.

    Nothing is shown in the `quiet` hours (from, to; local, over midnight where from is later) and
    on the days of `vacations` (first, last). A skipped kanji comes again after `skip_hours`. A
    look-alike is not introduced before the other's stability is `apart_days`, nor shown within
    `apart_minutes` of it. A kanji forgotten `leech_lapses` times is a leech: it comes once in
    `leech_days` at most, so that it does not eat up the day. The day begins at `day_start`.
    """

    new_per_day: int = 5
    reviews_per_day: int | None = None
    quiet: tuple[time, time] | None = None
    vacations: tuple[tuple[date, date], ...] = ()
    skip_hours: float = 4
    apart_days: float = 7
    apart_minutes: float = 60
    leech_lapses: int = 6
    leech_days: float = 7
    day_start: time = time(4)

    def __post_init__(self) -> None:
        caps = (self.new_per_day, self.reviews_per_day or 0)
        if min(*caps, self.skip_hours, self.apart_days, self.leech_days) < 0:
            raise KanjiError("limits and times of a queue are 0 or more")
        if any(first > last for first, last in self.vacations):
            raise KanjiError("a vacation's first day is no later than its last")

    def day(self, moment: datetime) -> date:
        """The learner's day that a moment, in local time, belongs to."""
        return (moment - timedelta(hours=self.day_start.hour, minutes=self.day_start.minute)).date()

    def is_vacation(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.vacations)


@dataclass(frozen=True)
class Pick:
    """`kanji` is to be written; `why`: "learning", "due" or "new"."""

    kanji: str
    why: str


@dataclass(frozen=True)
class Rest:
    """Nothing is to be written; `why`: "quiet", "vacation" or "done"."""

    why: str


def next_up(
    cards: Mapping[str, CardState],
    deck: Sequence[str],
    now: datetime,
    rules: QueueRules,
    schedule: ScheduleRules,
    *,
    lookalikes: Mapping[str, frozenset[str]] | None = None,
    skipped: Mapping[str, datetime] | None = None,
) -> Pick | Rest:
    """What to show now. `now` has the learner's own zone.

    First what is being learnt, then what is due, then something new. Where more is due than the day
    allows, what is likeliest still known comes first, as it can be kept at the least cost, and
    nothing new is added; the rest waits for the days after (`forecast`).
    """
    today = rules.day(now)
    if rules.is_vacation(today):
        return Rest("vacation")
    if rules.quiet and _within(now.time(), *rules.quiet):
        return Rest("quiet")
    recent = (c for c in cards.values() if now - c.last_review < timedelta(days=2))
    active = [c for c in recent if rules.day(_local(c.last_review, now)) == today]
    blocked = _blocked(active, now, rules, lookalikes or {}, skipped or {})
    due = [c for c in cards.values() if c.due <= now and c.kanji not in blocked]
    learning = [c for c in due if c.is_learning]
    if learning:
        return Pick(min(learning, key=lambda c: (c.due, c.kanji)).kanji, "learning")
    introduced = [c for c in active if rules.day(_local(c.first_review, now)) == today]
    known = {c.kanji for c in introduced}
    reviewed = sum(c.kanji not in known for c in active)
    waiting = [c for c in due if not _rests(c, now, rules)]
    left = len(waiting) if rules.reviews_per_day is None else rules.reviews_per_day - reviewed
    if waiting and left > 0:
        if len(waiting) <= left:
            best = min(waiting, key=lambda c: (c.due, c.kanji))
        else:
            best = max(waiting, key=lambda c: (retrievability(c, now, schedule), c.kanji))
        return Pick(best.kanji, "due")
    if not waiting and len(introduced) < rules.new_per_day:
        for kanji in deck:
            if kanji not in cards and kanji not in blocked:
                others = (lookalikes or {}).get(kanji, frozenset())
                if all(cards[o].stability >= rules.apart_days for o in others if o in cards):
                    return Pick(kanji, "new")
    return Rest("done")


def leeches(cards: Iterable[CardState], rules: QueueRules) -> tuple[CardState, ...]:
    """What is forgotten again and again: to be learnt in another way, by parts or by comparison."""
    found = (card for card in cards if card.lapses >= rules.leech_lapses)
    return tuple(sorted(found, key=lambda card: (-card.lapses, card.kanji)))


def forecast(
    cards: Iterable[CardState], now: datetime, rules: QueueRules, *, days: int = 14
) -> tuple[tuple[date, int], ...]:
    """How many reviews fall on each of the next days, what is over a day's limit moved to the next.

    Days of vacation have none. What is due already is due today.
    """
    today = rules.day(now)
    counts = [0] * days
    for card in cards:
        ahead = max(0, (rules.day(_local(card.due, now)) - today).days)
        if ahead < days:
            counts[ahead] += 1
    spread, waiting = [], 0
    for ahead in range(days):
        day = today + timedelta(days=ahead)
        waiting += counts[ahead]
        done = waiting if rules.reviews_per_day is None else min(waiting, rules.reviews_per_day)
        if rules.is_vacation(day):
            done = 0
        spread.append((day, done))
        waiting -= done
    return tuple(spread)


def _local(moment: datetime, now: datetime) -> datetime:
    return moment.astimezone(now.tzinfo)


def _within(moment: time, first: time, last: time) -> bool:
    if first <= last:
        return first <= moment < last
    return moment >= first or moment < last


def _rests(card: CardState, now: datetime, rules: QueueRules) -> bool:
    is_leech = card.lapses >= rules.leech_lapses
    return is_leech and now - card.last_review < timedelta(days=rules.leech_days)


def _blocked(
    active: Iterable[CardState],
    now: datetime,
    rules: QueueRules,
    lookalikes: Mapping[str, frozenset[str]],
    skipped: Mapping[str, datetime],
) -> set[str]:
    """What may not come now: skipped a while ago, or like what was just written."""
    away, apart = timedelta(hours=rules.skip_hours), timedelta(minutes=rules.apart_minutes)
    found = {kanji for kanji, at in skipped.items() if now - at < away}
    for card in active:
        if now - card.last_review < apart:
            found |= lookalikes.get(card.kanji, frozenset())
    return found
