import json
from typing import Any

import pytest
from apiflask import APIBlueprint, APIFlask, abort
from flask.testing import FlaskClient
from pydantic import BaseModel

from service.api.access import PUBLIC
from service.api.blueprint import Blueprint
from service.api.problems import PROBLEMS, install_problems
from service.api.schemas.health import Health
from service.errors import JobLost

TWO = [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}]
JSON = "application/json"


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("get", "/nothing", {}, 404),
        ("get", "/v1/kanji/☃", {}, 404),
        ("get", "/v1/kanji?list=none", {}, 422),
        ("get", "/v1/jobs/none", {}, 404),
        ("get", "/v1/jobs/none/result", {}, 404),
        ("get", "/v1/recognize", {}, 405),
        ("post", "/v1/recognize", {"data": "{}"}, 415),
        ("post", "/v1/stylizations", {"json": {}}, 415),
        ("post", "/v1/recognize", {"data": b"{" * 9, "content_type": JSON}, 400),
        ("post", "/v1/recognize", {"data": b"[" * 99999, "content_type": JSON}, 400),
        ("post", "/v1/recognize", {"data": b" " * 256_001, "content_type": JSON}, 413),
        ("post", "/v1/recognize", {"json": {}}, 422),
        ("post", "/v1/recognize", {"json": {"strokes": []}}, 422),
        ("post", "/v1/recognize", {"json": {"strokes": [{"x": [1], "y": [1, 2]}]}}, 422),
        ("post", "/v1/recognize", {"json": {"strokes": [{"x": ["1"], "y": [1]}]}}, 422),
        ("post", "/v1/recognize", {"json": {"strokes": TWO, "more": 1}}, 422),
        ("post", "/v1/recognize", {"json": {"strokes": TWO, "candidates": ["龍"]}}, 422),
        ("post", "/v1/grade", {"json": {"strokes": TWO, "character": "☃"}}, 404),
        ("post", "/v1/grade", {"json": {"strokes": TWO, "character": "二", "leniency": 0}}, 422),
    ],
)
def test_every_error_is_a_documented_problem(
    client: FlaskClient, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = client.open(path, method=method.upper(), **options)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = json.loads(answer.data)
    slug = body["type"].split("#problem-")[1]
    assert (body["status"], body["title"]) == (status, PROBLEMS[slug].title)
    assert f'id="problem-{slug}"' in client.get("/v1/docs").text


def test_a_wrong_field_is_named_by_its_pointer(client: FlaskClient) -> None:
    body = {"strokes": [{"x": [1], "y": [1, 2]}]}
    (fault,) = client.post("/v1/recognize", json=body).json["errors"]
    assert fault == {
        "pointer": "/strokes/0",
        "detail": "x, y, t and pressure must have the same length",
    }


def test_a_body_that_is_too_large_is_told_the_limit(client: FlaskClient) -> None:
    answer = client.post("/v1/recognize", data=b" " * 256_001, content_type=JSON)
    assert answer.json["detail"] == "the body may have at most 256000 bytes here"


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    assert "POST" in client.get("/v1/grade").headers["Allow"]


class Count(BaseModel):
    count: int


@pytest.fixture
def faulty() -> FlaskClient:
    """An application whose endpoints go wrong in ways that ours do not."""
    app = APIFlask(__name__, json_errors=False)
    install_problems(app)
    plain, ours = APIBlueprint("plain", __name__), Blueprint("ours", __name__)

    @plain.post("/plain-input")
    @plain.input(Count)
    def plain_input(json_data: Count) -> str:
        return str(json_data)

    @plain.get("/plain-abort")
    def plain_abort() -> str:
        abort(409, "not now", headers={"Retry-After": "7"})

    @ours.get("/wrong-answer", access=PUBLIC)
    @ours.output(Health, description="")
    def wrong_answer() -> dict[str, Any]:
        return {"status": "secret"}

    @ours.get("/lost", access=PUBLIC)
    def lost() -> str:
        raise JobLost("secret")

    app.register_blueprint(plain)
    app.register_blueprint(ours)
    return app.test_client()


def test_a_failed_check_of_apiflask_is_the_same_problem_as_ours(faulty: FlaskClient) -> None:
    answer = faulty.post("/plain-input", json={"count": "many"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert json.loads(answer.data)["errors"][0]["pointer"] == "/count"


def test_an_abort_of_apiflask_is_a_problem_with_its_headers(faulty: FlaskClient) -> None:
    answer = faulty.get("/plain-abort")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert json.loads(answer.data)["detail"] == "not now"
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize("path", ["/wrong-answer", "/lost"])
def test_a_fault_of_the_service_is_logged_and_answered_without_its_text(
    faulty: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    answer = faulty.get(path)
    assert answer.status_code == 500
    assert json.loads(answer.data)["type"] == "/v1/docs#problem-internal"
    assert "secret" not in answer.text and "secret" not in caplog.text
    assert f"in GET {path}" in caplog.text
