"""Who may call an endpoint. An endpoint that does not say so stops the start of the service."""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from service.api.dependencies import dependencies
from service.api.limits import DEVICES, FAILED_TOKENS, address, limits
from service.api.times import now
from service.db.devices import SCOPES, Device, Known, device_of_token, is_use_old
from service.db.engine import reading, writing
from service.db.users import User
from service.errors import ScopeMissing, TokenMissing

PUBLIC = "public"  # everybody, without a token
ATTRIBUTE = "hitsujun_access"
SCHEME = "token"  # its name in the OpenAPI document
LIMIT_ATTRIBUTE = "hitsujun_limit"
DEVICES_KEY = "hitsujun-known-devices"
KNOWN_SECONDS = 300.0  # that the device of a token is remembered, only to count its drawings
MOST_KNOWN = 10_000  # devices that are remembered
USED_EVERY = timedelta(minutes=5)  # how often the time of the last use is stored

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """The device whose token came with the request, and its user as of then."""

    user: User
    device_id: uuid.UUID
    scopes: tuple[str, ...]

    @property
    def user_id(self) -> uuid.UUID:
        """The id of the user."""
        return self.user.id


def allow(access: str, view: View) -> View:
    """Declare that `view` needs a token with a scope of SCOPES, or is PUBLIC."""
    if access not in (PUBLIC, *SCOPES):
        raise ValueError(f"access is {access!r}; allowed: {', '.join((PUBLIC, *SCOPES))}")
    setattr(view, ATTRIBUTE, access)
    return view


def limited(limit: str | None, view: View) -> View:
    """Declare that a request to `view` counts in one of LIMITS, or in none."""
    setattr(view, LIMIT_ATTRIBUTE, limit)
    return view


def install_access(app: Flask) -> None:
    """Check the token of each request. Raises RuntimeError for an endpoint without `allow`.

    Called when all endpoints are there.
    """
    undeclared = [name for name, view in app.view_functions.items() if _access(view) is None]
    if undeclared:
        raise RuntimeError(f"nobody said who may call {', '.join(sorted(undeclared))}")
    app.extensions[DEVICES_KEY] = KnownDevices()
    app.before_request(_check)


def security(access: str) -> list[dict[str, list[str]]]:
    """What the OpenAPI document says of the access to an operation."""
    return [] if access == PUBLIC else [{SCHEME: [access]}]


def caller() -> Caller:
    """Who sent the current request, which is to an endpoint that is not public."""
    found: Caller = g.hitsujun_caller
    return found


def _access(view: Callable[..., Any]) -> str | None:
    return getattr(view, ATTRIBUTE, None)


def _check() -> None:
    """Find out who calls. Raises TokenMissing, ScopeMissing or NotFound."""
    if request.endpoint is None or request.method == "OPTIONS":
        return  # no view runs
    if "\0" in request.path:
        raise NotFound  # PostgreSQL cannot even look for it
    view = current_app.view_functions[request.endpoint]
    access, limit = _access(view), getattr(view, LIMIT_ATTRIBUTE, None)
    if access != PUBLIC:
        device = _device()
        if access not in device.scopes:
            raise ScopeMissing(f"this needs a token with the scope {access}")
        g.hitsujun_caller = Caller(device.user, device.device_id, tuple(device.scopes))
    if limit:
        limits().use(limit, address() if limit == DEVICES else _device_or_address())


def _device() -> Known:
    """The device of the request's token. Raises TokenMissing."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise TokenMissing(
            "send the header Authorization: Bearer TOKEN; POST /v1/devices gives one"
        )
    engine = dependencies().engine
    with reading(engine) as session:
        device = device_of_token(session, authorization.token)
    if device is None:  # a valid token is never refused for the wrong ones of its neighbours
        limits().use(FAILED_TOKENS, address())
        raise TokenMissing("there is no such token, or it was revoked")
    if is_use_old(device, now(), USED_EVERY):
        _store_use(engine, device.device_id)
    return device


def _device_or_address() -> str:
    """Whom a request counts for: its device where it is known or has a valid token."""
    if "hitsujun_caller" in g:
        return str(caller().device_id)
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        return address()
    cache: KnownDevices = current_app.extensions[DEVICES_KEY]
    return cache.device_id(authorization.token, dependencies().engine) or address()


class KnownDevices:
    """The devices of tokens that were seen lately, so that a drawing needs no database."""

    def __init__(self) -> None:
        self._ids: dict[bytes, tuple[str, float]] = {}

    def device_id(self, token: str, engine: Engine) -> str | None:
        """None for a token that is not valid, or cannot be looked up."""
        key, moment = hashlib.sha256(token.encode()).digest(), time.monotonic()
        known, until = self._ids.get(key, ("", 0.0))
        if moment < until:
            return known
        try:
            with reading(engine) as session:
                device = device_of_token(session, token)
        except SQLAlchemyError:
            return None
        if device is None:
            return None
        if len(self._ids) >= MOST_KNOWN:
            self._ids.clear()
        self._ids[key] = str(device.device_id), moment + KNOWN_SECONDS
        return str(device.device_id)


def _store_use(engine: Engine, device_id: uuid.UUID) -> None:
    """Store that the device was used. A database that cannot be written to does not matter here."""
    try:
        with writing(engine) as session:
            session.execute(update(Device).where(Device.id == device_id).values(last_used_at=now()))
    except SQLAlchemyError as error:
        log.warning("the last use of a device was not stored: %s", type(error).__name__)
