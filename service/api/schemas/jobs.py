"""GET and DELETE /v1/jobs/{job_id}, and the answer to whoever orders a picture."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.base import OneOf, ResponseModel
from service.jobs.failure import FAILURES
from service.jobs.job import STATES
from service.jobs.options import KINDS


class JobStatus(ResponseModel):
    """How far a job is."""

    id: str
    kind: Annotated[str, OneOf(KINDS)]
    state: Annotated[str, OneOf(STATES)]
    progress: float = Field(ge=0, le=1)
    attempts: int = Field(description="how often a worker has begun it")
    created: str = Field(description="ISO 8601, UTC", json_schema_extra={"format": "date-time"})
    updated: str = Field(description="ISO 8601, UTC", json_schema_extra={"format": "date-time"})
    options: dict[str, bool | str | int | float] = Field(description="the options of the form")
    seconds_left: float | None = Field(
        description="estimated seconds until the picture is there, with those of the jobs before"
        " it; null once the job has ended"
    )
    preview: str | None = Field(
        description="address of a picture of the present state, once there is one"
    )
    result: str | None = Field(description="address of the picture, once the job is done")
    error: str | None = Field(description="why the job failed, in English")
    error_code: Annotated[str, OneOf(tuple(FAILURES))] | None = Field(
        description="why the job failed, for programs: "
        + "; ".join(f"{code}: {meaning}" for code, meaning in FAILURES.items())
    )
