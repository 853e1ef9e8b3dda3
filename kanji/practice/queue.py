"""Which kanji is shown at this unlock of the phone, if any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kanji.errors import KanjiError
from kanji.practice.schedule import CardState, ScheduleRules, retrievability

Lookalikes = Mapping[str, frozenset[str]]  # of each kanji those that look like it


@dataclass(frozen=True)
class QueueRules:
    """When something is shown, and how much.

    - `new_per_day`: how many new kanji are introduced a day at most. `reviews_per_day`: how many
      due kanji are reviewed a day at most; None for no limit.
    - `quiet`: hours in which nothing is shown (from, to), in local time; they pass midnight where
      `from` is later than `to`. `vacations`: days on which nothing is shown (first, last).
    - `skip_hours`: how long a skipped kanji is not shown.
    - `apart_days`: a kanji is only introduced when the stability of each look-alike that was
      introduced before is at least this. `apart_minutes`: how long after a kanji its look-alikes
      are not shown.
    - `leech_lapses`: a kanji that was forgotten this many times is a leech. It is shown at most
      once in `leech_days`, so that it does not use up the day's reviews.
    - `day_start`: the local time at which a day begins.

    Raises KanjiError for negative numbers and for vacations that end before they begin.
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
        limits = (self.new_per_day, self.reviews_per_day or 0)
        if min(*limits, self.skip_hours, self.apart_days, self.leech_days) < 0:
            raise KanjiError("limits and times of a queue must be 0 or more")
        if any(first > last for first, last in self.vacations):
            raise KanjiError("a vacation must not end before it begins")

    def day(self, moment: datetime) -> date:
        """The learner's day that a moment, in local time, belongs to."""
        return (moment - timedelta(hours=self.day_start.hour, minutes=self.day_start.minute)).date()

    def is_vacation(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.vacations)


@dataclass(frozen=True)
class Pick:
    """Write `kanji` now; `why` is "learning", "due" or "new"."""

    kanji: str
    why: str


@dataclass(frozen=True)
class Rest:
    """Nothing to write now; `why` is "quiet", "vacation" or "done"."""

    why: str


def next_up(
    cards: Mapping[str, CardState],
    deck: Sequence[str],
    now: datetime,
    rules: QueueRules,
    schedule: ScheduleRules,
    *,
    lookalikes: Lookalikes | None = None,
    skipped: Mapping[str, datetime] | None = None,
) -> Pick | Rest:
    """What to show now. `now` is in the learner's own time zone.

    `cards`: the state of each kanji introduced so far. `deck`: the order in which kanji are
    introduced. `skipped`: as in `Replayed`.

    First come kanji in their learning steps, then due ones, then new ones. If more kanji are due
    than the day's limit allows, those with the highest probability of recall come first, since
    keeping them costs least. Nothing new is introduced then; the rest waits for the days after
    (`forecast`).
    """
    if rest := _rest(now, rules):
        return rest
    lookalikes = lookalikes or {}
    practised = _practised_today(cards, now, rules)
    blocked = _blocked(practised, now, rules, lookalikes, skipped or {})
    due = [c for c in cards.values() if c.due <= now and c.kanji not in blocked]
    if learning := [c for c in due if c.is_learning]:
        return Pick(min(learning, key=_by_due).kanji, "learning")
    introduced = sum(_is_today(c.first_review, now, rules) for c in practised)
    if waiting := [c for c in due if not _is_paused_leech(c, now, rules)]:
        review = _review(waiting, len(practised) - introduced, now, rules, schedule)
        return Pick(review.kanji, "due") if review else Rest("done")
    if introduced < rules.new_per_day:
        candidates = (kanji for kanji in deck if kanji not in cards and kanji not in blocked)
        for kanji in candidates:
            if _is_apart(kanji, cards, lookalikes, rules):
                return Pick(kanji, "new")
    return Rest("done")


def leeches(cards: Iterable[CardState], rules: QueueRules) -> tuple[CardState, ...]:
    """Kanji that are forgotten again and again, the worst first.

    They are better learned in another way, by their components or by comparison.
    """
    forgotten = (card for card in cards if _is_leech(card, rules))
    return tuple(sorted(forgotten, key=lambda card: (-card.lapses, card.kanji)))


