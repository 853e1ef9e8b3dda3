"""What is received of a form, in which order, and what is left of it."""

import errno
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.api import uploads
from service.jobs.folders import job_folder
from service.jobs.store import JobStore, Order, new_job_id
from service.settings import Settings
from tests.service.forms import form, picture

TWO = [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}]


class UnreadBody(io.RawIOBase):
    """A request body that must not be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise AssertionError("the body was read")


class EndlessBody(io.RawIOBase):
    """A body that begins a file and never ends it. It counts what was read of it."""

    def __init__(self) -> None:
        self.count = 0
        self._start = b'--x\r\nContent-Disposition: form-data; name="content"; filename="a"\r\n\r\n'

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = (self._start or bytes(len(buffer)))[: len(buffer)]
        self._start = b""
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


def post(client: FlaskClient, body: io.RawIOBase) -> Any:
    """Send a form whose length is not known beforehand."""
    return client.post(
        "/v1/stylizations",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": body, "wsgi.input_terminated": True},
    )


def files(settings: Settings) -> list[Path]:
    """All files and folders that stored pictures and local copies are in."""
    folders = [one for one in (settings.jobs_dir, settings.work_dir) if one.exists()]
    return [path for folder in folders for path in folder.rglob("*")]


def test_room_in_the_queue_is_checked_before_the_body_is_read(
    client: FlaskClient, settings: Settings, store: JobStore
) -> None:
    for _ in range(settings.max_waiting_jobs):
        store.add(Order({}), job_id=new_job_id())
    answer = post(client, UnreadBody())
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json["type"].endswith("queue-full")


def test_a_file_that_is_too_large_is_refused_while_it_arrives(
    client: FlaskClient, settings: Settings
) -> None:
    body = EndlessBody()
    assert post(client, body).status_code == 413
    assert body.count < settings.max_image_bytes + 200_000
    assert files(settings) == []


@pytest.mark.parametrize("body", [b"--x\r\n-1.7--x--\r\n", b"no form", b"--x\r\n\r\n"])
def test_a_body_that_is_no_form_is_refused_and_no_empty_form(
    client: FlaskClient, body: bytes
) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/v1/wallpapers", data=body, content_type=kind)
    assert answer.status_code == 422 and "no multipart form" in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "fields", "name"),
    [
        ("stylizations", {"size": ["512", "256"]}, "size"),
        ("stylizations", {"content": [picture(), picture()]}, "content"),
        (
            "stylizations",
            {"fast": "wave", "style": [], "content": [picture(), picture()]},
            "content",
        ),
        ("stylizations", {"content": [picture(), "text"]}, "content"),
        ("wallpapers", {"content": [], "style": [picture(), picture()]}, "style"),
    ],
)
def test_a_field_that_is_given_twice_is_named(
    path: str, fields: dict[str, object], name: str, client: FlaskClient, settings: Settings
) -> None:
    answer = client.post(f"/v1/{path}", data=form(**fields))
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    fault = {"pointer": f"/{name}", "detail": "given 2 times; give it once"}
    assert answer.json["errors"] == [fault] and name in answer.json["detail"]
    assert files(settings) == []


def test_more_forms_at_once_than_allowed_are_refused_unread(
    client: FlaskClient, settings: Settings
) -> None:
    with uploads.receiving(settings), uploads.receiving(settings):
        answer = post(client, UnreadBody())
    assert answer.status_code == 503 and "try again" in answer.json["detail"]
    assert client.post("/v1/stylizations", data=form()).status_code == 202


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 507), (errno.EDQUOT, 507), (errno.EIO, 503)]
)
def test_an_error_of_the_disk_is_answered_as_one_and_logged(
    client: FlaskClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    status: int,
) -> None:
    def fail(self: object, data: bytes) -> int:
        raise OSError(number, "the reason")

    monkeypatch.setattr(uploads.LimitedFile, "write", fail)
    answer = client.post("/v1/stylizations", data=form())
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.headers["Retry-After"]
    assert "the reason" in caplog.text and "the reason" not in answer.text
    assert files(settings) == []


@pytest.mark.parametrize("folder", ["work_dir", "jobs_dir"])
def test_a_folder_that_cannot_be_made_is_a_problem_of_the_storage(
    client: FlaskClient, settings: Settings, folder: str
) -> None:
    getattr(settings, folder).write_text("in the way", "utf-8")
    assert client.post("/v1/stylizations", data=form()).status_code == 503
    strokes = {"character": "二", "strokes": TWO}
    assert client.post("/v1/grade", json=strokes).status_code == 200


def test_a_decoder_that_takes_too_long_is_ended(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "DECODE_SECONDS", 0.001)
    answer = client.post("/v1/stylizations", data=form())
    assert answer.status_code == 422 and "too long" in answer.json["detail"]
    assert files(settings) == []


def test_files_are_private_and_their_folder_does_not_name_the_job(
    client: FlaskClient, settings: Settings, queued: list[str]
) -> None:
    assert client.post("/v1/stylizations", data=form()).status_code == 202
    folder = job_folder(settings.jobs_dir, queued[0])
    assert sorted(path.name for path in folder.iterdir()) == ["content-0.png", "style-0.png"]
    assert queued[0] not in str(files(settings))
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in files(settings)}
    assert modes == {True: 0o700, False: 0o600}
    assert settings.jobs_dir.stat().st_mode & 0o777 == 0o700


def test_practice_answers_while_bombs_arrive(client: FlaskClient) -> None:
    bomb = io.BytesIO()
    Image.new("RGBA", (3000, 3000)).save(bomb, "PNG")
    statuses: list[int] = []

    def send() -> None:
        data = form(content=(io.BytesIO(bomb.getvalue()), "bomb.png"))
        sender = client.application.test_client()
        sender.environ_base.update(client.environ_base)
        statuses.append(sender.post("/v1/stylizations", data=data).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert client.post("/v1/grade", json={"character": "二", "strokes": TWO}).status_code == 200
    graded_during = any(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()
    assert graded_during and set(statuses) <= {422, 503} and 422 in statuses
