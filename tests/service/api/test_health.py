"""GET /readyz names what does not work, and only what practice needs takes the service away."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from service.api.app import create_app
from service.api.dependencies import dependencies
from service.blobs import can_store
from service.blobs.folder import FolderBlobs
from service.settings import Settings


def test_a_service_that_works_says_so(anonymous: FlaskClient) -> None:
    ready = anonymous.get("/readyz")
    assert ready.status_code == 200 and ready.json["status"] == "ready"
    assert ready.json["writable"] and ready.json["migrated"]
    assert ready.json["disk_free_bytes"] > 0
    assert len(ready.json["model"]) == 64


def test_a_data_folder_that_cannot_be_written_leaves_practice(
    anonymous: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: object) -> None:
        raise OSError("read-only file system")

    monkeypatch.setattr("service.api.health.try_writing", fail)
    ready = anonymous.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["status"] == "degraded" and ready.json["writable"] is False


def test_pictures_that_cannot_be_stored_leave_practice(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    app = app_of(replace(settings, blobs_url=(tmp_path / "file" / "pictures").as_uri()))
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (200, "degraded")
    assert ready.json["pictures"] is False and ready.json["writable"] is True
    close(app)


def test_a_store_is_tried_once_in_a_while_and_nothing_stays(tmp_path: Path) -> None:
    class Counted(FolderBlobs):
        puts = 0

        def put(self, name: str, file: Path) -> None:
            self.puts += 1
            super().put(name, file)

    blobs = Counted(tmp_path)
    assert all(can_store(blobs) for _ in range(5))
    assert 1 <= blobs.puts <= 2  # two where half a minute ends meanwhile
    assert list(tmp_path.rglob("*")) == []


def test_a_database_of_another_version_is_not_ready(anonymous: FlaskClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    ready = anonymous.get("/readyz")
    assert ready.status_code == 503 and ready.json["status"] == "not ready"
    assert ready.json["migrated"] is False and ready.json["database"] is True


def app_of(settings: Settings) -> Flask:
    return create_app(settings, enqueue=lambda job_id: None)


def close(app: Flask) -> None:
    with app.app_context():
        dependencies().engine.dispose()


def test_requests_to_other_hosts_are_refused(settings: Settings) -> None:
    app = app_of(replace(settings, trusted_hosts="kanji.example, localhost"))
    client = app.test_client()
    for host, status in (("kanji.example", 200), ("localhost:8000", 200), ("evil.example", 400)):
        answer = client.get("/healthz", headers={"Host": host})
        assert answer.status_code == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/problem+json"
    close(app)


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_only_as_many_proxies_are_believed_as_there_are(
    settings: Settings, proxies: int, seen: str
) -> None:
    app = app_of(replace(settings, proxies=proxies))

    @app.before_request
    def check() -> None:
        from service.api.limits import address

        assert address() == seen

    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    assert app.test_client().get("/healthz", headers=forged).status_code == 200
    close(app)
