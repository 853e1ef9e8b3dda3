"""Takes new events into a stored log: which are new, and which kanji change, at which cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kanji.practice.events import Event, OfKanji, Override, moment, position
from kanji.practice.rating import Rated
from kanji.practice.replay import Progress, continue_kanji, replay_kanji
from kanji.practice.schedule import ScheduleRules
from kanji.practice.sums import DayTotals, by_day, changed_days


class Log(Protocol):
    """One learner's stored events and progress, as `take` reads them; a database or a memory."""

    def events(self, ids: Collection[UUID]) -> Iterable[Event]:
        """The stored events with these ids; those that are not stored are left out."""

    def changes(self, ids: Collection[UUID]) -> Iterable[Event]:
        """The stored overrides and undos whose `target` is one of these ids."""

    def at_kanji(self, kanji: str, since: datetime | None) -> Iterable[Event]:
        """The stored attempts and skips at a kanji, those that count from `since` on, or all."""

    def mark(self, kanji: str, before: datetime) -> Progress | None:
        """The last stored mark of a kanji whose last event counts from a moment before this."""

    def progress(self, kanji: Collection[str]) -> Mapping[str, Progress]:
        """The stored progress of these kanji; those without progress are left out."""


@dataclass(frozen=True)
class Taken:
    """What must be stored after `take`, in one transaction.

    - `new`: the events that were not stored yet, in the order they were given.
    - `progress`: of each kanji that changed; it replaces the stored one.
    - `emptied`: the kanji whose stored progress must go, as every event there was undone.
    - `days`: what must be added to the totals of each learner's day; it can be negative.
    - `marks`: new ones of `kanji.practice.replay`; each replaces one after as many attempts.
    - `replayed`: the kanji that were replayed, and from which moment: the stored marks from there
      on must go.
    """

    new: tuple[Event, ...]
    progress: Mapping[str, Progress]
    days: Mapping[date, DayTotals]
    marks: tuple[Progress, ...]
    replayed: Mapping[str, datetime]
    emptied: frozenset[str] = frozenset()


def take(events: Iterable[Event], log: Log, rules: ScheduleRules) -> Taken:
    """The effect of new events on a learner's log. Nothing is stored: the caller stores `Taken`.

    `events` may repeat each other and stored ones: an event that is stored already is ignored. An
    override or undo whose attempt is not known yet is stored without effect, until the attempt
    arrives. After any sequence of calls the stored progress and totals are what `replay` and
    `by_day` make of the log. This needs the same `rules` in all of them: after a change, the caller
    makes both again.

    The cost depends on the number of events, and on the attempts since the mark before a late
    event, or before what an override or undo changes; not on the length of the log.
    """
    unique = {event.id: event for event in reversed(tuple(events))}
    stored = {event.id for event in log.events(unique)}
    new = [event for event in reversed(unique.values()) if event.id not in stored]
    by_kanji = _by_kanji([*new, *_pending(new, log)], log)
    progress = log.progress(by_kanji)
    after: dict[str, Progress] = {}
    counted: list[Rated] = []
    uncounted: list[Rated] = []
    marks: list[Progress] = []
    replayed: dict[str, datetime] = {}
    for kanji, (first, changed) in by_kanji.items():
        before = progress.get(kanji) or Progress(kanji, rules.version)
        result = continue_kanji(before, changed, rules)
        if result is None:
            replayed[kanji] = first
            start = log.mark(kanji, first) or Progress(kanji, rules.version)
            stored_here = _events_after(start, log)
            uncounted += replay_kanji(start, stored_here, rules).rated
            result = replay_kanji(start, [*stored_here, *changed], rules)
        after[kanji] = result.progress
        counted += result.rated
        marks += result.marks
    days = changed_days(by_day(uncounted, rules.ratings), by_day(counted, rules.ratings))
    begun = {kanji: one for kanji, one in after.items() if one.last}
    emptied = frozenset(progress.keys() & (after.keys() - begun.keys()))
    return Taken(tuple(new), begun, days, tuple(marks), replayed, emptied)


def _events_after(start: Progress, log: Log) -> list[Event]:
    """The stored events after this progress, as `replay_kanji` needs them."""
    last = start.last
    own = list(log.at_kanji(start.kanji, last.at if last else None))
    if last:  # several events can have the same moment
        own = [event for event in own if position(event) > last]
    return own + _changes_of(own, log)


def _pending(new: Sequence[Event], log: Log) -> list[Event]:
    """Stored overrides and undos whose attempt, skip or override is among the new events."""
    return _changes_of(new, log) if new else []


def _changes_of(events: Sequence[Event], log: Log) -> list[Event]:
    """The stored overrides and undos of these events, and the undos of these overrides."""
    changes = list(log.changes([event.id for event in events]))
    overrides = [event.id for event in changes if isinstance(event, Override)]
    return changes + (list(log.changes(overrides)) if overrides else [])


def _by_kanji(events: Sequence[Event], log: Log) -> dict[str, tuple[datetime, list[Event]]]:
    """Events by the kanji they change, and the first moment whose attempt or skip they change.

    Events whose target is not known yet are left out.
    """
    known = {event.id: event for event in events}
    # Two rounds: an undo leads to an override, and the override to an attempt.
    for _ in range(2):
        targets = {event.target for event in known.values() if event.target} - known.keys()
        known |= {event.id: event for event in log.events(targets)} if targets else {}
    by_kanji: dict[str, list[Event]] = defaultdict(list)
    first: dict[str, datetime] = {}
    for event in events:
        if changed := _changed(event, known):
            by_kanji[changed.kanji].append(event)
            at = moment(changed)
            first[changed.kanji] = min(at, first.get(changed.kanji, at))
    return {kanji: (first[kanji], some) for kanji, some in by_kanji.items()}


def _changed(event: Event, known: Mapping[UUID, Event]) -> OfKanji | None:
    """The attempt or skip that an event is, or that it changes, found through its targets."""
    at: Event | None = event
    for _ in range(3):  # an undo, its override, its attempt
        if at is None or isinstance(at, OfKanji):
            break
        at = known.get(at.target) if at.target else None
    return at if isinstance(at, OfKanji) else None
