"""The worker: takes job ids from the queue and paints. Only here is torch imported."""

from __future__ import annotations

import os

from service.jobs.store import JobStore
from service.settings import Settings


def run_worker(settings: Settings) -> None:
    """Paint job after job until interrupted."""
    from service.jobs.queue import JobQueue

    if hasattr(os, "nice"):
        os.nice(10)  # practice goes first
    store = JobStore(settings.data_dir)
    queue = JobQueue(settings, store)
    queue.reap()
    queue.huey.create_consumer(workers=1, worker_type="thread").run()
