"""GET /healthz and /readyz."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.base import OneOf, ResponseModel


class Health(ResponseModel):
    """The process answers."""

    status: Annotated[str, OneOf(("ok",))]


class Readiness(ResponseModel):
    """Whether each part of the service works."""

    status: Annotated[str, OneOf(("ready", "degraded", "not ready"))] = Field(
        description="degraded: practice works, something else does not"
    )
    references: bool = Field(description="the reference strokes can be read")
    recognizer: bool = Field(description="the recognizer can be loaded")
    database: bool = Field(description="the database can be read")
    migrated: bool = Field(description="its tables are those of this version")
    writable: bool = Field(description="a file can be written to the data folder")
    pictures: bool = Field(description="pictures can be stored, as of half a minute ago")
    disk_free_bytes: int | None = Field(description="in the data folder; null where it is gone")
    model: str | None = Field(description="hash of the recognizer; null where there is none")
    journal_mode: Annotated[str, OneOf(("WAL", "TRUNCATE"))] | None = Field(
        description="SQLite's journal mode; null for PostgreSQL"
    )
    style_installed: bool = Field(description="pictures can be painted on this machine")
    painter_age_seconds: float | None = Field(
        description="seconds since a worker was last seen, at most 10 for one that lives;"
        " null where there never was one"
    )
