"""Four uploads that expand to 160 MB each: what they cost, and what grading takes meanwhile.

    python -m tests.bench.service bombs

Prints JSON.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from service.api.app import create_app
from service.settings import Settings
from tests.service.clients import device

BOMB_SIDE = 6324  # pixels; four bytes each, in a PNG of 155 kB
BOMBS = 4
GRADED = {
    "character": "二",
    "strokes": [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}],
}


def main(arguments: Sequence[str]) -> None:
    """Send them to a service in a data folder of its own."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(bombs(Settings(Path(folder))), indent=1))


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
