"""Uploads and the painter under attack: what a bomb costs, how soon a killed painter is replaced.

    python -m tests.bench.service_jobs bombs            four uploads that expand to 160 MB each
    python -m tests.bench.service_jobs kills --rounds 200

Prints JSON. `kills` fails where a job is lost or ends twice. Painters are replaced by one that
takes 0.2 s for each job and needs no torch.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import signal
import statistics
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from service.api.app import create_app
from service.db.engine import open_engine
from service.db.migrate import upgrade
from service.jobs.store import JobStore
from service.jobs.supervisor import Supervisor
from service.settings import Settings
from tests.service.clients import device
from tests.service.jobs.workers import (
    SLOW_WORKER,
    add_job,
    count_endings,
    endings,
    environment,
    is_painted,
    wait_for,
)

BOMB_SIDE = 6324  # pixels; four bytes each, in a PNG of 155 kB
BOMBS = 4
GRADED = {
    "character": "二",
    "strokes": [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}],
}


def main() -> None:
    """Run one of the two, in a data folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["bombs", "kills"])
    parser.add_argument("--rounds", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), max_attempts=10**6, stale_seconds=6)
        os.environ.update(environment(settings))
        rows = bombs(settings) if args.which == "bombs" else kills(settings, args.rounds)
    print(json.dumps(rows, indent=1))


def bombs(settings: Settings) -> dict[str, object]:
    """CPU, memory and time of four bombs at once, and how long grading takes meanwhile."""
    client = device(create_app(settings, enqueue=lambda job_id: None))
    client.post("/v1/grade", json=GRADED)  # loads the recognizer and the references
    file = io.BytesIO()
    Image.new("RGBA", (BOMB_SIDE, BOMB_SIDE)).save(file, "PNG")
    bomb, statuses = file.getvalue(), list[int]()

    def send() -> None:
        form = {name: (io.BytesIO(bomb), "bomb.png") for name in ("content", "style")}
        sender = client.application.test_client()
        sender.environ_base.update(client.environ_base)
        statuses.append(sender.post("/v1/stylizations", data=form).status_code)

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    idle = [_grading_ms(client) for _ in range(20)]
    threads = [threading.Thread(target=send) for _ in range(BOMBS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    meanwhile = []
    while any(thread.is_alive() for thread in threads):
        meanwhile.append(_grading_ms(client))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "file_kb": round(len(bomb) / 1000),
        "statuses": sorted(statuses),
        "seconds": round(time.monotonic() - began, 2),
        "cpu_seconds_of_decoders": round(
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2
        ),
        "grade_ms_idle": round(statistics.median(idle), 1),
        "grade_ms_meanwhile": round(statistics.median(meanwhile), 1),
        "grades_meanwhile": len(meanwhile),
    }


def _grading_ms(client: object) -> float:
    began = time.perf_counter()
    assert client.post("/v1/grade", json=GRADED).status_code == 200  # type: ignore[attr-defined]
    return (time.perf_counter() - began) * 1000


def kills(settings: Settings, rounds: int) -> dict[str, object]:
    """Kill the painter at random moments while jobs arrive."""
    engine = open_engine(settings)
    upgrade(engine)
    count_endings(engine)
    store, generator, ids = JobStore(engine), random.Random(0), list[str]()
    recoveries, began = list[float](), time.monotonic()
    with Supervisor(settings, command=SLOW_WORKER, delays=(0.05, 0.05)) as supervisor:
        for number in range(rounds):
            ids += [add_job(store, settings) for _ in range(2)]
            time.sleep(generator.uniform(0, 3 if number % 2 else 0.3))
            wait_for(lambda: supervisor.pid)
            killed = supervisor.pid
            os.kill(killed or 0, signal.SIGKILL)
            at = time.time()
            if number % 10 == 0:  # otherwise the next kill may come while the painter starts
                wait_for(lambda at=at: store.painter_age() is not None and _beat(store) > at)
                recoveries.append(time.time() - at)
        wait_for(lambda: store.unfinished() == set(), seconds=600)
    assert endings(engine) == sorted(ids), "a job was lost, or ended twice"
    assert all(is_painted(store.get(job_id), settings) for job_id in ids)
    return {
        "rounds": rounds,
        "jobs": len(ids),
        "lost": 0,
        "ended_twice": 0,
        "attempts": sum(store.get(job_id).attempts for job_id in ids),
        "restart_seconds_median": round(statistics.median(recoveries), 2),
        "restart_seconds_most": round(max(recoveries), 2),
        "seconds": round(time.monotonic() - began, 1),
    }


def _beat(store: JobStore) -> float:
    """When a painter was last seen, in seconds since the epoch."""
    return time.time() - (store.painter_age() or 0)


if __name__ == "__main__":
    main()
