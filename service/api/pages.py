"""The practice page, and the description of the API for tools and for people."""

from __future__ import annotations

import hashlib
import json
from functools import cache, partial
from pathlib import Path

from flask import Blueprint as Pages
from flask import Response, current_app, request, send_from_directory

from service.api.access import PUBLIC, allow
from service.api.blueprint import Blueprint, json_response
from service.api.docs_page import docs_page
from service.api.openapi import document_of

STATIC = Path(__file__).parents[1] / "static"
WORKER = "service-worker.js"
SHELL = (
    *("*.html", "*.webmanifest", "*.svg", "*.png"),
    *("app/**/*.js", "app/*.css", "grader/**/*.js", "vendor/*.js"),
)
LAZY = "vendor/lazy/*"  # what runs the recognizer
DOCUMENT_SCHEMA = {"type": "object", "required": ["openapi", "info", "paths", "components"]}

description = Blueprint("description", __name__, url_prefix="/v1")
pages = Pages("pages", __name__)  # for people, so not in the document


@description.get(
    "/openapi.json",
    access=PUBLIC,
    responses={
        200: {
            "description": "OpenAPI 3.1",
            "content": {"application/json": {"schema": DOCUMENT_SCHEMA}},
        }
    },
)
def openapi() -> Response:
    """This document"""
    return json_response(document_of(current_app))


@pages.get("/v1/docs")
@partial(allow, PUBLIC)
def docs() -> Response:
    """The document as a page."""
    return Response(docs_page(document_of(current_app)), mimetype="text/html")


@pages.get("/")
@partial(allow, PUBLIC)
def practice_page() -> Response:
    """The practice page."""
    return send_from_directory(STATIC, "index.html")


@pages.get("/service-worker.js")
@partial(allow, PUBLIC)
def service_worker() -> Response:
    """What keeps the page for when there is no network; at the root, as its scope is the page."""
    response = Response(_worker(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def shell_files() -> list[Path]:
    """All files of the page, those that it loads later too, but for the recognizer's."""
    return sorted({path for pattern in SHELL for path in STATIC.glob(pattern)})


def lazy_files() -> list[Path]:
    """The files that the page fetches once it is idle, to read drawings."""
    return sorted(path for path in STATIC.glob(LAZY) if path.suffix != ".txt")


@cache
def _worker() -> str:
    """The script, with the addresses of the page's files and their hash in front."""
    files = shell_files()
    addresses = ["/"] + [_address(path) for path in files if path.name != "index.html"]
    lazy = [_address(path) for path in lazy_files()]
    code = (STATIC / WORKER).read_text("utf-8")
    digest = hashlib.sha256(code.encode())
    for path in files:
        digest.update(path.read_bytes())
    return (
        f"const VERSION = {json.dumps(digest.hexdigest()[:16])};\n"
        f"const SHELL = {json.dumps(addresses, indent=1)};\n"
        f"const LAZY = {json.dumps(lazy, indent=1)};\n{code}"
    )


def _address(path: Path) -> str:
    return f"/static/{path.relative_to(STATIC).as_posix()}"
