"""Each request is one line of log, which holds neither what was drawn nor who drew it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.logs import configure_logs
from service.settings import Settings
from tests.service.forms import form

SECRET_X, SECRET_Y = [731_245, 731_246, 812_977], [643_218, 643_219, 643_220]
STROKES = [{"x": SECRET_X, "y": SECRET_Y}]


@pytest.fixture
def log(settings: Settings) -> Iterator[io.StringIO]:
    """What a process would write to its log, as JSON lines."""
    root, level = logging.getLogger(), logging.getLogger("service").level
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(settings, stream)
    yield stream
    root.handlers[:], root.level = before
    logging.getLogger("service").setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_says_what_was_answered_and_how_long_it_took(
    anonymous: FlaskClient, log: io.StringIO
) -> None:
    answer = anonymous.get("/v1/kanji/二")
    (line,) = lines(log)
    assert line.pop("ms") >= 0 and line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "service.api.request_log",
        "method": "GET",
        "request_id": answer.headers["X-Request-ID"],
        "route": "/v1/kanji/<character>",
        "status": 200,
    }


def test_neither_strokes_nor_tokens_are_in_the_log(client: FlaskClient, log: io.StringIO) -> None:
    token = client.environ_base["HTTP_AUTHORIZATION"].split()[1]
    code = client.post("/v1/link-codes", json={}).json["code"]
    client.post("/v1/devices", json={"code": code})
    client.post("/v1/grade", json={"character": "一", "strokes": STROKES})
    client.post("/v1/grade", json={"character": "一", "strokes": [{"x": SECRET_X, "y": [1]}]})
    client.post("/v1/recognize", json={"strokes": STROKES})
    wrong = "hitsujun_a-token-that-is-wrong"
    client.get("/v1/devices", headers={"Authorization": f"Bearer {wrong}"})
    job = client.post("/v1/stylizations", data=form(size="64")).json["id"]
    client.get(f"/v1/jobs/{job}?token={token}")
    client.get(f"/{token}")
    assert {line["status"] for line in lines(log)} >= {200, 201, 202, 401, 404, 422}
    for secret in (token, wrong, code, job, "731245", "643218", "812977"):
        assert secret not in log.getvalue()


def test_a_failure_within_bears_the_id_of_its_request(
    client: FlaskClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"the strokes are {STROKES}")

    monkeypatch.setattr("service.api.drawings.grade_ink", fail)
    body = {"character": "一", "strokes": STROKES}
    answer = client.post("/v1/grade", json=body, headers={"X-Request-ID": "abc-123.DEF_4"})
    assert answer.status_code == 500 and answer.headers["X-Request-ID"] == "abc-123.DEF_4"
    failure, request = lines(log)
    assert failure["level"] == "error" and "RuntimeError" in failure["event"]
    assert failure["request_id"] == request["request_id"] == "abc-123.DEF_4"
    assert "731245" not in log.getvalue()


@pytest.mark.parametrize(
    "sent", ["short", "x" * 65, "has a space", 'quote"8888', "字字字字字字字字"]
)
def test_an_id_that_is_not_sane_is_replaced(anonymous: FlaskClient, sent: str) -> None:
    headers = {"X-Request-ID": sent.encode().decode("latin-1")}
    given = anonymous.get("/healthz", headers=headers).headers["X-Request-ID"]
    assert len(given) == 16 and given.isalnum()


def test_a_terminal_gets_lines_for_people(
    anonymous: FlaskClient, log: io.StringIO, settings: Settings
) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    configure_logs(settings, stream)
    anonymous.get("/healthz")
    assert "request" in stream.getvalue() and "route=/healthz" in stream.getvalue()
