"""The OpenAPI document says what the endpoints do."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pydantic import BaseModel
from werkzeug.test import TestResponse

from service.api.app import openapi_document
from service.api.links import LINKS
from service.api.schemas.base import RequestModel, ResponseModel
from service.api.schemas.drawings import GradeAnswer
from service.api.schemas.imports import ImportedFile
from service.api.schemas.problem import Problem
from service.api.schemas.settings import SettingsRequest
from service.api.schemas.wallpapers import WallpaperRequest
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.forms import form, picture
from tests.service.reviews import event, skip

DOCUMENT = openapi_document()
PAGES = {
    "/",
    "/service-worker.js",
    "/v1/docs",
    "/static/{filename}",
}  # for people, so not in the document
STROKES = [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}]
TWO: dict[str, Any] = {"character": "二", "strokes": STROKES}
FORM = {"content_type": "multipart/form-data"}
# One request for each endpoint and status, but for those about jobs, which need one.
REQUESTS: list[tuple[str, str, dict[str, Any], int]] = [
    ("post", "/v1/recognize", {"json": {"strokes": STROKES}}, 200),
    ("post", "/v1/recognize", {"data": "{", "content_type": "application/json"}, 400),
    ("post", "/v1/recognize", {"data": "{}"}, 415),
    ("post", "/v1/recognize", {"json": {}}, 422),
    ("post", "/v1/recognize", {"json": {"strokes": STROKES, "candidates": ["龍"]}}, 422),
    ("post", "/v1/grade", {"json": TWO}, 200),
    ("post", "/v1/grade", {"json": TWO | {"strokes": STROKES[::-1]}}, 200),
    ("post", "/v1/grade", {"json": TWO | {"strokes": STROKES[:1]}}, 200),
    ("post", "/v1/grade", {"json": TWO | {"so_far": True}}, 200),
    ("post", "/v1/grade", {"json": TWO | {"character": "☃"}}, 404),
    (
        "post",
        "/v1/grade",
        {"data": b" " * 256_001, "content_type": "application/json"},
        413,
    ),
    ("get", "/v1/kanji?list=all", {}, 200),
    ("get", "/v1/kanji?list=none", {}, 422),
    ("get", "/v1/kanji/二", {}, 200),
    ("get", "/v1/kanji/あ", {}, 200),
    ("get", "/v1/kanji/☃", {}, 404),
    ("get", "/v1/kanji/二/animation.svg?stroke_ms=300", {}, 200),
    ("get", "/v1/kanji/二/animation.svg?version=none", {}, 404),
    ("get", "/v1/kanji/二/animation.svg?stroke_ms=1", {}, 422),
    ("post", "/v1/stylizations", {"data": form(size="64", preset="sketch")}, 202),
    ("post", "/v1/stylizations", {"data": {"content": picture(), "fast": "wave"}}, 202),
    ("post", "/v1/stylizations", {"data": form(size="1")}, 422),
    ("post", "/v1/dreams", {"data": {"content": picture(), "size": "64"}}, 202),
    ("post", "/v1/dreams", {"data": form()}, 422),
    ("post", "/v1/wallpapers", {"json": {"characters": "山", "size": "320x640"}}, 202),
    ("post", "/v1/wallpapers", {"data": {"size": "320x640", "painted": "false"}, **FORM}, 202),
    ("post", "/v1/wallpapers", {"json": {"characters": "☃"}}, 422),
    ("get", "/v1/jobs/none", {}, 404),
    ("delete", "/v1/jobs/none", {}, 404),
    ("get", "/v1/jobs/none/preview", {}, 404),
    ("get", "/v1/jobs/none/events", {}, 404),
    ("get", "/v1/jobs/none/result", {}, 404),
    ("get", "/v1/pictures/none", {}, 404),
    ("get", "/healthz", {}, 200),
    ("get", "/readyz", {}, 200),
    ("post", "/v1/devices", {"json": {}}, 201),
    ("post", "/v1/devices", {"json": {"code": "AAAA-AAAAAA"}}, 403),
    ("post", "/v1/devices", {"json": {"scopes": []}}, 422),
    ("get", "/v1/devices", {}, 200),
    ("get", "/v1/devices", {"headers": {"Authorization": "Bearer none"}}, 401),
    ("delete", "/v1/devices/none", {}, 404),
    ("post", "/v1/link-codes", {"json": {}}, 201),
    ("delete", "/v1/me", {}, 200),
    ("post", "/v1/reviews", {"json": {"events": [event(), skip(), {"kind": "none"}]}}, 200),
    ("post", "/v1/reviews", {"json": {"events": []}}, 422),
    ("get", "/v1/reviews?after=0&limit=2", {}, 200),
    ("get", "/v1/reviews?after=-1", {}, 422),
    ("get", "/v1/queue?limit=3", {}, 200),
    ("get", "/v1/queue?limit=0", {}, 422),
    ("get", "/v1/settings", {}, 200),
    ("patch", "/v1/settings", {"json": {"quiet": ["22:00", "07:00"]}}, 200),
    ("patch", "/v1/settings", {"json": {"retention": 2}}, 422),
    ("get", "/v1/stats", {}, 200),
    ("get", "/v1/me/export", {}, 200),
    ("get", "/v1/me/export?format=xml", {}, 422),
    ("post", "/v1/me/import", {"json": {"events": [event(), {"kind": "none"}]}}, 200),
    ("post", "/v1/me/import", {"data": "none", "content_type": "application/apkg"}, 422),
    ("get", "/v1/model", {}, 200),
    ("get", "/v1/model/none", {}, 404),
    ("get", "/v1/references/none", {}, 404),
    ("get", "/v1/kanji/二/strokes/none", {}, 404),
    ("get", "/version", {}, 200),
    ("get", "/metrics", {}, 200),
    ("get", "/metrics", {"headers": {"X-Forwarded-For": "203.0.113.9"}}, 403),
    ("get", "/v1/openapi.json", {}, 200),
]


def models(base: type[BaseModel] = ResponseModel) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from models(model)


MODELS = {model.__name__: model for model in (*models(), GradeAnswer)}


def operation(method: str, path: str) -> dict[str, Any]:
    """The operation of the document that a request's path is one of."""
    path = path.partition("?")[0]
    for template, operations in DOCUMENT["paths"].items():
        pattern = re.sub(r"\{.*?\}", "[^/]+", template)
        if re.fullmatch(pattern, path):
            operation: dict[str, Any] = operations[method]
            return operation
    raise LookupError(path)


