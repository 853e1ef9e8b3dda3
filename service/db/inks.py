"""The drawings of those learners who chose to keep them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Index, LargeBinary, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data.ink.columns import pack_columns, unpack_columns
from service.db.base import Base
from service.db.users import Owner

KEPT_FRACTION = 0.9  # of the room, where it was full: so that not every review makes room again
BATCH = 400  # ids in one query

Strokes = Sequence[Mapping[str, Sequence[int] | None]]


class StoredInk(Base):
    """The drawing of one attempt.

    `number`: of the user's newest event when it was stored; the lowest are dropped first. `size`:
    the bytes of `data`, which `data.ink.columns` packed.
    """

    __tablename__ = "inks"
    __table_args__ = (Index(None, "user_id", "number"),)

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


def keep_inks(
    session: Session,
    user_id: uuid.UUID,
    inks: Mapping[uuid.UUID, Strokes],
    *,
    number: int,
    most_bytes: int,
) -> None:
    """Store the drawings of new attempts, and drop the oldest where there is no more room."""
    if not inks:
        return
    rows: list[dict[str, Any]] = []
    for event_id, strokes in inks.items():
        data = pack_columns(strokes)
        row = {"user_id": user_id, "event_id": event_id, "number": number}
        rows.append(row | {"size": len(data), "data": data})
    session.execute(insert(StoredInk), rows)
    total = select(func.sum(StoredInk.size)).where(StoredInk.user_id == user_id)
    if (session.scalar(total) or 0) > most_bytes:
        _drop_oldest(session, user_id, int(KEPT_FRACTION * most_bytes))


def drop_inks(session: Session, user_id: uuid.UUID) -> None:
    """Delete all drawings of a user."""
    session.execute(delete(StoredInk).where(StoredInk.user_id == user_id))


def inks_of(session: Session, user_id: uuid.UUID) -> Iterator[tuple[uuid.UUID, Strokes]]:
    """The drawings of a user by the attempt, the oldest first."""
    mine = select(StoredInk.event_id, StoredInk.data).where(StoredInk.user_id == user_id)
    rows = session.execute(mine.order_by(StoredInk.number, StoredInk.event_id))
    return ((event_id, unpack_columns(data)) for event_id, data in rows)


def _drop_oldest(session: Session, user_id: uuid.UUID, room: int) -> None:
    mine = select(StoredInk.event_id, StoredInk.size).where(StoredInk.user_id == user_id)
    newest = mine.order_by(StoredInk.number.desc(), StoredInk.event_id.desc())
    dropped = []
    for event_id, size in session.execute(newest):
        room -= size
        if room < 0:
            dropped.append(event_id)
    for start in range(0, len(dropped), BATCH):
        some = StoredInk.event_id.in_(dropped[start : start + BATCH])
        session.execute(delete(StoredInk).where(StoredInk.user_id == user_id, some))
