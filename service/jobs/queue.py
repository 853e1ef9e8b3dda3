"""The queue wakes the painter. It holds job ids, as JSON and never as pickle.

The jobs table decides what is painted, so nothing is lost where the queue is: a painter also looks
into the table by itself, every POLL_SECONDS. By default the queue is a SQLite file; Redis or
PostgreSQL, by URL, let web processes and painters be on several machines.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from service.blobs.folder import FILE_MODE
from service.db.engine import journal_mode
from service.errors import DatabaseError, SettingsError
from service.settings import Settings, variable

NAME = "hitsujun"
POLL_SECONDS = 5.0  # after which a painter that nobody woke looks into the table
SQLITE_SECONDS = 0.25  # between two looks into the file, which cannot wake anyone
CONNECT_SECONDS = 5

log = logging.getLogger(__name__)


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Writes a task as a JSON list, so that nothing in the queue can run code."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class JobQueue:
    """Where a web process says that there is a job, and a painter waits for it.

    Raises ModuleNotFoundError where the library for the URL is not installed.
    """

    def __init__(self, settings: Settings, *, name: str = NAME) -> None:
        self.huey = _huey(settings, name)
        self._lacks_tables = settings.queue_url.startswith("postgres")

        @self.huey.task(name="wake")  # type: ignore[untyped-decorator]
        def wake(job_id: str) -> None:
            """Never runs: a painter that receives it looks into the table."""

        self._wake = wake

    def enqueue(self, job_id: str) -> None:
        """Wake a painter. Where the queue cannot be reached, the painter finds the job later."""
        try:
            self._make_tables()
            self._wake(job_id)
        except Exception as error:  # each kind of queue has its own errors
            log.warning("the queue cannot be reached (%s); the job waits", type(error).__name__)

    def wait(self, seconds: float = POLL_SECONDS) -> None:
        """Return when woken, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self._make_tables()
                if self.huey.dequeue():
                    return
                time.sleep(min(left, 0 if self._blocks else SQLITE_SECONDS))
            except Exception as error:
                log.warning("the queue cannot be read (%s)", type(error).__name__)
                time.sleep(left)

    def _make_tables(self) -> None:
        """Once, and not at the start: a process starts whether or not PostgreSQL answers."""
        if self._lacks_tables:
            self.huey.storage.initialize_schema()
            self._lacks_tables = False

    def close(self) -> None:
        """Close the connection of this thread."""
        self.huey.storage.close()

    @property
    def _blocks(self) -> bool:
        """Whether `dequeue` itself waits for a message, for at most a second."""
        return bool(getattr(self.huey.storage, "blocking", False))


def queue_name(settings: Settings) -> str:
    """Which queue the settings name, for people: without its user and password."""
    if not settings.queue_url:
        return str(_file(settings))
    return server_name(settings.queue_url)


def server_name(url: str) -> str:
    """A URL without its user, its password and its options."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _file(settings: Settings) -> Path:
    return settings.data_dir / "queue.sqlite"


def _huey(settings: Settings, name: str) -> Huey:
    shared = {"serializer": JsonSerializer(), "results": False}
    url = settings.queue_url
    if not url:
        return _sqlite(_file(settings), name, shared)
    if url.startswith("postgres"):
        patience = {"connect_timeout": CONNECT_SECONDS}
        return PostgresHuey(name, dsn=url, create_tables=False, **patience, **shared)
    patience = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": 2 * CONNECT_SECONDS,
    }
    redis = import_module("redis")
    try:
        pool = redis.ConnectionPool.from_url(url, **patience)
    except ValueError as error:
        raise SettingsError(f"{variable('queue_url')} is no address of Redis: {error}") from error
    return RedisHuey(name, connection_pool=pool, **shared)


def _sqlite(path: Path, name: str, shared: dict[str, Any]) -> Huey:
    try:
        _create_private(path)
        mode = journal_mode().lower()
        return SqliteHuey(name, filename=str(path), journal_mode=mode, timeout=30, **shared)
    except sqlite3.Error as error:
        advice = "remove it: the jobs are in the database"
        if error.sqlite_errorname == "SQLITE_FULL":
            advice = "free some space, and start again"
        raise DatabaseError(f"the queue {path} cannot be used: {error}; {advice}") from error


def _create_private(path: Path) -> None:
    """Create the file, which only this user may read; SQLite's other files take its mode."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
