"""The ratings of the attempts."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base
from service.db.users import Owner


class StoredRating(Base):
    """The ratings of one attempt: a cache of the replay as well."""

    __tablename__ = "ratings"
    __table_args__ = (Index(None, "user_id", "kanji"),)

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kanji: Mapped[str] = mapped_column(String(4))
    body: Mapped[dict[str, Any]]
