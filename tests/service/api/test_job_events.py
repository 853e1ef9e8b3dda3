"""A job is followed by server-sent events, within the threads that practice can spare."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import job_events
from service.jobs.store import JobStore
from tests.service.clients import device
from tests.service.forms import form


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for what a client would wait for."""
    monkeypatch.setattr(job_events, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(job_events, "STREAM_SECONDS", 0.2)


@pytest.fixture
def path(client: FlaskClient) -> str:
    """The events of a waiting job."""
    return f"{client.post('/v1/stylizations', data=form()).headers['Location']}/events"


def read(client: FlaskClient, path: str, **headers: str) -> str:
    """A stream to its end."""
    with client.get(path, headers=headers) as answer:
        assert answer.status_code == 200
        return answer.text


def events_of(text: str) -> list[dict[str, Any]]:
    """What the events of a stream hold, each with its "event_id"."""
    blocks = [block for block in text.split("\n\n") if "data: " in block]
    lines = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [json.loads(one["data"]) | {"event_id": one["id"]} for one in lines]


def test_each_change_is_one_event_and_the_end_of_the_job_ends_the_stream(
    client: FlaskClient, path: str, queued: list[str], store: JobStore
) -> None:
    with client.get(path, buffered=False) as answer:
        assert answer.mimetype == "text/event-stream"
        stream = iter(answer.response)
        assert next(stream).startswith(b"retry:")
        seen = [events_of(next(stream).decode())[0]["state"]]
        job = store.claim(queued[0])
        assert job is not None
        seen.append(events_of(next(stream).decode())[0]["state"])
        store.report(job, progress=0.5)
        seen.append(events_of(next(stream).decode())[0]["progress"])
        store.report(job, state="done", result="x.png")
        seen.append(events_of(next(stream).decode())[0]["state"])
        assert list(stream) == []
    assert seen == ["waiting", "running", 0.5, "done"]


def test_a_client_that_connects_again_gets_only_what_is_new(client: FlaskClient, path: str) -> None:
    (event,) = events_of(read(client, path))
    again = {"Last-Event-ID": event["event_id"]}
    assert events_of(read(client, path, **again)) == []
    client.delete(path.removesuffix("/events"))
    (cancelled,) = events_of(read(client, path, **again))
    assert cancelled["state"] == "cancelled"


def test_a_comment_says_that_the_stream_lives(
    client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "HEARTBEAT_SECONDS", 0.05)
    assert "\n\n: nothing has changed\n\n" in read(client, path)


def test_no_more_clients_follow_jobs_than_may_and_an_ended_stream_makes_room(
    client: FlaskClient, path: str
) -> None:
    streams = [client.get(path, buffered=False) for _ in range(job_events.STREAMS_AT_ONCE)]
    answer = client.get(path)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    for stream in streams:
        stream.close()
    assert "waiting" in read(client, path)


def test_nobody_else_can_follow_a_job(client: FlaskClient, path: str) -> None:
    assert device(client.application).get(path).status_code == 404
