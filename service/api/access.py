"""Who may call an endpoint. An endpoint that does not say so stops the start of the service."""

from __future__ import annotations

import logging
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
from service.api.times import now
from service.db.devices import SCOPES, Device, device_of_token, is_use_old
from service.db.engine import reading, writing
from service.errors import ScopeMissing, TokenMissing

PUBLIC = "public"  # everybody, without a token
ATTRIBUTE = "hitsujun_access"
SCHEME = "token"  # its name in the OpenAPI document
USED_EVERY = timedelta(minutes=5)  # how often the time of the last use is stored

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """The device whose token came with the request, and its user."""

    user_id: uuid.UUID
    device_id: uuid.UUID
    scopes: tuple[str, ...]


def allow(access: str, view: View) -> View:
    """Declare that `view` needs a token with a scope of SCOPES, or is PUBLIC."""
    if access not in (PUBLIC, *SCOPES):
        raise ValueError(f"access is {access!r}; allowed: {', '.join((PUBLIC, *SCOPES))}")
    setattr(view, ATTRIBUTE, access)
    return view


def install_access(app: Flask) -> None:
    """Check the token of each request. Raises RuntimeError for an endpoint without `allow`.

    Called when all endpoints are there.
    """
    undeclared = [name for name, view in app.view_functions.items() if _access(view) is None]
    if undeclared:
        raise RuntimeError(f"nobody said who may call {', '.join(sorted(undeclared))}")
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
    access = _access(current_app.view_functions[request.endpoint])
    if access == PUBLIC:
        return
    device = _device()
    if access not in device.scopes:
        raise ScopeMissing(f"this needs a token with the scope {access}")
    g.hitsujun_caller = Caller(device.user_id, device.id, tuple(device.scopes))


def _device() -> Device:
    """The device of the request's token. Raises TokenMissing."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise TokenMissing(
            "send the header Authorization: Bearer TOKEN; POST /v1/devices gives one"
        )
    engine = dependencies().engine
    with reading(engine) as session:
        device = device_of_token(session, authorization.token)
    if device is None:
        raise TokenMissing("there is no such token, or it was revoked")
    if is_use_old(device, now(), USED_EVERY):
        _store_use(engine, device.id)
    return device


def _store_use(engine: Engine, device_id: uuid.UUID) -> None:
    """Store that the device was used. A database that cannot be written to does not matter here."""
    try:
        with writing(engine) as session:
            session.execute(update(Device).where(Device.id == device_id).values(last_used_at=now()))
    except SQLAlchemyError as error:
        log.warning("the last use of a device was not stored: %s", type(error).__name__)
