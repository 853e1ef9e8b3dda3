"""What the service answers while its database is gone, busy, full or read-only."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text

from service.api.dependencies import Dependencies
from service.db.engine import READS
from tests.service.clients import device
from tests.service.reviews import event, send

STROKES = [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}]


def use(app: Flask, engine: Engine) -> None:
    """Give the application another database."""
    needs: Dependencies = app.extensions["hitsujun"]
    Dependencies(needs.settings, engine, needs.store, needs.enqueue, needs.reader).install(app)


@pytest.fixture
def gone(app: Flask) -> Iterator[FlaskClient]:
    """A client with a token, whose database stops to answer."""
    client = device(app)
    whole = app.extensions["hitsujun"]
    use(app, create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    yield client
    whole.install(app)


def check_unavailable(client: FlaskClient, method: str, path: str, **body: object) -> None:
    answer = client.open(path, method=method, **body)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.get_json(force=True)["type"] == "/v1/docs#problem-database-unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    assert "127.0.0.1" not in answer.text


def test_practice_goes_on_without_a_database(
    gone: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("psycopg")
    for method, path in (
        ("POST", "/v1/devices"),
        ("POST", "/v1/reviews"),
        ("GET", "/v1/queue"),
        ("GET", "/v1/devices"),
    ):
        check_unavailable(gone, method, path, **({"json": {}} if method == "POST" else {}))
    assert "the database does not answer" in caplog.text
    grade = gone.post("/v1/grade", json={"strokes": STROKES, "character": "二"})
    assert grade.status_code == 200
    assert gone.get("/v1/kanji/二").status_code == 200


def test_a_database_that_another_process_holds_is_reported_and_nothing_is_lost(
    client: FlaskClient, engine: Engine
) -> None:
    own: Engine = client.application.extensions["hitsujun"].engine
    client.get("/v1/queue")  # so that the last use is stored
    with own.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    one = event()
    with engine.begin() as holder:
        holder.execute(text("UPDATE users SET last_number = last_number"))
        check_unavailable(client, "POST", "/v1/reviews", json={"events": [one]})
        assert client.get("/v1/queue").status_code == 200
    assert send(client, one) == ["stored"]


def test_a_full_disk_is_reported_and_nothing_is_lost(client: FlaskClient) -> None:
    own: Engine = client.application.extensions["hitsujun"].engine
    with own.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    events = [event("日", n / 100) for n in range(400)]
    check_unavailable(client, "POST", "/v1/reviews", json={"events": events})
    with own.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert send(client, *events) == ["stored"] * 400


def test_a_database_that_is_read_only_still_gives_the_queue(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    own: Engine = client.application.extensions["hitsujun"].engine
    with own.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    check_unavailable(client, "POST", "/v1/reviews", json={"events": [event()]})
    assert client.get("/v1/queue").status_code == 200
    assert "the last use of a device was not stored" in caplog.text
    with own.execution_options(**{READS: True}).connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
    assert send(client, event()) == ["stored"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_connections_that_were_cut_are_made_again(client: FlaskClient, engine: Engine) -> None:
    send(client, event())
    own: Engine = client.application.extensions["hitsujun"].engine
    with own.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with engine.begin() as connection:
        # Waits until the backend is gone: else the next request may find it still answering.
        cut = connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
        assert cut.scalar_one() is True
    assert send(client, event("月")) == ["stored"]
