"""POST /v1/me/import."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.schemas.base import OneOf, ResponseModel

KINDS = ("json", "csv", "apkg")


class ImportedFile(BaseModel):
    """An export of this service as JSON. What an import has no use for is ignored."""

    model_config = ConfigDict(extra="allow")

    events: list[Any] = Field(description="the events of Export; a bad one is refused by itself")
    settings: Any = Field(None, description="taken where you have no reviews yet")
    seed: Any = Field(None, description="taken where you have no reviews yet")
    inks: Any = Field(None, description="kept where the setting keep_ink is on")


class Refusal(ResponseModel):
    """Why some of a file was not stored."""

    reason: str
    count: int = Field(ge=1, description="how often")


class ImportAnswer(ResponseModel):
    """What became of a file."""

    format: Annotated[str, OneOf(KINDS)]
    stored: int = Field(description="events that are new here")
    reviews: int = Field(description="attempts among them; another rating is an event of its own")
    known: int = Field(description="events that were stored before")
    refused: int = Field(description="events, rows and notes that were not stored")
    reasons: list[Refusal] = Field(description="the most frequent, at most 50")
    settings_taken: bool = Field(description="your settings are now those of the file")
