"""The practice page, and the description of the API for tools and for people."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from flask import Blueprint as Pages
from flask import Response, current_app, request

from service.api.access import PUBLIC, allow
from service.api.blueprint import Blueprint, json_response
from service.api.docs_page import docs_page
from service.api.openapi import document_of
from service.api.security_headers import SECURITY_HEADERS

mimetypes.add_type("image/webp", ".webp")  # some systems do not know it
STATIC = Path(__file__).parents[1] / "static"
WORKER = "service-worker.js"
SHELL = (
    *("*.html", "*.webmanifest", "*.svg", "*.png"),
    *("app/**/*.js", "app/*.css", "grader/**/*.js", "vendor/*.js"),
)
LAZY = "vendor/lazy/*"  # what runs the recognizer
FIRST = ("main.js", "views/practice.js")  # what the first view is made of
FIRST_STYLES = ("app/frame.css", "app/practice.css")
POLICY = "Content-Security-Policy"
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
    page = _page()
    response = Response(page.html, mimetype="text/html")
    policy = SECURITY_HEADERS[POLICY]
    own = f"style-src 'self' '{page.style_hash}'"
    response.headers[POLICY] = policy.replace("style-src 'self'", own)
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


@dataclass(frozen=True)
class Page:
    """`style_hash`: of the style in the page, as a policy allows it."""

    html: str
    style_hash: str


@cache
def _page() -> Page:
    """The page, which holds the style of its first view and names all modules of it.

    So a browser paints as soon as it has the page, and fetches all modules at once.
    """
    files = dict.fromkeys(file for name in FIRST for file in imported(STATIC / "app" / name))
    links = "".join(
        f'  <link rel="modulepreload" href="{_address(file)}" fetchpriority="low">\n'
        for file in files
    )
    html = (STATIC / "index.html").read_text("utf-8")
    style = ""
    for name in FIRST_STYLES:
        html = html.replace(f'  <link rel="stylesheet" href="/static/{name}">\n', "")
        style += (STATIC / name).read_text("utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    html = html.replace("</head>", f"  <style>{style}</style>\n{links}</head>")
    return Page(html, f"sha256-{digest}")


def shell_files() -> list[Path]:
    """All files beside the page, those that it loads later too, but for the recognizer's."""
    files = {path for pattern in SHELL for path in STATIC.glob(pattern)}
    return sorted(files - {STATIC / name for name in FIRST_STYLES})


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
    digest = hashlib.sha256(f"{code}{_page().html}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return (
        f"const VERSION = {json.dumps(digest.hexdigest()[:16])};\n"
        f"const SHELL = {json.dumps(addresses, indent=1)};\n"
        f"const LAZY = {json.dumps(lazy, indent=1)};\n{code}"
    )


def _address(path: Path) -> str:
    return f"/static/{path.relative_to(STATIC).as_posix()}"
