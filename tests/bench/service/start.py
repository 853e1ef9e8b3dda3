"""The CPU time of all processes until the service is ready, and of `hitsujun --help`."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.service.printed import print_figures
from tests.bench.service.processes import cpu_seconds
from tests.service.web.servers import VARIABLES, Server

ROUNDS = 5


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    print_figures(measured, arguments, __doc__)


def measured() -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp())
    with Server(folder, HITSUJUN_WORKERS="1"):
        pass  # makes the database, and fills the caches
    starts = {workers: min(_start(folder, workers) for _ in range(ROUNDS)) for workers in (1, 2)}
    return {
        "cpu_seconds_until_ready_by_workers": {n: round(value, 2) for n, value in starts.items()},
        "help_cpu_seconds": round(min(_help() for _ in range(ROUNDS)), 3),
    }


def _start(folder: Path, workers: int) -> float:
    with Server(folder, HITSUJUN_WORKERS=str(workers)) as server:
        return sum(cpu_seconds(pid) for pid in server.pids())


def _help() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "service.cli", "--help"]
    subprocess.run(command, env=VARIABLES, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
