"""What a learner did: an append-only log of events.

Devices may send events in any order and more than once. Everything else, such as
`kanji.practice.schedule`, is computed from the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from kanji.errors import KanjiError

RATINGS = ("again", "hard", "good", "easy")  # FSRS's, in its order
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)  # a device with an earlier time had lost its clock


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened on a device.

    `id`: a UUIDv7 that the device made. `at`: when it happened by the device's clock, and
    `received_at`: when it reached the server by the server's clock, both in UTC. `sequence` counts
    the events of a `device`, whatever its clock does. Raises KanjiError for a time that is not UTC.
    """

    id: UUID
    at: datetime
    device: str = ""
    sequence: int = 0
    received_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("at", "received_at"):
            moment = getattr(self, name)
            if moment is not None and moment.utcoffset() != UTC.utcoffset(None):
                raise KanjiError(
                    f"{name} is {moment.isoformat()}: give a time in UTC, with its zone"
                )


@dataclass(frozen=True, kw_only=True)
class Attempt(Event):
    """A kanji that was written, after any number of misses, or given up.

    `misses`: refused drawings before the last one. `hints`: how many hints were shown. `seconds`:
    from the prompt to the last stroke. `score`: of the last drawing, from 0 to 100.
    """

    kanji: str
    misses: int = 0
    hints: int = 0
    gave_up: bool = False
    seconds: float | None = None
    score: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.kanji:
            raise KanjiError("kanji is empty: give the kanji of the attempt")
        if self.misses < 0 or self.hints < 0 or (self.seconds is not None and self.seconds < 0):
            raise KanjiError("misses, hints and seconds of an attempt must be 0 or more")


@dataclass(frozen=True, kw_only=True)
class Skip(Event):
    """The learner put a kanji off. It is not rated, and not shown again for a while."""

    kanji: str


@dataclass(frozen=True, kw_only=True)
class Override(Event):
    """The learner replaces the rating of an attempt ("I was right"). The last override counts."""

    attempt: UUID
    rating: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rating not in RATINGS:
            raise KanjiError(f"no rating {self.rating!r}: give {', '.join(RATINGS)}")


def normalized(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events without repetitions, with plausible times, in order of time.

    The result is the same for any order and repetition of `events`. The time of an event is moved
    to be no later than when it was received, no earlier than EARLIEST, and no earlier than that of
    the event before it on the same device. This corrects clocks that run ahead or backwards.
    """
    unique: dict[UUID, Event] = {}
    for event in events:
        kept = unique.get(event.id)
        # The same event may have been received twice; the first time counts.
        if kept is None or _precedence(event) < _precedence(kept):
            unique[event.id] = event
    by_device: dict[str, list[Event]] = defaultdict(list)
    for event in unique.values():
        by_device[event.device].append(event)
    clamped: list[Event] = []
    for of_device in by_device.values():
        latest = EARLIEST
        for event in sorted(of_device, key=lambda e: (e.sequence, e.at, e.id)):
            at = min(event.at, event.received_at) if event.received_at else event.at
            latest = max(at, latest)
            clamped.append(replace(event, at=latest))
    return tuple(sorted(clamped, key=lambda e: (e.at, e.device, e.sequence, e.id)))


def _precedence(event: Event) -> tuple[datetime, str]:
    return event.received_at or datetime.max.replace(tzinfo=UTC), repr(event)
