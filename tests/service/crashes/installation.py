"""A web process with its worker and its database, each of which can be killed."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from service.db.engine import sqlite_driver
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.databases import empty_postgresql
from tests.service.jobs.workers import SLOW_WORKER, environment, wait_for

DATABASES = ("sqlite", "postgres")
SERVE = (sys.executable, "-m", "tests.service.crashes.serve")
STEP_SECONDS = "0.06"  # of ten steps: a kill often finds a job that is being painted
SQLITE_HELD_SECONDS = 6.0  # longer than a writer waits


@contextmanager
def crash_settings(folder: Path, database: str) -> Iterator[Settings]:
    """Of an installation whose workers may die often. `database`: one of DATABASES.

    On PostgreSQL the queue is there as well.
    """
    settings = Settings(
        folder, max_attempts=10**6, stale_seconds=6,
        max_waiting_jobs=10**4, max_user_jobs=10**4, max_user_pictures=10**4,
    )  # fmt: skip
    if database == "sqlite":
        yield settings
        return
    with empty_postgresql() as url:
        yield replace(settings, database_url=url, queue_url=url)


class Installation:
    """Processes of these settings. `name` marks the connections that are its own."""

    def __init__(self, settings: Settings) -> None:
        self.name = f"hitsujun_{secrets.token_hex(6)}"
        self.settings = settings
        self.address = f"http://127.0.0.1:{_free_port()}"
        self._web: subprocess.Popen[bytes] | None = None
        self._log = settings.data_dir.with_name(f"{settings.data_dir.name}-web.log")
        self.ends: list[str] = []  # the last line of each web process that ended by itself

    def __enter__(self) -> Installation:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._web
        self._web.terminate()
        try:
            self._web.wait(30)
        finally:
            self._web.kill()
            self._web.wait()

    def start(self) -> None:
        """Start the web process, which starts a worker. Returns before it answers."""
        command = [*SERVE, "--port", self.address.rpartition(":")[2]]
        # PGAPPNAME: what libpq tells the server of each connection.
        environ = {**os.environ, **environment(self.settings), "PGAPPNAME": self.name}
        environ["STEP_SECONDS"] = STEP_SECONDS
        with self._log.open("wb") as log:
            self._web = subprocess.Popen(command, env=environ, stderr=log)

    def keep_running(self) -> None:
        """Start the web process again where it has ended by itself, as what supervises it would."""
        if self._web and self._web.poll() is not None:
            lines = self._log.read_text("utf-8", "replace").splitlines() or ["it said nothing"]
            self.ends.append(f"status {self._web.returncode}: {lines[-1]}")
            self.start()

    def is_answering(self) -> bool:
        """Whether the web process answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5):
                return True
        except OSError:
            return False

    def kill_web(self) -> None:
        """Kill the web process, and start another one, as whatever supervises it would."""
        assert self._web
        self._web.send_signal(signal.SIGKILL)
        self._web.wait()
        self.start()

    def kill_worker(self) -> None:
        """Kill the workers of this installation; mostly there is one."""
        for pid in self.workers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def workers(self) -> list[int]:
        """The process ids of its workers that live."""
        return list(_processes(SLOW_WORKER[-1], str(self.settings.data_dir)))

    def cut_database(self, engine: Engine, seconds: float) -> None:
        """End all its connections; a SQLite file is held for `seconds` instead."""
        if engine.dialect.name == "sqlite":
            _hold(Path(str(engine.url.database)), seconds)
            return
        own = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
        )
        with engine.connect() as connection:
            connection.execute(own, {"name": self.name})

    def has_one_painter(self, store: JobStore, *, since: float) -> bool:
        """Whether one worker lives, and was seen after `since`, in seconds since the epoch."""
        age = store.painter_age()
        return age is not None and time.time() - age > since and len(self.workers()) == 1

    def wait_until_answering(self) -> None:
        """Wait for the web process."""
        wait_for(self.is_answering, seconds=120)


def outside_engine(settings: Settings) -> Engine:
    """Connections that `cut_database` leaves alone."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return create_engine(url, module=sqlite_driver())
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def _hold(path: Path, seconds: float) -> None:
    connection = sqlite_driver().connect(str(path), timeout=30)
    try:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
    finally:
        connection.close()


def _processes(module: str, data_dir: str) -> Iterator[int]:
    """Processes that run a module with this data folder."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            environ = (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended
            continue
        if module.encode() in command and f"HITSUJUN_DATA_DIR={data_dir}".encode() in environ:
            yield int(folder.name)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
