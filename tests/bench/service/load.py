"""Two processes under load: grades a second by their CPU time, and p99 beside a painting.

The clients run on the same cores, so the rate is computed from the CPU time that the processes
took: two cores, busy with nothing else. p99 is measured without and with a painting, in turns, at
the same rate of requests in one run.
"""

from __future__ import annotations

import http.client
import io
import itertools
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from service.db.engine import open_engine
from service.jobs.folders import job_folder
from service.jobs.store import JobStore, Order, new_job_id
from service.settings import Settings
from tests.bench.service.drawings import bodies
from tests.bench.service.printed import print_figures
from tests.bench.service.processes import cpu_seconds
from tests.service.web.servers import Server

CORES = 2
GRADES = 1000
CLIENTS = 4
RATE = 20  # requests a second while p99 is measured
SECONDS = 20  # of each turn
TURNS = 2  # without, and with, a painting


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    print_figures(measured, arguments, __doc__)


def measured() -> dict[str, Any]:
    variables = {"HITSUJUN_WORKERS": "2", "HITSUJUN_LIMIT_DRAWINGS": "100000000/minute"}
    folder = Path(tempfile.mkdtemp())
    with Server(folder, with_painter=True, **variables) as server:
        grade_all(server, bodies(), count=100, clients=CLIENTS)
        processes = server.pids()  # the painter too, which has nothing to do yet
        before = sum(map(cpu_seconds, processes))
        grade_all(server, bodies(), count=GRADES, clients=CLIENTS)
        cpu = sum(map(cpu_seconds, processes)) - before
        idle, painting = _turns(server, folder)
    p99 = {
        name: round(float(np.percentile(ms, 99)), 1)
        for name, ms in (("idle", idle), ("painting", painting))
    }
    return {
        "cpu_ms_per_grade": round(1000 * cpu / GRADES, 2),
        "grades_per_second_of_two_cores": round(CORES * GRADES / cpu),
        "p99_ms": p99,
        "p99_ratio": round(p99["painting"] / p99["idle"], 2),
    }


def grade_all(server: Server, sent: Sequence[bytes], *, count: int, clients: int) -> list[float]:
    """Send `count` drawings from several clients, and return how long each took, in ms."""
    numbers, lock, taken = itertools.count(), threading.Lock(), list[float]()

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while (number := next(numbers)) < count:
            ms = _grade(connection, sent[number % len(sent)])
            with lock:
                taken.append(ms)
        connection.close()

    with ThreadPoolExecutor(clients) as pool:
        for run in [pool.submit(send) for _ in range(clients)]:
            run.result()
    return taken


def _grade(connection: http.client.HTTPConnection, body: bytes) -> float:
    start = time.perf_counter()
    connection.request("POST", "/v1/grade", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return 1000 * (time.perf_counter() - start)


def _turns(server: Server, folder: Path) -> tuple[list[float], list[float]]:
    """The times of requests at RATE, without and with a painting."""
    idle, painting = list[float](), list[float]()
    store = JobStore(open_engine(Settings(folder)))
    for _ in range(TURNS):
        idle += _at_rate(server)
        job_id = _start_painting(store, folder)
        painting += _at_rate(server)
        assert store.get(job_id).state == "running", store.get(job_id).error
        store.cancel(job_id)
        time.sleep(2)
    store.close()
    return idle, painting


def _at_rate(server: Server) -> list[float]:
    """Requests that begin every 1 / RATE seconds, even where those before are not answered yet."""
    sent, taken = bodies(), list[float]()

    def send(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        taken.append(_grade(connection, sent[number % len(sent)]))
        connection.close()

    with ThreadPoolExecutor(64) as pool:
        for run in [pool.submit(send, number) for number in _ticks(RATE * SECONDS)]:
            run.result()
    return taken


def _ticks(count: int) -> Iterable[int]:
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        yield number


def _start_painting(store: JobStore, folder: Path) -> str:
    """Add a job that takes longer than a turn, and wait until it is painted."""
    job_id = new_job_id()
    place = job_folder(Settings(folder).jobs_dir, job_id)
    place.mkdir(parents=True)
    for name, seed in (("content-0.png", 1), ("style-0.png", 2)):
        noise = np.random.default_rng(seed).integers(0, 256, (256, 256, 3), np.uint8)
        file = io.BytesIO()
        Image.fromarray(noise).save(file, "PNG")
        (place / name).write_bytes(file.getvalue())
    options = {"size": 256, "steps": 2000}
    store.add(Order(options=options, backbone="vgg19", cost=1.0, seconds=600.0), job_id=job_id)
    while store.get(job_id).progress == 0.0:
        job = store.get(job_id)
        assert job.state in ("waiting", "running"), job.error
        time.sleep(0.2)
    return job_id