def check(answer: TestResponse, method: str, path: str) -> None:
    """Asserts that status, media type and body of an answer are as documented."""
    response = operation(method, path)["responses"][str(answer.status_code)]
    schema = response["content"][answer.mimetype]["schema"]
    if "$ref" in schema:
        MODELS[schema["$ref"].split("/")[-1]].model_validate_json(answer.data)
    else:
        is_file = answer.mimetype.startswith("image/") or answer.mimetype == "text/plain"
        assert is_file or set(schema["required"]) <= set(answer.json)


@pytest.mark.parametrize(("method", "path", "options", "status"), REQUESTS)
def test_an_answer_is_as_documented(
    client: FlaskClient, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = client.open(path, method=method.upper(), **options)
    assert answer.status_code == status, answer.text
    check(answer, method, path)


def test_answers_about_a_job_are_as_documented(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    job = client.post("/v1/stylizations", data=form()).headers["Location"]
    assert job == f"/v1/jobs/{queued[0]}"
    check(client.get(job), "get", job)
    unfinished = client.get(f"{job}/result")
    assert unfinished.status_code == 409
    check(unfinished, "get", f"{job}/result")
    run_job(
        queued[0],
        settings=settings,
        store=store,
        paint=lambda folder, job, report: Image.open(folder / "content-0.png"),
    )
    check(client.get(job), "get", job)
    with client.get(f"{job}/result") as result:
        assert result.status_code == 200
        check(result, "get", f"{job}/result")


def test_the_answer_to_a_revoked_device_is_as_documented(client: FlaskClient) -> None:
    path = f"/v1/devices/{client.get('/v1/devices').json['devices'][0]['id']}"
    check(client.delete(path), "delete", path)


def test_every_endpoint_has_a_request_in_this_test() -> None:
    requested = {operation(method, path)["operationId"] for method, path, _, _ in REQUESTS}
    requested |= {"get_jobs_job_id", "get_jobs_job_id_result"}
    assert requested == {
        one["operationId"] for path in DOCUMENT["paths"].values() for one in path.values()
    }


def test_every_route_is_in_the_document_with_a_schema_for_each_success(
    client: FlaskClient,
) -> None:
    for rule in client.application.url_map.iter_rules():
        path = rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
        if path in PAGES:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            responses = DOCUMENT["paths"][path][method.lower()]["responses"]
            successes = [one for status, one in responses.items() if status.startswith("2")]
            schemas = [media["schema"] for one in successes for media in one["content"].values()]
            assert schemas and all(schemas), (method, path)


def test_every_operation_documents_its_problems() -> None:
    for path in DOCUMENT["paths"].values():
        for one in path.values():
            assert one["summary"] and one["operationId"]
            assert {"500", "default"} <= set(one["responses"])
            for status, response in one["responses"].items():
                if status >= "4" and (one["operationId"], status) != ("get_readyz", "503"):
                    (media_type,) = response["content"]
                    assert media_type == "application/problem+json"
                    schema = response["content"][media_type]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_reference_is_to_a_schema_and_every_schema_is_used() -> None:
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert references == set(DOCUMENT["components"]["schemas"])


def test_the_limits_of_a_drawing_are_in_the_document() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["GradeRequest"]["properties"]["leniency"]["minimum"] == 0.25
    assert schemas["StrokeColumns"]["properties"]["x"]["items"]["maximum"] == 1_000_000
    assert "wrong_order" in schemas["Grade"]["properties"]["verdict"]["enum"]


def test_the_form_is_documented_with_the_service_s_own_limits() -> None:
    body = operation("post", "/v1/stylizations")["requestBody"]
    assert body["required"] is True
    schema = body["content"]["multipart/form-data"]["schema"]
    fields = DOCUMENT["components"]["schemas"][schema["$ref"].split("/")[-1]]
    assert fields["required"] == ["content"]
    assert fields["properties"]["content"]["format"] == "binary"
    assert fields["properties"]["size"]["maximum"] == 2048
    assert fields["properties"]["colors"]["enum"][0] == "style"
    assert "null" not in json.dumps(fields)  # a field of a form is left out
    assert body["content"]["multipart/form-data"]["encoding"]["content"]["contentType"]


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Name, schema and example of each JSON body of a request, and of each good JSON answer."""
    for one in (one for path in DOCUMENT["paths"].values() for one in path.values()):
        bodies = {"body": one["requestBody"]} if "requestBody" in one else {}
        bodies |= {k: v for k, v in one["responses"].items() if k < "3"}
        for name, body in bodies.items():
            media = body.get("content", {}).get("application/json")
            if media and one["operationId"] != "get_openapi_json":
                yield f"{one['operationId']} {name}", media["schema"], media.get("example")


REQUEST_MODELS = {"ImportedFile": ImportedFile} | {
    model.__name__: model for model in models(RequestModel)
}
REQUEST_MODELS |= {"SettingsRequest": SettingsRequest, "WallpaperRequest": WallpaperRequest}


@pytest.mark.parametrize(("name", "schema", "example"), [*examples()])
def test_every_body_has_an_example_that_its_model_allows(
    name: str, schema: dict[str, Any], example: Any
) -> None:
    assert example is not None, "run python -m tests.service.record_examples"
    model = (MODELS | REQUEST_MODELS)[schema["$ref"].split("/")[-1]]
    model.model_validate_json(json.dumps(example))


def test_every_problem_has_an_example() -> None:
    for one in (one for path in DOCUMENT["paths"].values() for one in path.values()):
        for status, response in one["responses"].items():
            if "application/problem+json" in response.get("content", {}) and status != "default":
                media = response["content"]["application/problem+json"]
                for example in media["examples"].values():
                    assert Problem.model_validate(example["value"]).status == int(status)


def test_every_link_leads_to_an_operation_with_what_the_answer_has() -> None:
    operations = {
        one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()
    }
    for id, status in LINKS:
        answer = operations[id]["responses"][status]
        for link in answer["links"].values():
            target = operations[link["operationId"]]
            names = {one["name"] for one in target.get("parameters", ())}
            assert set(link.get("parameters", {})) <= names
            expressions = {**link.get("parameters", {}), **link.get("requestBody", {})}
            for expression in expressions.values():
                found = answer["content"]["application/json"]["example"]
                for step in expression.removeprefix("$response.body#/").split("/"):
                    found = found[int(step) if isinstance(found, list) else step]
                assert isinstance(found, str | int)


def test_a_wallpaper_is_ordered_by_json_without_files_or_by_a_form_with_them() -> None:
    content = operation("post", "/v1/wallpapers")["requestBody"]["content"]
    json_fields, form_fields = (
        DOCUMENT["components"]["schemas"][content[kind]["schema"]["$ref"].split("/")[-1]]
        for kind in ("application/json", "multipart/form-data")
    )
    assert {"photo", "style"} & set(json_fields["properties"]) == set()
    assert {"photo", "style"} <= set(form_fields["properties"])
    assert "strokes" in json_fields["properties"]


def test_the_document_is_served_as_it_is_printed(client: FlaskClient) -> None:
    assert client.get("/v1/openapi.json").json == DOCUMENT
