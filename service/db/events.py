"""The log of what the learners did: rows are added, and never changed."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base
from service.db.users import Owner


class StoredEvent(Base):
    """One event of a user.

    `number`: counts the user's events in the order in which they were stored. `kanji` and `target`
    are those of the event, for finding it. `body`: the event, as `kanji.practice.log` writes it.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("user_id", "number"),
        Index(None, "user_id", "kanji"),
        Index(None, "user_id", "target"),
    )

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    kanji: Mapped[str | None] = mapped_column(String(4))
    target: Mapped[uuid.UUID | None]
    body: Mapped[dict[str, Any]]
