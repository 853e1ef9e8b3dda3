"""GET /v1/me/export."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from service.api.schemas.base import OneOf, ResponseModel, Time
from service.api.schemas.devices import DeviceInfo
from service.api.schemas.reviews import StoredReview
from service.api.schemas.settings import LearnerSettings

FORMATS = ("json", "csv", "apkg")


class ExportQuery(BaseModel):
    """In which format?"""

    format: Annotated[str, OneOf(FORMATS)] = "json"


class ExportedInk(ResponseModel):
    """The drawing of one attempt."""

    event: str = Field(description="id of the attempt")
    strokes: list[dict[str, list[int]]] = Field(description="columns as they were sent")


class Export(ResponseModel):
    """Everything that the service has about a user, but for the pictures."""

    user: str
    seed: str = Field(description="the user whose id seeds the schedule's fuzz")
    created: Time
    settings: LearnerSettings
    devices: list[DeviceInfo]
    events: list[StoredReview]
    inks: list[ExportedInk] = Field(description="drawings that were kept, the oldest first")
