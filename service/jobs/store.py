"""The jobs table. The queue holds ids alone; what a job is stands here.

Each change is one UPDATE that says which state it expects, so two workers cannot both take a job.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, delete, event, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import JSON

from service.errors import JobLost, UnknownJob

WAL_SAFE = (3, 51, 3)  # 3.7.0 to 3.51.2 can corrupt the file when a WAL is reset
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """WAL where SQLite has no WAL-reset bug, else TRUNCATE."""
    return "WAL" if version >= WAL_SAFE else "TRUNCATE"


class Base(DeclarativeBase):
    """The tables."""


class Job(Base):
    """One picture to paint. Times are seconds since the epoch, progress is 0 to 1."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(index=True, default=WAITING)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[float]
    heartbeat: Mapped[float]
    progress: Mapped[float] = mapped_column(default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)


class JobStore:
    """The jobs of a data folder. `now` gives the time in seconds since the epoch."""

    def __init__(self, data_dir: Path, *, now: Callable[[], float] = time.time) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._engine, self._now = _engine(data_dir / "hitsujun.sqlite"), now
        Base.metadata.create_all(self._engine)

    def add(self, options: dict[str, Any], *, job_id: str) -> Job:
        """A new waiting job."""
        now = self._now()
        job = Job(id=job_id, state=WAITING, options=options, created=now, heartbeat=now)
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.add(job)
        return job

    def get(self, job_id: str) -> Job:
        """A job by its id, else UnknownJob."""
        with Session(self._engine, expire_on_commit=False) as session:
            job = session.get(Job, job_id)
        if job is None:
            raise UnknownJob("there is no job of this id, or it was removed after its time")
        return job

    def waiting(self) -> int:
        """How many jobs wait."""
        with Session(self._engine) as session:
            counted = select(func.count()).select_from(Job).where(Job.state == WAITING)
            return session.scalar(counted) or 0

    def claim(self, job_id: str) -> Job | None:
        """Take a waiting job; None where it is taken, finished or gone."""
        changed = self._change(
            [Job.id == job_id, Job.state == WAITING], state=RUNNING, attempts=Job.attempts + 1
        )
        return self.get(job_id) if changed else None

    def report(self, job: Job, **values: Any) -> None:
        """Say that this attempt lives, and store `values`; JobLost where it is no longer ours."""
        ours = [Job.id == job.id, Job.state == RUNNING, Job.attempts == job.attempts]
        if not self._change(ours, **values):
            raise JobLost(f"job {job.id} was given to another worker")

    def reap(self, *, stale_seconds: float, max_attempts: int) -> list[str]:
        """Put jobs of dead workers back, or fail them at `max_attempts`; ids of those put back."""
        stale = [Job.state == RUNNING, Job.heartbeat < self._now() - stale_seconds]
        self._change(
            [*stale, Job.attempts >= max_attempts],
            state=FAILED,
            error="the worker died while it painted this, perhaps for want of memory;"
            " try a smaller size",
        )
        put_back = [job_id for job_id in self._ids(stale)]
        return [one for one in put_back if self._change([Job.id == one, *stale], state=WAITING)]

    def forgotten(self, *, stale_seconds: float) -> list[str]:
        """Ids of jobs that have waited in silence for long."""
        return self._ids([Job.state == WAITING, Job.heartbeat < self._now() - stale_seconds])

    def expire(self, *, keep_seconds: float) -> list[str]:
        """Remove finished jobs that are old; their ids."""
        old = [Job.state.in_([DONE, FAILED]), Job.heartbeat < self._now() - keep_seconds]
        ids = self._ids(old)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(Job).where(Job.id.in_(ids)))
        return ids

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _ids(self, where: list[Any]) -> list[str]:
        with Session(self._engine) as session:
            return list(session.scalars(select(Job.id).where(*where).order_by(Job.created)))

    def _change(self, where: list[Any], **values: Any) -> bool:
        """Set `values` and the heartbeat; False where no row was meant."""
        with self._engine.begin() as connection:
            done = connection.execute(
                update(Job).where(*where).values(heartbeat=self._now(), **values)
            )
            return bool(done.rowcount)


def new_job_id() -> str:
    """128 random bits: who knows the id may see the picture."""
    return secrets.token_hex(16)


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute(f"PRAGMA journal_mode={journal_mode()}")

    return engine
