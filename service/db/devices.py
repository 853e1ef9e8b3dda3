"""Devices, and the tokens by which they are known."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import LargeBinary, String, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.db.base import Base
from service.db.link_codes import end_code
from service.db.users import Owner, User
from service.errors import TooManyDevices, UnknownDevice

SCOPES = ("practice", "style", "account")  # what a token can allow
PREFIX = "hitsujun_"  # by which a token that was published by mistake can be found
START = len(PREFIX) + 4  # characters of a token that are kept, to tell one from another
MAX_DEVICES = 50  # of one user


class Device(Base):
    """One installation of an app. Of its token only the first characters and a hash are kept."""

    __tablename__ = "devices"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[Owner] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]]
    token_start: Mapped[str] = mapped_column(String(16))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True)
class NewDevice:
    """A device with its token, which is known at this moment only."""

    device: Device
    token: str


def add_device(
    session: Session, user_id: uuid.UUID, name: str, scopes: Iterable[str], now: datetime
) -> NewDevice:
    """Add a device with a new token of 256 random bits. Raises TooManyDevices.

    `scopes`: of SCOPES; they are stored in that order.
    """
    mine = select(func.count()).select_from(Device).where(Device.user_id == user_id)
    if (session.scalar(mine) or 0) >= MAX_DEVICES:
        raise TooManyDevices(f"a user may have {MAX_DEVICES} devices; revoke one first")
    token = PREFIX + secrets.token_urlsafe(32)
    chosen = set(scopes)
    device = Device(
        id=uuid.uuid4(),
        user_id=user_id,
        name=name,
        scopes=[scope for scope in SCOPES if scope in chosen],
        token_start=token[:START],
        token_sha256=_sha256(token),
        created_at=now,
    )
    session.add(device)
    session.flush()
    return NewDevice(device, token)


class Known(NamedTuple):
    """What a request needs of the device whose token it has, and of its user."""

    device_id: uuid.UUID
    scopes: list[str]
    last_used_at: datetime | None
    user: User


# Made once, since that takes longer than running it.
KNOWN = (
    select(Device.id, Device.scopes, Device.last_used_at, User)
    .join(User, User.id == Device.user_id)
    .where(Device.token_sha256 == bindparam("sha256"))
)


def device_of_token(session: Session, token: str) -> Known | None:
    """The device of a token; None for a token that never was, or was revoked."""
    row = session.execute(KNOWN, {"sha256": _sha256(token)}).one_or_none()
    return None if row is None else Known(*row)


def devices_of(session: Session, user_id: uuid.UUID) -> list[Device]:
    """The devices of a user, the oldest first."""
    mine = select(Device).where(Device.user_id == user_id)
    return list(session.scalars(mine.order_by(Device.created_at, Device.id)))


def revoke(session: Session, user_id: uuid.UUID, device_id: uuid.UUID) -> None:
    """Remove a device of the user, whose token ends with it. Raises UnknownDevice.

    The user's link code ends too: the device may have made it, for whoever holds the device.
    """
    mine = delete(Device).where(Device.id == device_id, Device.user_id == user_id)
    if not session.execute(mine.returning(Device.id)).all():
        raise UnknownDevice("you have no device with this id")
    end_code(session, user_id)


def is_use_old(device: Known, now: datetime, every: timedelta) -> bool:
    """Whether the stored time of the last use is older than `every`."""
    return device.last_used_at is None or now - device.last_used_at >= every


def _sha256(token: str) -> bytes:
    """A token has 256 random bits, so one round of SHA-256 hides it as well as many would."""
    return hashlib.sha256(token.encode()).digest()
