"""The jobs table. The queue holds only ids; everything else about a job is here.

Each change is one UPDATE that states which state it expects, so two workers cannot take one job.
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

WAL_SAFE = (3, 51, 3)  # SQLite 3.7.0 to 3.51.2 can corrupt the file when a WAL is reset
STATES = WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """WAL where this SQLite is free of the WAL-reset bug, else TRUNCATE."""
    return "WAL" if version >= WAL_SAFE else "TRUNCATE"


class Base(DeclarativeBase):
    """Base of the tables."""


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
    """The jobs of a data folder, which is created. `now` gives seconds since the epoch."""

    def __init__(self, data_dir: Path, *, now: Callable[[], float] = time.time) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._engine, self._now = _engine(data_dir / "hitsujun.sqlite"), now
        Base.metadata.create_all(self._engine)

    def add(self, options: dict[str, Any], *, job_id: str) -> Job:
        """Add a waiting job."""
        now = self._now()
        job = Job(id=job_id, state=WAITING, options=options, created=now, heartbeat=now)
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.add(job)
        return job

    def get(self, job_id: str) -> Job:
        """The job of an id. Raises UnknownJob."""
        with Session(self._engine, expire_on_commit=False) as session:
            job = session.get(Job, job_id)
        if job is None:
            raise UnknownJob("there is no job with this id, or it has expired")
        return job

    def waiting(self) -> int:
        """The number of waiting jobs."""
        with Session(self._engine) as session:
            count = select(func.count()).select_from(Job).where(Job.state == WAITING)
            return session.scalar(count) or 0

    def claim(self, job_id: str) -> Job | None:
        """Take a waiting job. None where it is taken, finished or removed."""
        changed = self._change(
            [Job.id == job_id, Job.state == WAITING], state=RUNNING, attempts=Job.attempts + 1
        )
        return self.get(job_id) if changed else None

    def report(self, job: Job, **values: Any) -> None:
        """Store `values` and a heartbeat. Raises JobLost where another worker has the job."""
        ours = [Job.id == job.id, Job.state == RUNNING, Job.attempts == job.attempts]
        if not self._change(ours, **values):
            raise JobLost(f"job {job.id} was given to another worker")

    def reap(self, *, stale_seconds: float, max_attempts: int) -> list[str]:
        """Let the jobs of dead workers wait again, or fail them at `max_attempts`.

        Returns the ids of those that wait again.
        """
        stale = [Job.state == RUNNING, Job.heartbeat < self._now() - stale_seconds]
        self._change(
            [*stale, Job.attempts >= max_attempts],
            state=FAILED,
            error="the worker died while it painted this, perhaps because memory ran out;"
            " try a smaller size",
        )
        return [
            job_id
            for job_id in self._ids(stale)
            if self._change([Job.id == job_id, *stale], state=WAITING)
        ]

    def forgotten(self, *, stale_seconds: float) -> list[str]:
        """The ids of jobs that have waited for longer than `stale_seconds`."""
        return self._ids([Job.state == WAITING, Job.heartbeat < self._now() - stale_seconds])

    def expire(self, *, keep_seconds: float) -> list[str]:
        """Remove jobs that ended more than `keep_seconds` ago. Returns their ids."""
        old = [Job.state.in_([DONE, FAILED]), Job.heartbeat < self._now() - keep_seconds]
        ids = self._ids(old)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(Job).where(Job.id.in_(ids)))
        return ids

    def close(self) -> None:
        """Close the database file."""
        self._engine.dispose()

    def _ids(self, where: list[Any]) -> list[str]:
        with Session(self._engine) as session:
            return list(session.scalars(select(Job.id).where(*where).order_by(Job.created)))

    def _change(self, where: list[Any], **values: Any) -> bool:
        """Set `values` and the heartbeat of the rows that match. False where none does."""
        with self._engine.begin() as connection:
            result = connection.execute(
                update(Job).where(*where).values(heartbeat=self._now(), **values)
            )
            return bool(result.rowcount)


def new_job_id() -> str:
    """128 random bits in hexadecimal: whoever knows the id may see the picture."""
    return secrets.token_hex(16)


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute(f"PRAGMA journal_mode={journal_mode()}")

    return engine
