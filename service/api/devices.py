"""Endpoints for devices: register one, list them, link another, revoke one."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from service.api.access import PUBLIC, caller
from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.limits import DEVICES, LINK_CODES
from service.api.problems import JSON_PROBLEMS
from service.api.schemas.devices import (
    CreatedDevice,
    DeviceInfo,
    DeviceList,
    DeviceRequest,
    LinkCodeAnswer,
    LinkCodeRequest,
)
from service.api.times import iso, now
from service.db.devices import SCOPES, Device, NewDevice, add_device, devices_of, revoke
from service.db.engine import reading, writing
from service.db.link_codes import LIFE, new_code, redeem
from service.db.users import User, locked_user
from service.errors import InvalidRequest, LinkCodeRefused, UnknownDevice

NO_STORE = {"Cache-Control": "no-store"}

devices = Blueprint("devices", __name__, url_prefix="/v1")


@devices.post(
    "/devices",
    access=PUBLIC,
    limit=DEVICES,
    problems=(*JSON_PROBLEMS, "link-code-refused", "too-many-devices", "database-unavailable"),
)
@devices.input(DeviceRequest)
@devices.output(CreatedDevice, 201, description="the device, and its token, which is shown once")
def register(json_data: DeviceRequest) -> Answer:
    """Register a device: of a new user, or by a code of an earlier one"""
    with writing(dependencies().engine) as session:
        added = _added(session, json_data)
    if added is None:  # only now, so that the wrong guess is counted
        raise LinkCodeRefused("the code is wrong, used, or expired; make a new one")
    body = {"user": str(added.device.user_id), "token": added.token}
    return device_info(added.device, None) | body, 201, NO_STORE


@devices.get("/devices", access="account")
@devices.output(DeviceList, description="the devices")
def device_list() -> Answer:
    """Your devices"""
    with reading(dependencies().engine) as session:
        mine = devices_of(session, caller().user_id)
    return {"devices": [device_info(device, caller().device_id) for device in mine]}, NO_STORE


@devices.delete("/devices/<device_id>", access="account", problems=("unknown-device",))
@devices.output(DeviceInfo, description="the device that was revoked")
def revoke_device(device_id: str) -> Answer:
    """Revoke a device: its token ends, its reviews stay"""
    with writing(dependencies().engine) as session:
        device = session.get(Device, _uuid(device_id))
        revoke(session, caller().user_id, _uuid(device_id))
    assert device is not None
    return device_info(device, caller().device_id), NO_STORE


@devices.post("/link-codes", access="account", limit=LINK_CODES, problems=JSON_PROBLEMS)
@devices.input(LinkCodeRequest)
@devices.output(LinkCodeAnswer, 201, description="the code, and when it expires")
def link_code(json_data: LinkCodeRequest) -> Answer:
    """A code by which another device joins you; an earlier code ends"""
    scopes = _within(json_data.scopes, caller().scopes)
    begun = now()
    with writing(dependencies().engine) as session:
        locked_user(session, caller().user_id)
        code = new_code(session, caller().user_id, scopes, begun)
    return {"code": code, "expires": iso(begun + LIFE)}, 201, NO_STORE


def _added(session: Session, wanted: DeviceRequest) -> NewDevice | None:
    """The new device; None where its code is not valid."""
    allowed: Sequence[str] = SCOPES
    if wanted.code is None:
        user_id = uuid.uuid4()
        session.add(User(id=user_id, created_at=now()))
        session.flush()
    else:
        linked = redeem(session, wanted.code, now())
        if linked is None:
            return None
        user_id, allowed = linked.user_id, linked.scopes
    return add_device(session, user_id, wanted.name, _within(wanted.scopes, allowed), now())


def _within(chosen: Sequence[str] | None, allowed: Collection[str]) -> list[str]:
    """The chosen scopes, by default all that are allowed. Raises InvalidRequest."""
    if missing := set(chosen or ()) - set(allowed):
        raise InvalidRequest(f"scopes: {', '.join(sorted(missing))} cannot be given here")
    return [scope for scope in SCOPES if scope in (chosen or allowed)]


def device_info(device: Device, caller_id: uuid.UUID | None) -> Json:
    """The DeviceInfo of a device."""
    return {
        "id": str(device.id),
        "name": device.name,
        "scopes": list(device.scopes),
        "token_start": device.token_start,
        "created": iso(device.created_at),
        "last_used": iso(device.last_used_at) if device.last_used_at else None,
        "is_caller": device.id == caller_id,
    }


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise UnknownDevice("you have no device with this id") from None
