"""The queue: a SQLite file of job ids, as JSON and never as pickle.

huey forgets a task when its worker dies. `reap` finds such jobs in the table and queues them again.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

from huey import SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from service.jobs.painter import paint_picture, run_job
from service.jobs.store import JobStore, journal_mode
from service.settings import Settings


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Writes a task as a JSON list, so that nothing in the file can run code."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class JobQueue:
    """The job ids that wait for a worker, and the periodic clean-up."""

    def __init__(self, settings: Settings, store: JobStore) -> None:
        self._settings, self._store = settings, store
        self.huey = SqliteHuey(
            "stylizations",
            filename=str(settings.data_dir / "queue.sqlite"),
            serializer=JsonSerializer(),
            results=False,
            journal_mode=journal_mode().lower(),
            timeout=30,
        )

        @self.huey.task(name="stylize")  # type: ignore[untyped-decorator]
        def stylize(job_id: str) -> None:
            run_job(job_id, settings=settings, store=store, paint=paint_picture)

        @self.huey.periodic_task(crontab(), name="reap")  # type: ignore[untyped-decorator]
        def reap() -> None:
            self.reap()

        self._stylize = stylize

    def enqueue(self, job_id: str) -> None:
        """Queue a job. To queue it twice does no harm, since a job is claimed once."""
        self._stylize(job_id)

    def reap(self) -> None:
        """Queue the jobs of dead workers again, and remove old jobs with their pictures."""
        settings, store = self._settings, self._store
        stale = settings.stale_seconds
        job_ids = store.reap(stale_seconds=stale, max_attempts=settings.max_attempts)
        if not self.huey.pending_count():  # tasks lost after they left the queue
            job_ids += store.forgotten(stale_seconds=stale)
        for job_id in dict.fromkeys(job_ids):
            self.enqueue(job_id)
        for job_id in store.expire(keep_seconds=settings.keep_hours * 3600):
            shutil.rmtree(settings.jobs_dir / job_id, ignore_errors=True)
