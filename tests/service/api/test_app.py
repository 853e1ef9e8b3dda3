import json
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from data.ink import Ink
from kanji.recognizer.recognize import Candidate, Recognition
from service.api.app import create_app
from service.settings import Settings

TWO = [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}]


class Fake:
    """Says which ink it got, to see the plumbing."""

    labels = ("一", "二", "三")

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        known = [label for label in self.labels if candidates is None or label in candidates]
        return Recognition(tuple(Candidate(c, 1 / len(known)) for c in known[:top]), 0.0)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = create_app(Settings(data_dir=tmp_path), reader=Fake(), put=lambda job_id: None)
    return app.test_client()


def test_a_drawing_is_read(client: FlaskClient) -> None:
    answer = client.post("/v1/recognize", json={"strokes": TWO, "candidates": ["二", "龍"]})
    assert answer.status_code == 200
    assert answer.json["candidates"] == [{"character": "二", "probability": 1.0}]
    assert answer.json["ms"] >= 0


def test_a_good_drawing_is_graded_as_correct(client: FlaskClient) -> None:
    kanji = client.get("/v1/kanji/二").json
    strokes = [
        {
            "x": [round(x * 1000) for x, _ in s["points"]],
            "y": [round(y * 1000) for _, y in s["points"]],
        }
        for s in kanji["strokes"]
    ]
    grade = client.post("/v1/grade", json={"character": "二", "strokes": strokes}).json
    assert grade["verdict"] == "correct"
    assert [stroke["faults"] for stroke in grade["strokes"]] == [[], []]
    swapped = client.post("/v1/grade", json={"character": "二", "strokes": strokes[::-1]}).json
    assert swapped["verdict"] == "wrong_order"
    assert swapped["advice"][0]["text"]["ja"] == "1番目に書いた線は、2画目に書きます。"
    begun = {"character": "二", "strokes": strokes[:1], "so_far": True}
    found = client.post("/v1/grade", json=begun).json
    assert (found["is_right"], found["next"]) == (True, 1)


def test_a_character_is_told_once(client: FlaskClient) -> None:
    first = client.get("/v1/kanji/三")
    assert len(first.json["strokes"]) == 3
    assert "three" in " ".join(first.json["meanings"]).lower()
    assert not first.headers["ETag"].startswith("W/")
    again = client.get("/v1/kanji/三", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


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
        ("post", "/v1/recognize", {"data": b"{" * 9, "content_type": "application/json"}, 400),
        ("post", "/v1/recognize", {"data": b"[" * 99999, "content_type": "application/json"}, 400),
        (
            "post",
            "/v1/recognize",
            {"data": b" " * 256_001, "content_type": "application/json"},
            413,
        ),
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
def test_every_error_is_a_problem(
    client: FlaskClient, method: str, path: str, options: dict[str, object], status: int
) -> None:
    answer = client.open(path, method=method.upper(), **options)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = json.loads(answer.data)
    assert body["status"] == status and body["type"] and body["title"]
    anchor = f'id="{body["type"].split("#")[1]}"'
    assert anchor in client.get("/v1/docs").text


def test_what_was_drawn_is_never_repeated(client: FlaskClient) -> None:
    answer = client.post("/v1/recognize", json={"strokes": [{"x": [987654321], "y": ["secret"]}]})
    assert "987654321" not in answer.text and "secret" not in answer.text


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    assert "POST" in client.get("/v1/grade").headers["Allow"]


def test_the_page_runs_no_inline_script(client: FlaskClient) -> None:
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert "onclick" not in page.text and "style=" not in page.text
    for path in ("/static/practice.js", "/static/practice.css", "/static/icon.svg"):
        file = client.get(path)
        assert file.status_code == 200
        file.close()
    page.close()


def test_the_service_says_whether_it_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json["recognizer"] is True


def test_every_route_is_in_the_openapi_document(client: FlaskClient) -> None:
    document = client.get("/v1/openapi.json").json
    pages = {"/", "/v1/docs", "/static/{filename}"}
    for rule in client.application.url_map.iter_rules():
        path = rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
        assert path in pages or path in document["paths"], path
    names = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(set(names)) == len(names)


def test_the_web_process_never_imports_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.api.app import create_app;"
        "from service.settings import Settings;"
        f"create_app(Settings(data_dir=Path({str(tmp_path)!r})));"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_limit_of_a_body_is_a_setting(tmp_path: Path) -> None:
    settings = replace(Settings(data_dir=tmp_path), max_json_bytes=10)
    app = create_app(settings, reader=Fake(), put=lambda job_id: None)
    assert app.test_client().post("/v1/recognize", json={"strokes": TWO}).status_code == 413
