"""What a learner did: an append-only log of events.

Devices may send events in any order and more than once. Everything else, such as
`kanji.practice.replay`, is computed from the log.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from data.characters import normal
from kanji.errors import KanjiError

RATINGS = ("again", "hard", "good", "easy")  # FSRS's, in its order
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)  # a device with an earlier time had lost its clock
LATEST = datetime(2100, 1, 1, tzinfo=UTC)  # for events that no server has received
MOST_STROKES = 64  # more than any character has


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened on a device.

    `id`: a UUIDv7 that the device made. `at`: when it happened by the device's clock, and
    `received_at`: when it reached the server by the server's clock, both in UTC; the server sets
    `received_at`, whatever the device sends. `sequence` counts the events of a `device`; it orders
    events with equal times. Raises KanjiError for a time that is not in UTC.
    """

    id: UUID
    at: datetime
    device: str = ""
    sequence: int = 0
    received_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("at", "received_at"):
            value = getattr(self, name)
            if value is not None and value.utcoffset() != UTC.utcoffset(None):
                raise KanjiError(
                    f"{name} is {value.isoformat()}: give a time in UTC, with its zone"
                )

    @property
    def target(self) -> UUID | None:
        """The id of the event that this one changes; None if it stands alone."""
        return None


@dataclass(frozen=True, kw_only=True)
class OfKanji(Event):
    """Base of the events at one kanji.

    `kanji`: one character; stored as `data.characters.normal` returns it. Raises KanjiError for
    anything else.
    """

    kanji: str

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "kanji", _character("kanji", self.kanji))


@dataclass(frozen=True, kw_only=True)
class Attempt(OfKanji):
    """A kanji that was written, after any number of misses, or given up.

    - `misses`: refused drawings before the last one. `hints`: how many hints were shown.
    - `seconds`: from the prompt to the last stroke. `score`: of the last drawing, from 0 to 100.
    - `faulty_strokes`: canonical strokes, from 0, that were missing or at fault, in any drawing.
    - `read_as`: the other character that the recognizer read, if it read another.

    Raises KanjiError, naming all faults at once, for values outside of these ranges.
    """

    misses: int = 0
    hints: int = 0
    gave_up: bool = False
    seconds: float | None = None
    score: float | None = None
    faulty_strokes: tuple[int, ...] = ()
    read_as: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.read_as is not None:
            object.__setattr__(self, "read_as", _character("read_as", self.read_as))
        faults = [
            f"{name} is {getattr(self, name)}: give 0 or more"
            for name in ("misses", "hints")
            if getattr(self, name) < 0
        ]
        if self.seconds is not None and not 0 <= self.seconds < math.inf:
            faults.append(f"seconds is {self.seconds}: give 0 or more")
        if self.score is not None and not 0 <= self.score <= 100:
            faults.append(f"score is {self.score}: give a number from 0 to 100")
        if not all(0 <= stroke < MOST_STROKES for stroke in self.faulty_strokes):
            faults.append(f"faulty_strokes: give indexes from 0 to {MOST_STROKES - 1}")
        if faults:
            raise KanjiError("; ".join(faults))


@dataclass(frozen=True, kw_only=True)
class Skip(OfKanji):
    """The learner put a kanji off. It is not rated, and not shown again for a while."""


@dataclass(frozen=True, kw_only=True)
class Override(Event):
    """The learner replaces the rating of an attempt ("I was right"). The last override counts."""

    attempt: UUID
    rating: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rating not in RATINGS:
            raise KanjiError(f"no rating {self.rating!r}: give {', '.join(RATINGS)}")

    @property
    def target(self) -> UUID:
        return self.attempt


@dataclass(frozen=True, kw_only=True)
class Undo(Event):
    """The learner takes an attempt, a skip or an override back: `event` no longer counts.

    An undo itself cannot be undone. It may arrive before its event.
    """

    event: UUID

    @property
    def target(self) -> UUID:
        return self.event


class Position(NamedTuple):
    """An event's place in the log. Events are ordered by these fields, the first one first."""

    at: datetime
    device: str
    sequence: int
    id: UUID


def moment(event: Event) -> datetime:
    """When an event counts from, in UTC. It depends on this event alone.

    - Normally it is `at`.
    - An event from after it was received has a clock that runs ahead. It counts from `received_at`;
      without `received_at`, it is no later than LATEST.
    - An event from before EARLIEST has a clock that was reset. It counts from `received_at`, or
      else from EARLIEST.

    Other events of the same device are no evidence: with them, one wrong clock would move events
    whose clock was right, and an event that arrives late would move those already counted.
    """
    if EARLIEST <= event.at <= (event.received_at or LATEST):
        return event.at
    if event.received_at is None:
        return min(max(event.at, EARLIEST), LATEST)
    return max(event.received_at, EARLIEST)


def position(event: Event) -> Position:
    """Where an event stands in the log."""
    return Position(moment(event), event.device, event.sequence, event.id)


def normalized(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events without repetitions, each at its `moment`, in the order of `position`.

    The result is the same for any order and repetition of `events`.
    """
    unique: dict[UUID, Event] = {}
    for event in events:
        kept = unique.setdefault(event.id, event)
        # The same event may have been received twice; the first time counts.
        if kept is not event and _precedence(event) < _precedence(kept):
            unique[event.id] = event
    placed = sorted((position(event), event) for event in unique.values())
    return tuple(e if e.at == at else replace(e, at=at) for (at, *_), e in placed)


def counted(events: Iterable[Event]) -> tuple[tuple[OfKanji, ...], Mapping[UUID, Override]]:
    """The attempts and skips that were not undone, in order, and the override of each attempt.

    Overrides are by the attempt's id. They have no place in the order of the attempts: an attempt
    counts from when it was written, with the rating that the learner chose later.
    """
    log = normalized(events)
    undone = {event.event for event in log if isinstance(event, Undo)}
    kept = [event for event in log if event.id not in undone]
    overrides = {event.attempt: event for event in kept if isinstance(event, Override)}
    return tuple(event for event in kept if isinstance(event, OfKanji)), overrides


def _precedence(event: Event) -> tuple[datetime, str]:
    return event.received_at or datetime.max.replace(tzinfo=UTC), repr(event)


def _character(field: str, text: str) -> str:
    character = normal(text)
    if len(character) != 1:
        raise KanjiError(f"{field} is {text!r}: give one character")
    return character
