"""What was read from a file, and the ids of events whose source has none of ours."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# What an attempt says that our rules rate like this.
TOLD: Mapping[str, dict[str, Any]] = {"again": {"gave_up": True}, "hard": {"hints": 1}}
# Of one file; more would hold the database for too long. Six years of 32 reviews a day.
MOST_EVENTS = 70_000


class UnreadableFile(ValueError):
    """The file as a whole is not what it says it is; the message says what to send."""


@dataclass
class Imported:
    """Events as POST /v1/reviews takes them, and what could not be one.

    `events` may have the fields `device` and `received_at` of a log. `refused`: how often by
    reason. `settings`, `seed`: of an export of ours; None for other files.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    settings: Any = None
    seed: UUID | None = None

    def add(self, *events: dict[str, Any]) -> None:
        """Add events. Raises UnreadableFile where there are too many."""
        self.events.extend(events)
        if len(self.events) > MOST_EVENTS:
            raise UnreadableFile(
                f"a file may have {MOST_EVENTS} events: send it in parts, each with some of them"
            )


def derived_id(at: datetime, *source: object) -> str:
    """A UUIDv7 (RFC 9562) that is always the same for an event of another program.

    Its time is that of the event, and its other bits are a hash of the `source`: so a file that is
    imported again brings nothing new.
    """
    milliseconds = max(0, int(at.astimezone(UTC).timestamp() * 1000))
    digest = hashlib.sha256(repr(source).encode()).digest()
    bits = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(digest[:10])
    bits = bits & ~(0xF << 76) | 7 << 76
    return str(UUID(int=bits & ~(0x3 << 62) | 2 << 62))


def rated(
    kanji: str,
    rating: str,
    at: datetime,
    *source: object,
    named: datetime | None = None,
    **fields: Any,
) -> Iterator[dict[str, Any]]:
    """The events of a review that was rated elsewhere.

    An attempt that our rules rate the same, whatever they are: given up for "again", with a hint
    for "hard". "easy" needs an override too. `named`: the time of their ids, where it is not `at`.
    """
    when = at.astimezone(UTC).isoformat()
    id = derived_id(named or at, *source)
    told = TOLD.get(rating, {})
    yield {"kind": "attempt", "id": id, "at": when, "kanji": kanji, **told, **fields}
    if rating == "easy":
        yield overridden(id, rating, at, named=named)


def overridden(
    attempt: str, rating: str, at: datetime, *, named: datetime | None = None
) -> dict[str, Any]:
    """The learner's own rating of an attempt; `named` as in `rated`."""
    id = derived_id(named or at, "override", attempt, rating)
    when = at.astimezone(UTC).isoformat()
    return {"kind": "override", "id": id, "at": when, "attempt": attempt, "rating": rating}
