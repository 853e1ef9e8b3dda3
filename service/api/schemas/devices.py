"""/v1/devices and /v1/link-codes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service.api.schemas.base import VISIBLE, OneOf, RequestModel, ResponseModel, Time
from service.db.devices import SCOPES

Scope = Annotated[str, OneOf(SCOPES)]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, strip_whitespace=True, pattern=VISIBLE),
]


class DeviceRequest(RequestModel):
    """A new device, of a new user or, with a code, of the user whose code it is."""

    name: Name = Field("unnamed device", description="for the list of devices")
    scopes: Scopes | None = Field(
        None, description="what the token allows; by default everything, or what the code allows"
    )
    code: str | None = Field(
        None,
        max_length=20,
        pattern=r"^[0-9A-Za-z -]*$",
        description="from POST /v1/link-codes of another device",
    )


class DeviceInfo(ResponseModel):
    """One device."""

    id: str
    name: str
    scopes: list[Scope]
    token_start: str = Field(description="how its token begins")
    created: Time
    last_used: Time | None = Field(description="to some minutes; null if it never was")
    is_caller: bool = Field(description="its token came with this request")


class CreatedDevice(DeviceInfo):
    """A new device with its token."""

    user: str = Field(
        description="the user's id; it seeds the schedule's fuzz, unless an export was imported,"
        " whose seed counts then"
    )
    token: str = Field(description="send it as Authorization: Bearer TOKEN; it is not shown again")


class DeviceList(ResponseModel):
    """The devices of a user."""

    devices: list[DeviceInfo] = Field(description="the oldest first")


class LinkCodeRequest(RequestModel):
    """A code for another device."""

    scopes: Scopes | None = Field(
        None, description="what its token may allow; by default what yours does"
    )


class LinkCodeAnswer(ResponseModel):
    """A code for another device."""

    code: str = Field(description="to be typed on the other device; it works once")
    expires: Time
