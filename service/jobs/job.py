"""The rows of the jobs table, and of the painters that work on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base

STATES = WAITING, RUNNING, DONE, FAILED, CANCELLED = (
    "waiting",
    "running",
    "done",
    "failed",
    "cancelled",
)
UNFINISHED, ENDED = (WAITING, RUNNING), (DONE, FAILED, CANCELLED)


class Job(Base):
    """One picture to paint. Times are seconds since the epoch, progress is 0 to 1.

    `cost` is in megapixels times steps (`service.jobs.cost`), `seconds` how long that should take
    and, once the job is done, how long its steps took.
    `started`: when the present attempt began, or the last one. `claim`: a random token of the
    attempt, None while nobody paints. `preview`: when the last preview was written. `user_id`:
    None for jobs from before there were users. `error_code`: of `service.jobs.failure`; None for
    jobs that failed before there were codes.
    """

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(index=True, default=WAITING)
    kind: Mapped[str] = mapped_column(server_default="stylization")
    options: Mapped[dict[str, Any]]
    backbone: Mapped[str] = mapped_column(server_default="")
    cost: Mapped[float] = mapped_column(server_default="0")
    seconds: Mapped[float] = mapped_column(server_default="0")
    created: Mapped[float]
    started: Mapped[float | None] = mapped_column(default=None)
    heartbeat: Mapped[float]
    progress: Mapped[float] = mapped_column(default=0.0)
    preview: Mapped[float | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(default=None)
    painter: Mapped[str | None] = mapped_column(default=None)
    result: Mapped[str | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)
    error_code: Mapped[str | None] = mapped_column(default=None)
    user_id: Mapped[UUID | None] = mapped_column(index=True, default=None)


class Painter(Base):
    """A worker process, by the name of its installation. Times are seconds since the epoch."""

    __tablename__ = "painters"

    name: Mapped[str] = mapped_column(primary_key=True)
    started: Mapped[float]
    heartbeat: Mapped[float]
