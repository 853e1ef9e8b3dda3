"""The jobs table. It alone decides which job is painted, and by whom; a queue only wakes painters.

Each change is one UPDATE that states which state it expects, so two painters cannot take one job,
and a painter that has lost a job cannot change it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, delete, func, select, update

from service.db.engine import reading, writing
from service.db.users import locked_user
from service.errors import JobLost, UnknownJob
from service.jobs.failure import Failure
from service.jobs.job import (
    CANCELLED,
    DONE,
    ENDED,
    FAILED,
    RUNNING,
    UNFINISHED,
    WAITING,
    Job,
    Painter,
)
from service.jobs.staleness import BeatWatch

SAMPLE = 20  # finished jobs from which the speed of the painter is taken
DIED = Failure(
    "worker-died",
    "the worker died while it painted this, perhaps because memory ran out; try a smaller size",
)


@dataclass(frozen=True)
class Order:
    """What is asked for: the options of the form, and what they should cost.

    `result`: the file that is the picture, of a job that is done already. `has_preview`: whether
    there is one before anybody paints.
    """

    options: dict[str, Any]
    kind: str = "stylization"
    backbone: str = ""
    cost: float = 0.0
    seconds: float = 0.0
    user_id: UUID | None = None
    result: str | None = None
    has_preview: bool = False


class JobStore:
    """The jobs of a database. `now` gives seconds since the epoch."""

    def __init__(self, engine: Engine, *, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now

    def now(self) -> float:
        """Seconds since the epoch, by the clock of this store."""
        return self._now()

    def add(self, order: Order, *, job_id: str) -> Job:
        """Add a waiting job, or one that is done already.

        Raises TokenMissing where its user was deleted meanwhile.
        """
        now, is_done = self._now(), order.result is not None
        job = Job(
            id=job_id, state=DONE if is_done else WAITING, progress=float(is_done), created=now,
            heartbeat=now, options=order.options, kind=order.kind, backbone=order.backbone,
            cost=order.cost, seconds=order.seconds, user_id=order.user_id, result=order.result,
            preview=now if order.has_preview else None,
        )  # fmt: skip
        with writing(self._engine) as session:
            if order.user_id:
                locked_user(session, order.user_id)  # else a deletion could miss this job
            session.add(job)
        return job

    def drop_oldest(self, user_id: UUID, *, keep: int) -> list[str]:
        """Remove the jobs of a user that have ended, but the newest `keep`. Returns their ids."""
        ended = select(Job.id).where(Job.user_id == user_id, Job.state.in_(ENDED))
        with writing(self._engine) as session:
            older = ended.order_by(Job.created.desc(), Job.id).offset(keep)
            ids = list(session.scalars(older))
            session.execute(delete(Job).where(Job.id.in_(ids)))
        return ids

    def get(self, job_id: str) -> Job:
        """The job of an id. Raises UnknownJob."""
        with reading(self._engine) as session:
            job = session.get(Job, job_id)
        if job is None:
            raise UnknownJob("there is no job with this id, or it has expired")
        return job

    def of_result(self, result: str, user_id: UUID) -> Job:
        """A job of a user whose picture has this file name. Raises UnknownJob."""
        mine = [Job.result == result, Job.user_id == user_id, Job.state == DONE]
        with reading(self._engine) as session:
            job = session.scalars(select(Job).where(*mine).limit(1)).first()
        if job is None:
            raise UnknownJob("you have no picture with this hash, or it has expired")
        return job

    def waiting(self) -> int:
        """The number of waiting jobs."""
        with reading(self._engine) as session:
            count = select(func.count()).select_from(Job).where(Job.state == WAITING)
            return session.scalar(count) or 0

    def count_by_state(self) -> dict[str, int]:
        """The number of jobs in each state that any job is in."""
        with reading(self._engine) as session:
            rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
            return {state: count for state, count in rows}

    def unfinished_of(self, user_id: UUID) -> int:
        """The number of a user's jobs that wait or run."""
        mine = [Job.user_id == user_id, Job.state.in_(UNFINISHED)]
        with reading(self._engine) as session:
            return session.scalar(select(func.count()).select_from(Job).where(*mine)) or 0

    def seconds_before(self, job: Job) -> float:
        """Seconds that the jobs before this one should take; of a running one, what is left."""
        left = Job.seconds * (1 - Job.progress)
        before = [Job.state.in_(UNFINISHED), Job.created < job.created]
        with reading(self._engine) as session:
            return session.scalar(select(func.coalesce(func.sum(left), 0.0)).where(*before)) or 0.0

    def claim(self, job_id: str, *, painter: str = "") -> Job | None:
        """Take a waiting job. None where it is taken, finished or removed."""
        token = secrets.token_hex(8)
        changed = self._change(
            [Job.id == job_id, Job.state == WAITING],
            state=RUNNING,
            attempts=Job.attempts + 1,
            claim=token,
            painter=painter,
            started=self._now(),
            progress=0.0,
        )
        return self.get(job_id) if changed else None

    def claim_next(self, *, painter: str) -> Job | None:
        """Take the oldest waiting job. None where none waits."""
        for job_id in self._ids([Job.state == WAITING]):
            if job := self.claim(job_id, painter=painter):
                return job
        return None

    def report(self, job: Job, **values: Any) -> None:
        """Store `values` and a heartbeat. Raises JobLost where the attempt no longer counts.

        It does not once the job was cancelled, put back, or given to another worker.
        """
        ended = {"claim": None} if values.get("state") in ENDED else {}
        if not self._change(_attempt(job), **values, **ended):
            raise JobLost(f"job {job.id} was cancelled or given to another worker")

    def has_ended(self, job: Job, *, state: str, result: str | None) -> bool:
        """Whether the attempt that `job` was claimed for is known to have ended like this.

        So it may although `report` raised: a connection can end between commit and answer.
        """
        try:
            now = self.get(job.id)
        except UnknownJob:
            return False
        return (now.state, now.result, now.attempts) == (state, result, job.attempts)

    def put_back(self, *, painter: str) -> list[str]:
        """Let the jobs that a painter has wait again, before all newer ones, as it stops.

        The attempt does not count. Returns their ids.
        """
        mine = [Job.state == RUNNING, Job.painter == painter]
        back = {"state": WAITING, "attempts": Job.attempts - 1, "claim": None, "progress": 0.0}
        return [one for one in self._ids(mine) if self._change([Job.id == one, *mine], **back)]

    def cancel(self, job_id: str) -> Job:
        """End a job, whether it waits, runs or has ended; its picture is no longer offered.

        Raises UnknownJob.
        """
        self._change([Job.id == job_id], state=CANCELLED, claim=None, result=None, preview=None)
        return self.get(job_id)

    def recover(self, *, painter: str, max_attempts: int) -> list[str]:
        """Let the jobs of a painter wait again that is known to be dead, as `reap` does."""
        return self._release([Job.painter == painter], max_attempts=max_attempts)

    def reap(self, watch: BeatWatch, *, stale_seconds: float, max_attempts: int) -> list[str]:
        """Let the jobs of dead workers wait again, or fail them at `max_attempts`.

        Those are dead whose heartbeat `watch` has seen unchanged for `stale_seconds`. Returns the
        ids of those that wait again.
        """
        with reading(self._engine) as session:
            rows = session.execute(select(Job.id, Job.heartbeat).where(Job.state == RUNNING))
            beats = {job_id: heartbeat for job_id, heartbeat in rows}
        return [
            released
            for job_id, beat in watch.stale(beats, seconds=stale_seconds).items()
            for released in self._release(
                [Job.id == job_id, Job.heartbeat == beat], max_attempts=max_attempts
            )
        ]

    def expire(self, *, keep_seconds: float) -> list[str]:
        """Remove jobs that ended more than `keep_seconds` ago. Returns their ids."""
        old = [Job.state.in_(ENDED), Job.heartbeat < self._now() - keep_seconds]
        ids = self._ids(old)
        with writing(self._engine) as session:
            session.execute(delete(Job).where(Job.id.in_(ids)))
        return ids

    def results(self) -> dict[str, str | None]:
        """The file names of the pictures of ended jobs by id; None where there is none."""
        with reading(self._engine) as session:
            rows = session.execute(select(Job.id, Job.result).where(Job.state.in_(ENDED)))
            return {job_id: result for job_id, result in rows}

    def unfinished(self) -> set[str]:
        """The ids of the jobs that wait or run."""
        return set(self._ids([Job.state.in_(UNFINISHED)]))

    def seconds_per_cost(self, kind: str, backbone: str) -> float | None:
        """How long painting takes here, from the last jobs with this backbone; None before any."""
        last = (
            select(Job.seconds, Job.cost)
            .where(Job.state == DONE, Job.kind == kind, Job.backbone == backbone, Job.cost > 0)
            .order_by(Job.created.desc())
            .limit(SAMPLE)
            .subquery()
        )
        with reading(self._engine) as session:
            sums = select(func.sum(last.c.seconds), func.sum(last.c.cost))
            seconds, cost = session.execute(sums).one()
        return seconds / cost if cost else None

    def beat(self, painter: str, *, started: float) -> None:
        """Store that a painter lives."""
        with writing(self._engine) as session:
            session.merge(Painter(name=painter, started=started, heartbeat=self._now()))

    def painter_age(self) -> float | None:
        """Seconds since any painter was last seen; None where none ever was.

        A heartbeat of the future, from before the clock was set back, is as old as it is ahead.
        """
        with reading(self._engine) as session:
            beats = list(session.scalars(select(Painter.heartbeat)))
        return min((abs(self._now() - beat) for beat in beats), default=None)

    def close(self) -> None:
        """Close the connections to the database."""
        self._engine.dispose()

    def _release(self, where: list[Any], *, max_attempts: int) -> list[str]:
        """Let running jobs wait again, or fail them at `max_attempts`."""
        running = [Job.state == RUNNING, *where]
        died = {"state": FAILED, "claim": None, **DIED.columns()}
        self._change([*running, Job.attempts >= max_attempts], **died)
        return [
            job_id
            for job_id in self._ids(running)
            if self._change([Job.id == job_id, *running], state=WAITING, claim=None, progress=0.0)
        ]

    def _ids(self, where: list[Any]) -> list[str]:
        """The ids of jobs, the oldest first."""
        with reading(self._engine) as session:
            return list(session.scalars(select(Job.id).where(*where).order_by(Job.created, Job.id)))

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


def _attempt(job: Job) -> list[Any]:
    """The row of a job, as long as the attempt that `job` was claimed for goes on."""
    return [Job.id == job.id, Job.state == RUNNING, Job.claim == job.claim]
