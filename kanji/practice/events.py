"""What a learner did: an append-only log that devices may send in any order, more than once.

The log is the truth; everything else (`kanji.practice.schedule`) is replayed from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from kanji.errors import KanjiError

RATINGS = ("again", "hard", "good", "easy")
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)  # before it, a device had lost its clock


@dataclass(frozen=True, kw_only=True)
class Event:
    """`id`: made by the device, a UUIDv7. `at`: by its clock, in UTC; `received_at`: by ours.

    `sequence` counts the events of a `device`, whatever its clock does.
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
    """A kanji written, however often it took, or given up.

    `misses`: drawings refused before the last; `hints`: rungs of the ladder that were shown;
    `seconds`: from the prompt to the last stroke; `score`: of the last drawing, 0 to 100.
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
            raise KanjiError("an attempt says which kanji it is at")
        if self.misses < 0 or self.hints < 0 or (self.seconds is not None and self.seconds < 0):
            raise KanjiError("misses, hints and seconds of an attempt are 0 or more")


@dataclass(frozen=True, kw_only=True)
class Skip(Event):
    """Not now: it counts as nothing, but the kanji is left alone for a while."""

    kanji: str


@dataclass(frozen=True, kw_only=True)
class Override(Event):
    """The learner overrules the rating of an attempt: "I was right". The last one counts."""

    attempt: UUID
    rating: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rating not in RATINGS:
            raise KanjiError(f"no rating {self.rating!r}: give {', '.join(RATINGS)}")


def settled(events: Iterable[Event]) -> tuple[Event, ...]:
    """Every event once, in the order of time; the same for any order and repetition of `events`.

    An event lies no later than it was received, no earlier than EARLIEST, and no earlier than what
    the same device did before it: a clock that ran ahead or backwards is clamped.
    """
    once: dict[UUID, Event] = {}
    for event in events:
        kept = once.get(event.id)
        # The same event may have been received twice; the first time counts.
        if kept is None or _precedence(event) < _precedence(kept):
            once[event.id] = event
    devices: dict[str, list[Event]] = defaultdict(list)
    for event in once.values():
        devices[event.device].append(event)
    clamped: list[Event] = []
    for done in devices.values():
        latest = EARLIEST
        for event in sorted(done, key=lambda e: (e.sequence, e.at, e.id)):
            at = min(event.at, event.received_at) if event.received_at else event.at
            latest = max(at, latest)
            clamped.append(replace(event, at=latest))
    return tuple(sorted(clamped, key=lambda e: (e.at, e.device, e.sequence, e.id)))


def _precedence(event: Event) -> tuple[datetime, str]:
    return event.received_at or datetime.max.replace(tzinfo=UTC), repr(event)
