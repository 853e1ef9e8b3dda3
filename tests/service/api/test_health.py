"""GET /readyz names what does not work, and only what practice needs takes the service away."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from service.api.app import create_app
from service.api.dependencies import dependencies
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
