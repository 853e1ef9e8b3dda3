"""Today's service opens the database, the files and the cache of the commit before issue 22.

tests/service/upgrade/record.py made them with the code of that commit.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from data.references.store import _read, load_references, references_path
from service.api import lookalikes as kept_lookalikes
from service.api.app import create_app
from service.db.engine import open_engine
from service.db.migrate import head, revision_of
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.api.test_reviews import check_replay
from tests.service.conftest import FakeReader
from tests.service.reviews import event, send

BEFORE = Path(__file__).with_name("upgrade") / "ae1cca2"
THEN: dict[str, Any] = json.loads((BEFORE / "answers.json").read_text("utf-8"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation as that commit left it."""
    shutil.copytree(BEFORE / "data", tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / "hitsujun.sqlite") as connection:
        connection.executescript((BEFORE / "database.sql").read_text("utf-8"))
    connection.close()
    return Settings(tmp_path / "data")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, reader=FakeReader(), enqueue=lambda _: None)
    yield app
    app.extensions["hitsujun"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The device of then, with its token."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {THEN['token']}"
    return client


def test_the_database_was_one_of_an_earlier_revision_and_is_migrated(settings: Settings) -> None:
    engine = open_engine(settings)
    before = revision_of(engine)
    create_app(settings, reader=FakeReader()).extensions["hitsujun"].engine.dispose()
    assert before == "0005" and revision_of(engine) == head() != before
    engine.dispose()


@pytest.mark.parametrize("path", THEN["answers"])
def test_the_learner_is_answered_as_before(client: FlaskClient, path: str) -> None:
    now = client.get(path)
    assert now.status_code == 200, now.text
    assert without_times(_common(now.json, THEN["answers"][path])) == without_times(
        THEN["answers"][path]
    )


def _common(now: Any, then: Any) -> Any:
    """An answer without the fields that there were not then."""
    if isinstance(then, dict) and isinstance(now, dict):
        return {key: _common(now[key], then[key]) for key in then}
    if isinstance(then, list) and isinstance(now, list) and len(now) == len(then):
        return [_common(*pair) for pair in zip(now, then, strict=True)]
    return now


def without_times(answer: Any) -> Any:
    """An answer without what depends on the time at which it is given."""
    passing = ("last_used", "days", "forecast", "streak")
    if isinstance(answer, dict):
        return {k: without_times(v) for k, v in answer.items() if k not in passing}
    return [without_times(one) for one in answer] if isinstance(answer, list) else answer


def test_an_export_has_every_event_and_drawing_of_before(client: FlaskClient) -> None:
    export = client.get("/v1/me/export").json
    for name in ("events", "inks"):
        assert _common(export[name], THEN["export"][name]) == THEN["export"][name]
        assert THEN["export"][name]


def test_practice_goes_on_and_a_replay_of_the_log_gives_the_same_cards(
    app: Flask, client: FlaskClient
) -> None:
    before = client.get("/v1/stats").json["introduced"]
    assert send(client, event("土", 40), event("本", 40)) == ["stored", "stored"]
    assert client.get("/v1/stats").json["introduced"] == before + 2
    client.patch("/v1/settings", json={"quiet": None})  # it may be night where the learner is
    assert client.get("/v1/queue?limit=3").json["cards"]
    check_replay(app.extensions["hitsujun"].engine)


def test_painted_and_failed_jobs_are_there_with_their_pictures(client: FlaskClient) -> None:
    done = client.get(f"/v1/jobs/{THEN['jobs']['done']}").json
    assert done["state"] == "done"
    with client.get(done["result"]) as picture:
        assert picture.status_code == 200 and picture.mimetype == "image/png"
    failed = client.get(f"/v1/jobs/{THEN['jobs']['failed']}").json
    assert failed["state"] == "failed" and failed["error"] and failed["error_code"] is None


def test_a_job_that_waited_is_painted_by_the_code_of_today(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    id = THEN["jobs"]["waiting"]
    assert client.get(f"/v1/jobs/{id}").json["state"] == "waiting"
    sizes = []

    def paint(folder: Path, *_: object) -> Image.Image:
        with Image.open(folder / "content-0.png") as content:
            sizes.append(content.size)
        return Image.new("RGB", (64, 64), "green")

    store = JobStore(app.extensions["hitsujun"].engine)
    run_job(id, settings=settings, store=store, paint=paint)
    assert client.get(f"/v1/jobs/{id}").json["state"] == "done" and sizes == [(32, 32)]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The cache of then, with references of schema 6 and a list of look-alikes."""
    shutil.copytree(BEFORE / "cache", tmp_path / "cache")
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    forget()
    yield tmp_path / "cache"
    forget()


def forget() -> None:
    for one in (_read, kept_lookalikes.lookalikes, kept_lookalikes.references_hash):
        one.cache_clear()


def schema(path: Path) -> int:
    with h5py.File(path) as file:
        return int(file.attrs["schema_version"])


def test_references_of_an_earlier_schema_are_left_and_todays_are_built(cache: Path) -> None:
    (old,) = cache.glob("references-ja-*.h5")
    assert schema(old) == 6
    assert len(load_references()) > 6000
    assert schema(references_path("ja")) > 6 and references_path("ja") != old


@pytest.mark.parametrize("content", [None, b"", b"\x89HDF\r\n\x1a\n cut"])
def test_references_that_cannot_be_read_are_built_again(
    cache: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    (old,) = cache.glob("references-ja-*.h5")
    path = references_path("ja")
    path.write_bytes(old.read_bytes() if content is None else content)
    assert len(load_references()) > 6000
    assert capsys.readouterr().err.count("it is built again") == 1


def test_an_empty_cache_gets_references_before_they_are_identified(cache: Path) -> None:
    assert not references_path("ja").exists()
    kept_lookalikes.references_hash()
    assert references_path("ja").exists()


def test_look_alikes_of_other_references_are_not_taken_for_those_of_today(cache: Path) -> None:
    (old,) = cache.glob("lookalikes-*.json")
    today = cache / f"lookalikes-{kept_lookalikes.references_hash()}.json"
    assert today != old
    today.write_text('{"日": ["目"]}', "utf-8")
    assert kept_lookalikes.lookalikes() == {"日": frozenset("目")}


def test_damaged_look_alikes_are_found_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cache / f"lookalikes-{kept_lookalikes.references_hash()}.json"
    path.write_text('{"日": ["', "utf-8")
    monkeypatch.setattr(kept_lookalikes, "characters", lambda _: "日目末未")
    found = kept_lookalikes.lookalikes()
    assert "末" in found["未"] and json.loads(path.read_text("utf-8")) == {
        kanji: sorted(others) for kanji, others in found.items()
    }
