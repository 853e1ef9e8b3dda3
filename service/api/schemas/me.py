"""DELETE /v1/me."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.base import ResponseModel, Time


class Receipt(ResponseModel):
    """What was deleted. Nothing about the user is left but this answer."""

    user: str = Field(description="the id that the user had")
    at: Time
    deleted: dict[str, int] = Field(description="rows by table")
