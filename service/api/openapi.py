"""The OpenAPI 3.1 document and a page that shows it."""

from __future__ import annotations

from html import escape
from typing import Any

from pydantic.json_schema import models_json_schema

from service.api.problems import MEDIA_TYPE
from service.api.schemas import GradeRequest, RecognizeRequest
from service.jobs.options import StylizeOptions

VERSION = "0.1.0"

# method, path, what it does, its request body, status of success, what is answered
ROUTES: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("post", "/v1/recognize", "Which character is this?", "RecognizeRequest", "200",
     "candidates, best first, with probabilities, that of none (no character at all), and ms"),
    ("post", "/v1/grade", "How well is this character written?", "GradeRequest", "200",
     "verdict, score, rating, read_as, faults, measures and ending of each stroke, missing strokes,"
     " hint, advice; with so_far: is_right, strokes, next"),
    ("get", "/v1/kanji", "The characters of a list", "", "200", "the list and its characters"),
    ("get", "/v1/kanji/{character}", "Strokes, readings and meanings of a character", "", "200",
     "strokes in the unit box, accepted orders, on, kun, meanings, grade, jlpt, source, licence"),
    ("post", "/v1/stylizations", "Have a picture painted in the style of others", "form", "202",
     "the job; Location is where to ask for it"),
    ("get", "/v1/jobs/{job_id}", "How far is a job?", "", "200",
     "state (waiting, running, done, failed), progress from 0 to 1, result, error"),
    ("get", "/v1/jobs/{job_id}/result", "The painted picture", "", "200", "a PNG"),
    ("get", "/healthz", "Does the service answer?", "", "200", "status ok"),
    ("get", "/readyz", "Can the service do its work?", "", "200", "each part: there or not"),
    ("get", "/v1/openapi.json", "This document", "", "200", "OpenAPI 3.1"),
)  # fmt: skip

PROBLEMS = {
    "bad-json": "400: the body is not JSON.",
    "cross-site": "403: a browser sent this from a page of another site.",
    "unknown-character": "404: there are no strokes for this character.",
    "unknown-job": "404: there is no such job, or it has expired.",
    "not-found": "404: there is no such address.",
    "method-not-allowed": "405: the address knows other methods; see the header Allow.",
    "job-unfinished": "409: the job has no picture (yet).",
    "request-entity-too-large": "413: the body or an image is too large.",
    "unsupported-media-type": "415: send application/json, or multipart/form-data for images.",
    "invalid-request": "422: a field is wrong; errors names each.",
    "invalid-ink": "422: the drawing cannot be read.",
    "image-refused": "422: an image is damaged, of another format, or too large.",
    "internal": "500: a fault of ours.",
    "not-installed": "503: a part is not installed, such as the recognizer.",
    "queue-full": "503: too many jobs wait; try again later.",
}


def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document; request bodies are those that the routes check with."""
    _, schemas = models_json_schema(
        [(model, "validation") for model in (RecognizeRequest, GradeRequest, StylizeOptions)],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, Any] = {}
    for method, path, summary, body, status, answer in ROUTES:
        paths.setdefault(path, {})[method] = _operation(
            method, path, summary=summary, body=body, status=status, answer=answer
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hitsujun",
            "version": VERSION,
            "description": "Reads and grades drawn kanji, and paints pictures.",
        },
        "paths": paths,
        "components": {"schemas": {**schemas["$defs"], "Problem": _PROBLEM}},
    }


def docs_page() -> str:
    """The document for people: each route with an example, each problem with its cause."""
    rows = "".join(
        f"<tr><td><code>{method.upper()} {escape(path)}</code></td><td>{escape(summary)}</td>"
        f"<td>{status}: {escape(answer)}</td></tr>"
        for method, path, summary, _, status, answer in ROUTES
    )
    problems = "".join(
        f'<dt id="problem-{slug}"><code>{slug}</code></dt><dd>{escape(said)}</dd>'
        for slug, said in PROBLEMS.items()
    )
    examples = escape(_EXAMPLES)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>hitsujun API</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="/static/icon.svg">'
        '<link rel="stylesheet" href="/static/practice.css"></head><body class="docs">'
        '<h1>hitsujun API</h1><p>The whole contract, for tools: <a href="/v1/openapi.json">'
        'OpenAPI 3.1</a>. To try it: <a href="/">practise</a>.</p>'
        f"<table><thead><tr><th>Route</th><th>What it does</th><th>Answers</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><h2>Examples</h2><pre>{examples}</pre>"
        "<h2>Problems</h2><p>Every error is <code>application/problem+json</code> (RFC 9457); its"
        f" <code>type</code> is one of these.</p><dl>{problems}</dl></body></html>"
    )


def _operation(
    method: str, path: str, *, summary: str, body: str, status: str, answer: str
) -> dict[str, Any]:
    media = "image/png" if path.endswith("/result") else "application/json"
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    schema = {"type": "string", "format": "binary"} if media == "image/png" else {"type": "object"}
    operation: dict[str, Any] = {
        "summary": summary,
        "operationId": "_".join([method, *_words(path)]),
        "responses": {
            status: {"description": answer, "content": {media: {"schema": schema}}},
            "default": {"description": "a problem", "content": problem},
        },
    }
    if parameters := _parameters(path):
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": _content(body)}
    return operation


def _words(path: str) -> list[str]:
    return [
        word.strip("{}").replace(".", "_") for word in path.split("/") if word not in ("", "v1")
    ]


def _parameters(path: str) -> list[dict[str, Any]]:
    if path == "/v1/kanji":
        schema = {"enum": ["joyo", "jinmeiyo", "all"], "default": "joyo"}
        return [{"name": "list", "in": "query", "schema": schema}]
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _content(body: str) -> dict[str, Any]:
    if body != "form":
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}}
    image = {"type": "string", "format": "binary"}
    options = StylizeOptions.model_json_schema()["properties"]
    images = {"content": image, "style": {"type": "array", "items": image, "minItems": 1}}
    form = {"type": "object", "required": list(images), "properties": {**images, **options}}
    return {"multipart/form-data": {"schema": form}}


_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

_EXAMPLES = """\
curl http://127.0.0.1:8000/v1/kanji/三

curl http://127.0.0.1:8000/v1/grade -H 'Content-Type: application/json' \\
  -d '{"character": "一", "strokes": [{"x": [10, 50, 95], "y": [50, 49, 48]}]}'

curl -i http://127.0.0.1:8000/v1/stylizations \\
  -F content=@photo.jpg -F style=@painting.jpg -F size=512
curl http://127.0.0.1:8000/v1/jobs/JOB
curl http://127.0.0.1:8000/v1/jobs/JOB/result -o picture.png
"""
