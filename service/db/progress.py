"""The state of each kanji of each user."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base
from service.db.users import Owner


class StoredProgress(Base):
    """The state of one kanji of a user: a cache of the replay of its events."""

    __tablename__ = "progress"

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    kanji: Mapped[str] = mapped_column(String(4), primary_key=True)
    body: Mapped[dict[str, Any]]
