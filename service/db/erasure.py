"""Deletes a user with everything that belongs to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.db.days import StoredDay
from service.db.devices import Device
from service.db.events import StoredEvent
from service.db.inks import StoredInk
from service.db.link_codes import LinkCode
from service.db.progress import StoredMark, StoredProgress
from service.db.users import User

# By a user, by `user_id`.
OWNED = (StoredInk, StoredDay, StoredMark, StoredProgress, StoredEvent, LinkCode, Device)


def erase(session: Session, user_id: uuid.UUID, *, also: Sequence[Any] = ()) -> dict[str, int]:
    """Delete the user, and all its rows in the tables OWNED and `also`.

    Returns how many rows each table lost. The caller commits.
    """
    counts: dict[str, int] = {}
    for table in (*also, *OWNED):
        mine = table.user_id == user_id
        counts[table.__tablename__] = (
            session.scalar(select(func.count()).select_from(table).where(mine)) or 0
        )
        session.execute(delete(table).where(mine))
    session.execute(delete(User).where(User.id == user_id))
    return counts | {User.__tablename__: 1}
