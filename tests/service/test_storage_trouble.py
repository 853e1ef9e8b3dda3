"""A disk that is full or read-only, for real: a file system of 2 MB that the test mounts."""

import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from service.api.app import create_app
from service.api.dependencies import dependencies
from service.jobs import painter
from service.jobs.job import Job
from service.jobs.painter import Report, run_job
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.api.test_uploads import TWO
from tests.service.clients import device
from tests.service.forms import form
from tests.service.jobs.workers import wait_for
from tests.service.reviews import event, send

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (128, 128, 3), np.uint8))


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system."""
    path = tmp_path / "disk"
    path.mkdir()
    try:
        mount("-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(path))
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def fill(disk: Path) -> Path:
    """Write until nothing fits any more; returns the file."""
    path = disk / "filling"
    with pytest.raises(OSError, match="No space"), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return path


@pytest.fixture
def pictures(settings: Settings, disk: Path) -> Settings:
    """Of an installation whose pictures are on the small disk, and its database on another."""
    return replace(settings, blobs_url=f"file://{disk}/pictures")


@pytest.fixture
def app(pictures: Settings, queued: list[str]) -> Iterator[Flask]:
    app = create_app(pictures, enqueue=queued.append)
    yield app
    with app.app_context():
        dependencies().engine.dispose()


def check_practice(client: FlaskClient) -> None:
    assert client.post("/v1/grade", json={"character": "二", "strokes": TWO}).status_code == 200
    assert send(client, event()) == ["stored"]


def check_refused(client: FlaskClient, status: int, slug: str) -> None:
    answer = client.post("/v1/stylizations", data=form())
    assert (answer.status_code, answer.json["type"]) == (status, f"/v1/docs#problem-{slug}")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_full_disk_refuses_pictures_and_practice_goes_on(
    client: FlaskClient, disk: Path, pictures: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    filling = fill(disk)
    check_refused(client, 507, "storage-full")
    assert "No space left" in caplog.text
    check_practice(client)
    assert list(pictures.work_dir.iterdir()) == []
    filling.unlink()
    assert client.post("/v1/stylizations", data=form()).status_code == 202


def test_a_disk_that_is_read_only_refuses_pictures_and_practice_goes_on(
    client: FlaskClient, disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mount("-o", "remount,ro", str(disk))
    check_refused(client, 503, "storage-unavailable")
    assert "Read-only" in caplog.text
    check_practice(client)
    mount("-o", "remount,rw", str(disk))
    assert client.post("/v1/stylizations", data=form()).status_code == 202


def paint_and_fill(disk: Path) -> painter.Paint:
    """A painter whose picture finds the disk full."""

    def paint(folder: Path, job: Job, report: Report) -> Image.Image:
        fill(disk)
        return NOISE

    return paint


def test_a_finished_picture_waits_until_the_disk_has_room(
    client: FlaskClient,
    disk: Path,
    pictures: Settings,
    store: JobStore,
    queued: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(painter, "RETRY_SECONDS", 0.05)
    assert client.post("/v1/stylizations", data=form()).status_code == 202
    work = threading.Thread(
        target=run_job, args=queued,
        kwargs={"settings": pictures, "store": store, "paint": paint_and_fill(disk)},
    )  # fmt: skip
    work.start()
    wait_for(lambda: "No space left" in caplog.text)
    time.sleep(0.2)
    assert store.get(queued[0]).state == "running"
    (disk / "filling").unlink()
    work.join(60)
    assert store.get(queued[0]).state == "done"
    with client.get(f"/v1/jobs/{queued[0]}/result") as answer:
        assert answer.status_code == 200


def test_a_picture_that_finds_no_room_for_long_fails_with_the_reason(
    client: FlaskClient,
    disk: Path,
    pictures: Settings,
    store: JobStore,
    queued: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(painter, "PATIENCE_SECONDS", 0.0)
    assert client.post("/v1/stylizations", data=form()).status_code == 202
    run_job(queued[0], settings=pictures, store=store, paint=paint_and_fill(disk))
    job = client.get(f"/v1/jobs/{queued[0]}").json
    assert (job["state"], job["error"]) == ("failed", "the disk of the service is full")


def test_a_full_disk_under_the_database_loses_nothing_that_was_acknowledged(disk: Path) -> None:
    app = create_app(Settings(disk), enqueue=lambda job_id: None)
    client = device(app)
    acknowledged, batch = ([event("日", n + one) for n in range(20)] for one in (0, 30))
    assert send(client, *acknowledged) == ["stored"] * 20
    filling = fill(disk)
    answer = client.post("/v1/reviews", json={"events": batch})
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert client.post("/v1/grade", json={"character": "二", "strokes": TWO}).status_code == 200
    filling.unlink()
    assert send(client, *batch) == ["stored"] * 20
    assert send(client, *acknowledged) == ["known"] * 20
    with app.app_context():
        dependencies().engine.dispose()
