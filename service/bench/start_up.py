"""Starting: the CPU time of `hitsujun --help`, and of the service until it answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from service.bench.clock import children_seconds, command_seconds
from service.bench.row import Row
from service.errors import BenchError

AREA = "start-up"
HITSUJUN = (sys.executable, "-m", "service.cli")
PYTHON = "python -c pass"
READY = "practice page at"  # what the service says when it answers


def rows(*, quick: bool) -> Iterator[Row]:
    """The least of some starts."""
    count = 2 if quick else 5
    environ = _environ()
    helps = min(command_seconds([*HITSUJUN, "--help"], environ) for _ in range(count))
    bare = min(command_seconds([sys.executable, "-c", "pass"], environ) for _ in range(count))
    yield Row(AREA, "hitsujun --help", 1000 * helps, "CPU ms", at_most=250)
    yield Row(AREA, "hitsujun --help", helps / bare, "times", PYTHON)
    with tempfile.TemporaryDirectory() as folder:
        _start(Path(folder), environ)  # the first makes the database
        seconds, cpu = zip(*(_start(Path(folder), environ) for _ in range(count)), strict=True)
    yield Row(
        AREA, "hitsujun serve, the second time, until it answers", min(seconds), "s", at_most=4
    )
    yield Row(AREA, "hitsujun serve, until it has ended", min(cpu), "CPU s")


def _environ() -> dict[str, str]:
    """The variables of this process, of hitsujun's only where the cache is."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("HITSUJUN_")}
    return kept | {n: v for n, v in os.environ.items() if n == "HITSUJUN_CACHE"}


def _start(folder: Path, environ: dict[str, str]) -> tuple[float, float]:
    """Seconds until the service answers, and CPU seconds of all its processes until its end."""
    command = [*HITSUJUN, "serve", "--no-worker", "--port", "0", "--data-dir", str(folder)]
    before, began = children_seconds(), time.monotonic()
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line = process.stderr.readline()
        seconds = time.monotonic() - began
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
    if READY not in line:
        raise BenchError(f"the service did not start: {line}{rest}".strip())
    return seconds, children_seconds() - before
