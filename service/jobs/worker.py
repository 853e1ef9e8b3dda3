"""The worker process: takes job ids from the queue and paints. It is the one that loads torch."""

from __future__ import annotations

import os

from service.jobs.store import JobStore
from service.settings import Settings


def run_worker(settings: Settings) -> None:
    """Paint one job after another until interrupted."""
    from service.jobs.queue import JobQueue

    if hasattr(os, "nice"):
        os.nice(10)  # the web process goes first
    store = JobStore(settings.data_dir)
    queue = JobQueue(settings, store)
    queue.reap()
    queue.huey.create_consumer(workers=1, worker_type="thread").run()
