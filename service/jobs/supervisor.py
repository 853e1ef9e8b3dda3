"""Keeps a worker running: starts it again when it dies, and ends it with the web process."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from service.settings import Settings, variable

DELAYS = 0.5, 30.0  # seconds before the worker starts again: the first, and the most
STEADY_SECONDS = 60.0  # life of a worker after which the next delay is the first again
STOP_SECONDS = 10.0  # that the worker has to stop before it is killed
WORKER = (sys.executable, "-m", "service.jobs.worker")

log = logging.getLogger(__name__)


class Supervisor:
    """A worker process, started again as often as it ends.

    The worker's standard input is a pipe from this process, whose end tells it to end too. A
    second worker cannot paint beside one that still ends: it waits for that one's lock.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        command: Sequence[str] | None = None,
        delays: tuple[float, float] = DELAYS,
    ) -> None:
        self._command, self._delays = list(command or WORKER), delays
        self._environ = {**os.environ, variable("data_dir"): str(settings.data_dir.absolute())}
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        # Linux ends the worker with the thread that started it, so this one lives until `stop`.
        self._thread = threading.Thread(target=self._keep_running, daemon=True)

    @property
    def pid(self) -> int | None:
        """The process id of the worker, None where it does not run just now."""
        child = self._child
        return child.pid if child and child.poll() is None else None

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _keep_running(self) -> None:
        first, most = self._delays
        delay = first
        while not self._stopping.is_set():
            began = time.monotonic()
            status = self._run()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > STEADY_SECONDS:
                delay = first
            log.error("the worker ended with status %s; it starts again in %s s", status, delay)
            self._stopping.wait(delay)
            delay = min(2 * delay, most)

    def _run(self) -> int | None:
        """Run the worker until it ends, or end it; returns its status."""
        try:
            child = subprocess.Popen(
                self._command, env=self._environ, stdin=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            log.error("the worker cannot be started: %s", error)
            return None
        with child:
            self._child = child
            while child.poll() is None:
                if self._stopping.wait(0.1):
                    _end(child)
            return child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
