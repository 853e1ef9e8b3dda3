"""The totals of each day of each user."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy import BigInteger, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kanji.practice.sums import DayTotals
from service.db.base import Base, table_of
from service.db.rows import add_to_rows
from service.db.users import Owner


class StoredDay(Base):
    """The `DayTotals` of one day of a learner: a cache of the replay. Empty days have no row."""

    __tablename__ = "days"

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    new: Mapped[int]
    again: Mapped[int]
    milliseconds: Mapped[int] = mapped_column(BigInteger)


TABLE = table_of(StoredDay)
TOTALS = [TABLE.c[name] for name in DayTotals._fields]
OF_USER = (
    select(TABLE.c.day, *TOTALS)
    .where(TABLE.c.user_id == bindparam("user_id"))
    .order_by(TABLE.c.day)
)


def days_of(session: Session, user_id: uuid.UUID) -> dict[date, DayTotals]:
    """The totals of each learner's day, in order."""
    rows = session.execute(OF_USER, {"user_id": user_id}).all()
    return {day: DayTotals(*totals) for day, *totals in rows}


def add_days(session: Session, user_id: uuid.UUID, changes: Mapping[date, DayTotals]) -> None:
    """Add changes, which can be negative, to the totals of the days."""
    rows = [{"user_id": user_id, "day": day, **one._asdict()} for day, one in changes.items()]
    add_to_rows(session, TABLE, rows)
    if any(one.attempts < 0 for one in changes.values()):
        empty = (TABLE.c.user_id == user_id) & (TABLE.c.attempts == 0)
        session.execute(delete(TABLE).where(empty))
