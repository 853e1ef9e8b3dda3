"""GET /v1/me/export."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from service.api.schemas.base import OneOf, ResponseModel, Time
from service.api.schemas.devices import DeviceInfo
from service.api.schemas.reviews import StoredReview
from service.api.schemas.settings import LearnerSettings

FORMATS = ("json", "csv", "apkg")


class ExportQuery(BaseModel):
    """In which format?"""

    format: Annotated[str, OneOf(FORMATS)] = "json"


class Export(ResponseModel):
    """Everything that the service has about a user, but for the pictures."""

    user: str
    created: Time
    settings: LearnerSettings
    devices: list[DeviceInfo]
    events: list[StoredReview]
