"""The log of what the learners did: rows are added, and never changed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kanji.practice.events import Event, OfKanji, moment
from kanji.practice.log import to_wire
from service.db.base import Base
from service.db.users import Owner


class StoredEvent(Base):
    """One event of a user.

    `number`: counts the user's events in the order in which they were stored. `kanji` and `target`
    are those of the event, for finding it, and `moment` is when it counts from. `body`: the event,
    as `kanji.practice.log` writes it.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("user_id", "number"),
        Index(None, "user_id", "kanji", "moment"),
        Index(None, "user_id", "target"),
    )

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    kanji: Mapped[str | None] = mapped_column(String(4))
    target: Mapped[uuid.UUID | None]
    moment: Mapped[datetime]
    body: Mapped[dict[str, Any]]


def event_row(user_id: uuid.UUID, event: Event, number: int) -> dict[str, Any]:
    """The row of an event."""
    return {
        "user_id": user_id,
        "id": event.id,
        "number": number,
        "kanji": event.kanji if isinstance(event, OfKanji) else None,
        "target": event.target,
        "moment": moment(event),
        "body": to_wire(event),
    }
