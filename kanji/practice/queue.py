"""Which kanji is shown at an unlock of the phone, if any, and which ones come after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from data.characters import normal
from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import CardState, ScheduleRules, retrievability
from kanji.practice.standing import Standing

Lookalikes = Mapping[str, frozenset[str]]  # of each kanji those that look like it


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
    """What to show now: the first of `upcoming`, with the same arguments."""
    picks = upcoming(
        cards, deck, now, rules, schedule, limit=1, lookalikes=lookalikes, skipped=skipped
    )
    return picks if isinstance(picks, Rest) else picks[0]


def upcoming(
    cards: Mapping[str, CardState],
    deck: Sequence[str],
    now: datetime,
    rules: QueueRules,
    schedule: ScheduleRules,
    *,
    limit: int,
    lookalikes: Lookalikes | None = None,
    skipped: Mapping[str, datetime] | None = None,
) -> tuple[Pick, ...] | Rest:
    """What to show from `now` (UTC) on, at most `limit` kanji, or why there is nothing.

    `cards`: the state of each kanji introduced so far. `skipped`: as in `Replayed`. The rest is as
    in `picks_of`.
    """
    standing = Standing.of(cards, skipped or {}, now, rules)
    return picks_of(standing, deck, now, rules, schedule, limit=limit, lookalikes=lookalikes)


def picks_of(
    standing: Standing,
    deck: Sequence[str],
    now: datetime,
    rules: QueueRules,
    schedule: ScheduleRules,
    *,
    limit: int,
    lookalikes: Lookalikes | None = None,
) -> tuple[Pick, ...] | Rest:
    """What to show from `now` (UTC) on, at most `limit` kanji, or why there is nothing.

    `standing`: at `now`. `deck`: the kanji in the order in which they are introduced.

    First come kanji in their learning steps, then due ones, then new ones. If more kanji are due
    than the day's limit allows, those with the highest probability of recall come first, since
    keeping them costs least. Nothing new is introduced then; the rest waits for the days after
    (`forecast`). Of kanji that look alike only the first is listed.
    """
    if rest := _rest(now, rules, schedule):
        return rest
    session = _Session(standing, now, rules, schedule, lookalikes or {})
    session.block()
    due = [c for c in standing.cards if c.due <= now and c.kanji not in session.blocked]
    session.pick((c.kanji for c in sorted(due, key=_by_due) if c.is_learning), "learning", limit)
    waiting = [
        c for c in due if not c.is_learning and not _is_paused_leech(c, now, rules, schedule)
    ]
    reviews = session.reviews(waiting)
    session.pick((card.kanji for card in reviews), "due", limit)
    if len(reviews) == len(waiting):
        left = max(0, rules.new_per_day - session.introduced)
        session.pick(session.new(deck), "new", min(limit, len(session.picks) + left))
    return tuple(session.picks) or Rest("done")


@dataclass
class _Session:
    """The picks so far, and what they depend on.

    `practised`: the cards that were reviewed today. `introduced`: how many of these were new today.
    `blocked`: kanji that are not shown now.
    """

    standing: Standing
    now: datetime
    rules: QueueRules
    schedule: ScheduleRules
    lookalikes: Lookalikes
    picks: list[Pick] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        days = self.schedule.days
        today = days.begin(days.of(self.now))
        self.practised = [c for c in self.standing.cards if c.last_review >= today]
        self.introduced = sum(c.first_review >= today for c in self.practised)

    def block(self) -> None:
        """Blocks kanji that were skipped, or whose look-alike was practised, a short time ago."""
        skip = timedelta(hours=self.rules.skip_hours)
        apart = timedelta(minutes=self.rules.apart_minutes)
        skipped = self.standing.skipped.items()
        self.blocked |= {kanji for kanji, at in skipped if self.now - at < skip}
        for card in self.practised:
            if self.now - card.last_review < apart:
                self.blocked |= self.lookalikes.get(card.kanji, frozenset())

    def pick(self, candidates: Iterable[str], why: str, limit: int) -> None:
        """Adds the candidates that are not blocked, up to `limit` picks in all."""
        if len(self.picks) >= limit:
            return
        for kanji in candidates:
            if kanji in self.blocked:
                continue
            self.picks.append(Pick(kanji, why))
            self.blocked |= self.lookalikes.get(kanji, frozenset())
            if len(self.picks) == limit:
                return

    def reviews(self, waiting: Sequence[CardState]) -> Sequence[CardState]:
        """The due cards that the day's limit leaves room for, in the order to show them.

        The card due first comes first if there is room for all of them; else the likeliest to be
        recalled.
        """
        left = len(waiting)
        if self.rules.reviews_per_day is not None:
            left = max(0, self.rules.reviews_per_day - len(self.practised) + self.introduced)
        if len(waiting) <= left:
            return sorted(waiting, key=_by_due)
        recall = {c.kanji: retrievability(c, self.now, self.schedule) for c in waiting}
        return sorted(waiting, key=lambda c: (recall[c.kanji], c.kanji), reverse=True)[:left]

    def new(self, deck: Sequence[str]) -> Iterable[str]:
        """The kanji of the deck that can be introduced, in its order.

        All look-alikes of a kanji that were introduced before it must be stable enough.
        """
        introduced, unstable = self.standing.introduced, self.standing.unstable
        for kanji in map(normal, deck):
            near = self.lookalikes.get(kanji, frozenset())
            if kanji not in introduced and not any(other in unstable for other in near):
                yield kanji


def _rest(now: datetime, rules: QueueRules, schedule: ScheduleRules) -> Rest | None:
    """Why nothing is shown at this time, whatever is due."""
    if rules.is_vacation(schedule.days.of(now)):
        return Rest("vacation")
    if rules.quiet and _is_within(schedule.days.local(now).time(), *rules.quiet):
        return Rest("quiet")
    return None


def _is_within(moment: time, first: time, last: time) -> bool:
    if first <= last:
        return first <= moment < last
    return moment >= first or moment < last


def _by_due(card: CardState) -> tuple[datetime, str]:
    return card.due, card.kanji


def _is_paused_leech(
    card: CardState, now: datetime, rules: QueueRules, schedule: ScheduleRules
) -> bool:
    if card.lapses < rules.leech_lapses:
        return False
    elapsed_days = (schedule.days.of(now) - schedule.days.of(card.last_review)).days
    return elapsed_days < rules.leech_days