def forecast(
    cards: Iterable[CardState], now: datetime, rules: QueueRules, *, days: int = 14
) -> tuple[tuple[date, int], ...]:
    """How many reviews fall on each of the next days, from today.

    Reviews over a day's limit move to the next day, and so do those on days of vacation. Kanji that
    are due already count for today.
    """
    today = rules.day(now)
    counts = [0] * days
    for card in cards:
        ahead = max(0, (rules.day(_local(card.due, now)) - today).days)
        if ahead < days:
            counts[ahead] += 1
    reviews, waiting = [], 0
    for ahead in range(days):
        day = today + timedelta(days=ahead)
        waiting += counts[ahead]
        done = waiting if rules.reviews_per_day is None else min(waiting, rules.reviews_per_day)
        if rules.is_vacation(day):
            done = 0
        reviews.append((day, done))
        waiting -= done
    return tuple(reviews)


def _rest(now: datetime, rules: QueueRules) -> Rest | None:
    """Why nothing is shown at this time, whatever is due."""
    if rules.is_vacation(rules.day(now)):
        return Rest("vacation")
    if rules.quiet and _is_within(now.time(), *rules.quiet):
        return Rest("quiet")
    return None


def _is_within(moment: time, first: time, last: time) -> bool:
    if first <= last:
        return first <= moment < last
    return moment >= first or moment < last


def _local(moment: datetime, now: datetime) -> datetime:
    return moment.astimezone(now.tzinfo)


def _is_today(moment: datetime, now: datetime, rules: QueueRules) -> bool:
    return rules.day(_local(moment, now)) == rules.day(now)


def _practised_today(
    cards: Mapping[str, CardState], now: datetime, rules: QueueRules
) -> list[CardState]:
    # The first comparison is cheap, and leaves few cards for the time zones.
    recent = (c for c in cards.values() if now - c.last_review < timedelta(days=2))
    return [c for c in recent if _is_today(c.last_review, now, rules)]


def _blocked(
    practised: Iterable[CardState],
    now: datetime,
    rules: QueueRules,
    lookalikes: Lookalikes,
    skipped: Mapping[str, datetime],
) -> set[str]:
    """Kanji that were skipped or whose look-alike was practised a short time ago."""
    skip, apart = timedelta(hours=rules.skip_hours), timedelta(minutes=rules.apart_minutes)
    blocked = {kanji for kanji, at in skipped.items() if now - at < skip}
    for card in practised:
        if now - card.last_review < apart:
            blocked |= lookalikes.get(card.kanji, frozenset())
    return blocked


def _by_due(card: CardState) -> tuple[datetime, str]:
    return card.due, card.kanji


def _is_leech(card: CardState, rules: QueueRules) -> bool:
    return card.lapses >= rules.leech_lapses


def _is_paused_leech(card: CardState, now: datetime, rules: QueueRules) -> bool:
    return _is_leech(card, rules) and now - card.last_review < timedelta(days=rules.leech_days)


def _review(
    waiting: Sequence[CardState],
    reviewed: int,
    now: datetime,
    rules: QueueRules,
    schedule: ScheduleRules,
) -> CardState | None:
    """The next of the due cards, or None if the day's limit is reached; `reviewed`: so far today.

    The card due first, if the limit leaves room for all of them; else the likeliest to be recalled.
    """
    left = len(waiting) if rules.reviews_per_day is None else rules.reviews_per_day - reviewed
    if left <= 0:
        return None
    if len(waiting) <= left:
        return min(waiting, key=_by_due)
    return max(waiting, key=lambda c: (retrievability(c, now, schedule), c.kanji))


def _is_apart(
    kanji: str, cards: Mapping[str, CardState], lookalikes: Lookalikes, rules: QueueRules
) -> bool:
    """Whether all look-alikes introduced before a kanji are stable enough to introduce it."""
    others = lookalikes.get(kanji, frozenset())
    return all(cards[o].stability >= rules.apart_days for o in others if o in cards)
