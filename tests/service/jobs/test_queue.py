"""The queue wakes painters, the same on each of its backends."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

import pytest
from sqlalchemy import Engine

from service.jobs.queue import JobQueue
from service.settings import Settings
from tests.service.databases import empty_postgresql

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


@pytest.fixture(params=["sqlite", "redis", "postgresql"])
def queue(request: pytest.FixtureRequest, settings: Settings) -> Iterator[JobQueue]:
    """An empty queue of each kind that answers."""
    name = f"test{secrets.token_hex(8)}"
    if request.param == "postgresql":
        with empty_postgresql() as url:
            queue = JobQueue(replace(settings, queue_url=url), name=name)
            queue.wait(0.1)  # makes its tables
            yield queue
            queue.close()
        return
    if request.param == "redis":
        _skip_without_redis()
        settings = replace(settings, queue_url=REDIS)
    queue = JobQueue(settings, name=name)
    yield queue
    queue.huey.flush()
    queue.close()


def _skip_without_redis() -> None:
    if not find_spec("redis"):
        pytest.skip("redis is not installed")
    redis = import_module("redis")
    try:
        redis.Redis.from_url(REDIS).ping()
    except redis.exceptions.ConnectionError:
        pytest.skip("no Redis at TEST_REDIS_URL")


def seconds_waited(queue: JobQueue, *, most: float) -> float:
    began = time.monotonic()
    queue.wait(most)
    return time.monotonic() - began


def test_a_message_is_an_id_as_json(queue: JobQueue) -> None:
    queue.enqueue("abc")
    (message,) = queue.huey.storage.enqueued_items()
    assert b'["abc"]' in message and message.startswith(b"[")


def test_a_painter_is_woken_by_a_message(queue: JobQueue) -> None:
    threading.Timer(0.3, queue.enqueue, ["abc"]).start()
    assert seconds_waited(queue, most=60) < 30
    assert queue.huey.pending_count() == 0


def test_a_painter_that_nobody_wakes_waits_no_longer_than_asked(queue: JobQueue) -> None:
    assert 0.2 < seconds_waited(queue, most=0.3) < 30


def test_a_message_of_an_older_version_wakes_as_well(queue: JobQueue) -> None:
    queue.huey.storage.enqueue(b'["id", "stylize", null, 0, 0, ["abc"], {}, null, null, null]')
    assert queue.wait(0.3) is None
    assert queue.huey.pending_count() == 0


def test_a_queue_that_is_gone_stops_neither_side(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as gone:
        gone.setattr(queue.huey.storage, "enqueue", fail)
        gone.setattr(queue.huey.storage, "dequeue", fail)
        queue.enqueue("abc")
        assert 0.2 < seconds_waited(queue, most=0.3) < 30
    assert "cannot be reached" in caplog.text and "cannot be read" in caplog.text


def test_a_queue_that_is_away_at_the_start_stops_neither_side(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """One process of a service that failed here at its start would end all of them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    queue = JobQueue(replace(settings, queue_url=f"postgresql://postgres@127.0.0.1:{port}/none"))
    queue.enqueue("abc")
    assert 0.2 < seconds_waited(queue, most=0.3) < 30
    assert "cannot be reached" in caplog.text and "cannot be read" in caplog.text


def test_the_file_is_private(settings: Settings, engine: Engine) -> None:
    JobQueue(settings).close()
    assert (settings.data_dir / "queue.sqlite").stat().st_mode & 0o777 == 0o600
