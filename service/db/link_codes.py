"""One-time codes by which a second device joins a user."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.db.base import Base
from service.db.users import LOCKED, Owner

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that are not mistaken for each other
START, SECRET = 4, 6  # letters that find the code, and letters that must be guessed: 30 bits
MAX_GUESSES = 5  # wrong secrets, after which a code is dead
LIFE = timedelta(minutes=10)


class LinkCode(Base):
    """The code that a user has now. A new one replaces it."""

    __tablename__ = "link_codes"

    start: Mapped[str] = mapped_column(String(8), primary_key=True)
    user_id: Mapped[Owner] = mapped_column(unique=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime]
    guesses: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Linked:
    """Whom the bearer of a code may join, and with which scopes."""

    user_id: uuid.UUID
    scopes: tuple[str, ...]


def new_code(session: Session, user_id: uuid.UUID, scopes: list[str], now: datetime) -> str:
    """A code such as "K7QF-3M2XPA", valid for LIFE. The user's earlier code ends, and old ones."""
    session.execute(
        delete(LinkCode).where((LinkCode.user_id == user_id) | (LinkCode.expires_at <= now))
    )
    start = _letters(START)
    while session.get(LinkCode, start):
        start = _letters(START)
    code = start + _letters(SECRET)
    session.add(
        LinkCode(
            start=start,
            user_id=user_id,
            code_sha256=_sha256(code),
            scopes=scopes,
            expires_at=now + LIFE,
        )
    )
    session.flush()
    return f"{code[:START]}-{code[START:]}"


def end_code(session: Session, user_id: uuid.UUID) -> None:
    """End the code that a user has."""
    session.execute(delete(LinkCode).where(LinkCode.user_id == user_id))


def redeem(session: Session, code: str, now: datetime) -> Linked | None:
    """Use a code up. None for one that is wrong, used, or expired. The user is locked then.

    A wrong secret is counted against the code, so the caller must commit then, too.
    """
    letters = code.upper().replace("-", "").replace(" ", "")
    owner = session.scalar(select(LinkCode.user_id).where(LinkCode.start == letters[:START]))
    if owner is None:
        return None
    # The user is locked first, as by whoever makes or ends codes: else each may wait for the other.
    session.execute(LOCKED, {"user_id": owner})
    found = session.get(LinkCode, letters[:START], with_for_update=True)
    if found is None:
        return None
    if not hmac.compare_digest(found.code_sha256, _sha256(letters)):
        found.guesses += 1
        if found.guesses >= MAX_GUESSES:
            session.delete(found)
        return None
    session.delete(found)
    session.flush()
    return Linked(found.user_id, tuple(found.scopes)) if found.expires_at > now else None


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def _sha256(code: str) -> bytes:
    """A code lives too short to be found from its hash by trying all."""
    return hashlib.sha256(code.encode()).digest()
