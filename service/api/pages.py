"""The practice page, and the description of the API for tools and for people."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from functools import cache, partial
from pathlib import Path

from flask import Blueprint as Pages
from flask import Response, current_app, request

from service.api.access import PUBLIC, allow
from service.api.blueprint import Blueprint, json_response
from service.api.docs_page import docs_page
from service.api.openapi import document_of

mimetypes.add_type("image/webp", ".webp")  # some systems do not know it
STATIC = Path(__file__).parents[1] / "static"
WORKER = "service-worker.js"
SHELL = (
    *("*.html", "*.webmanifest", "*.svg", "*.png"),
    *("app/**/*.js", "app/*.css", "grader/**/*.js", "vendor/*.js"),
)
LAZY = "vendor/lazy/*"  # what runs the recognizer
FIRST = ("main.js", "views/practice.js")  # what the first view is made of
IMPORT = re.compile(r'^(?:import|export) [\w\s{},*]+ from "([^"]+)"', re.MULTILINE)
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
    response = Response(_page(), mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.get("/service-worker.js")
@partial(allow, PUBLIC)
def service_worker() -> Response:
    """What keeps the page for when there is no network; at the root, as its scope is the page."""
    response = Response(_worker(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def imported(path: Path) -> list[Path]:
    """A module of the page and all that it imports at once, each after what imports it."""
    found = [path]
    for module in found:  # grows meanwhile
        for name in IMPORT.findall(module.read_text("utf-8")):
            file = (STATIC.parent / name[1:] if name[0] == "/" else module.parent / name).resolve()
            if file not in found:
                found.append(file)
    return found


@cache
def _page() -> str:
    """The page, which names all modules of its first view: a browser then fetches them at once."""
    files = dict.fromkeys(file for name in FIRST for file in imported(STATIC / "app" / name))
    links = "".join(
        f'  <link rel="modulepreload" href="/static/{file.relative_to(STATIC).as_posix()}">\n'
        for file in files
    )
    return (STATIC / "index.html").read_text("utf-8").replace("</head>", f"{links}</head>")


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
