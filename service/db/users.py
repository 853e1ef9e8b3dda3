"""Users. A user is nothing but an id: who it is, only the devices with its tokens know."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import ForeignKey, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from service.db.base import Base, table_of
from service.errors import TokenMissing

# A column with the user that a row belongs to. The row is deleted with the user.
Owner = Annotated[uuid.UUID, mapped_column(ForeignKey("users.id", ondelete="CASCADE"))]


class User(Base):
    """One learner.

    `settings`: those that the learner changed, as `kanji.practice.settings.Settings.from_dict`
    reads them. `last_number`: of the user's newest event. `replayed_rules`: the version of the
    rules that the stored progress and days follow; "" where they must be made again. `seed`: the
    user whose id seeds the schedule, where the log was brought along from another service; None
    for this one.
    """

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_number: Mapped[int] = mapped_column(default=0)
    replayed_rules: Mapped[str] = mapped_column(String(12), default="")
    seed: Mapped[uuid.UUID | None] = mapped_column(default=None)


# Made once, since that takes longer than running them.
LOCKED = select(User).where(User.id == bindparam("user_id")).with_for_update()
NUMBERED = (
    update(table_of(User))
    .where(User.id == bindparam("user_id"))
    .values(last_number=bindparam("number"))
)


def locked_user(session: Session, user_id: uuid.UUID) -> User:
    """The user, whose other transactions wait from here until this one ends.

    Raises TokenMissing where the user was deleted since the token was checked.
    """
    user = session.scalars(LOCKED, {"user_id": user_id}).one_or_none()
    if user is None:
        raise TokenMissing("there is no such token, or it was revoked")
    return user


def store_last_number(session: Session, user: User, number: int) -> None:
    """Store the number of a locked user's newest event, without the search for other changes."""
    session.execute(NUMBERED, {"user_id": user.id, "number": number})
    set_committed_value(user, "last_number", number)
