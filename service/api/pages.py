"""The practice page, and the description of the API for tools and for people."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Blueprint as Pages
from flask import Response, current_app, send_from_directory

from service.api.access import PUBLIC, allow
from service.api.blueprint import Blueprint, json_response
from service.api.docs_page import docs_page
from service.api.openapi import document_of

STATIC = Path(__file__).parents[1] / "static"
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
    return send_from_directory(STATIC, "practice.html")
