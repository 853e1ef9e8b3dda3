"""The cost of a review does not grow with the log: CPU time of `take` at logs of many lengths.

    python tests/bench/practice.py [--lengths 1000 10000 100000] [--batch 20]

For each length it prints a JSON line with CPU microseconds a review: in order (`in_order_us`),
late or overridden, which replays one kanji (`late_us`), and of a replay of the whole log
(`replay_us`), and CPU milliseconds of the queue's next 20 kanji (`queue_ms`). A learner with a
longer log has practised for longer: 2,136 kanji, some 30 reviews a day.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from data.characters import characters
from kanji.practice.events import Attempt, Event, OfKanji, Override
from kanji.practice.incremental import take
from kanji.practice.queue import upcoming
from kanji.practice.queue_rules import QueueRules
from kanji.practice.replay import Progress, replay
from kanji.practice.schedule import ScheduleRules

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
REVIEWS_PER_DAY = 30
LENGTHS = (1_000, 10_000, 100_000)
ROUNDS = 25


@dataclass
class IndexedLog:
    """A `kanji.practice.incremental.Log` with the indexes that a database has."""

    stored: dict[UUID, Event] = field(default_factory=dict)
    by_target: dict[UUID, list[Event]] = field(default_factory=lambda: defaultdict(list))
    by_kanji: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, Progress] = field(default_factory=dict)
    marks: dict[str, list[Progress]] = field(default_factory=lambda: defaultdict(list))

    def events(self, ids: Collection[UUID]) -> Iterable[Event]:
        return [self.stored[id] for id in ids if id in self.stored]

    def changes(self, ids: Collection[UUID]) -> Iterable[Event]:
        return [event for id in ids for event in self.by_target.get(id, ())]

    def at_kanji(self, kanji: str, since: datetime | None) -> Iterable[Event]:
        stored = self.by_kanji[kanji]  # in order of time, but for those that came late
        return [event for event in stored if event.at >= since] if since else stored

    def mark(self, kanji: str, before: datetime) -> Progress | None:
        earlier = [one for one in self.marks[kanji] if one.last and one.last.at < before]
        return earlier[-1] if earlier else None

    def progress(self, kanji: Collection[str]) -> Mapping[str, Progress]:
        return {one: self.states[one] for one in kanji if one in self.states}

    def store(self, events: Iterable[Event], progress: Mapping[str, Progress]) -> None:
        for event in events:
            self.stored[event.id] = event
            if event.target:
                self.by_target[event.target].append(event)
            if isinstance(event, OfKanji):
                self.by_kanji[event.kanji].append(event)
        self.states |= progress


def attempt(number: int, *, late: float = 0) -> Attempt:
    """The attempts go through the kanji in turn; `late`: hours that it was before its place."""
    day, minute = divmod(number, REVIEWS_PER_DAY)
    at = START + timedelta(days=day, minutes=10 * minute, hours=-late)
    kanji = characters("joyo")[number % 2136]
    misses = 3 if number % 11 == 0 else 0
    return Attempt(id=UUID(int=number + 1), at=at, sequence=number, kanji=kanji, misses=misses)


def timed(action: Callable[[], Any]) -> float:
    """CPU seconds of an action."""
    begin = time.process_time()
    action()
    return time.process_time() - begin


def measured(length: int, batch: int, rules: ScheduleRules) -> dict[str, float]:
    """The row of one length."""
    log = IndexedLog()
    events = [attempt(number) for number in range(length)]
    whole = replay(events, rules)
    log.store(events, whole.progress)
    for mark in whole.marks:
        log.marks[mark.kanji].append(mark)
    numbers = iter(range(length, 10 * length + 10**6))

    def uploaded(new: Callable[[int], Event]) -> float:
        """The median CPU seconds of an event, of batches."""
        seconds = []
        for _ in range(ROUNDS):
            made = [new(next(numbers)) for _ in range(batch)]
            begin = time.process_time()
            taken = take(made, log, rules)
            seconds.append((time.process_time() - begin) / batch)
            log.store(taken.new, taken.progress)
        return median(seconds)

    in_order = uploaded(attempt)
    late = uploaded(lambda number: overridden(number, length))
    now = START + timedelta(days=length / REVIEWS_PER_DAY + 30)
    cards = whole.cards
    deck = characters("joyo")
    queued = [
        timed(lambda: upcoming(cards, deck, now, QueueRules(), rules, limit=20)) for _ in range(5)
    ]
    return {
        "reviews": length,
        "in_order_us": round(in_order * 1e6, 1),
        "late_us": round(late * 1e6, 1),
        "replay_us": round(timed(lambda: replay(events, rules)) / length * 1e6, 1),
        "queue_ms": round(median(queued) * 1e3, 2),
    }


def overridden(number: int, length: int) -> Event:
    """An override of some earlier attempt, which replays its kanji."""
    at = START + timedelta(days=number)
    attempt_id = UUID(int=number * 7919 % length + 1)
    return Override(id=UUID(int=number + 1), at=at, attempt=attempt_id, rating="good")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--batch", type=int, default=20, help="events per upload")
    options = parser.parse_args()
    for length in options.lengths:
        print(json.dumps(measured(length, options.batch, ScheduleRules(user="a"))), flush=True)


if __name__ == "__main__":
    main()
