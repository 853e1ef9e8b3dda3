"""POST /v1/stylizations and GET /v1/jobs/{job_id}."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema
from werkzeug.datastructures import FileStorage

from service.api.schemas.base import OneOf, ResponseModel
from service.jobs.options import StylizeOptions
from service.jobs.store import STATES

Upload = Annotated[FileStorage, WithJsonSchema({"type": "string", "format": "binary"})]


class StylizeForm(StylizeOptions):
    """The pictures, and the painter's options."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    content: Upload = Field(description="the picture to paint: JPEG, PNG or WebP")
    style: list[Upload] = Field(min_length=1, description="the pictures whose style it takes")


class JobStatus(ResponseModel):
    """How far a job is."""

    id: str
    state: Annotated[str, OneOf(STATES)]
    progress: float = Field(ge=0, le=1)
    attempts: int = Field(description="how often a worker has begun it")
    created: str = Field(description="ISO 8601, UTC", json_schema_extra={"format": "date-time"})
    updated: str = Field(description="ISO 8601, UTC", json_schema_extra={"format": "date-time"})
    options: dict[str, str | int | float] = Field(description="the options of the form")
    result: str | None = Field(description="address of the picture, once the job is done")
    error: str | None = Field(description="why the job failed")
