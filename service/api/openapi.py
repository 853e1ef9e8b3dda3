"""The OpenAPI 3.1 document, which APIFlask makes from the endpoints and their models."""

from __future__ import annotations

import json
from typing import Any, cast

from flask import Flask
from pydantic import BaseModel

from service.api.access import SCHEME
from service.api.schemas.problem import Problem
from service.api.schemas.wallpapers import WallpaperRequest

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "the token of a device, from POST /v1/devices; an operation names the scope",
}
# Operations that take JSON instead of their form; APIFlask documents one body of each.
JSON_BODIES: dict[str, type[BaseModel]] = {"post_wallpapers": WallpaperRequest}
SCHEMAS = "#/components/schemas/"
CACHE_KEY = "hitsujun-openapi"


def document_of(app: Flask) -> dict[str, Any]:
    """The document of an application, made at the first call."""
    if CACHE_KEY not in app.extensions:
        app.extensions[CACHE_KEY] = app.spec  # type: ignore[attr-defined]
    return cast(dict[str, Any], app.extensions[CACHE_KEY])


def complete_document(document: dict[str, Any]) -> dict[str, Any]:
    """Complete APIFlask's document: plain names, Problem, tokens, required bodies, sorted paths.

    APIFlask calls a model within another "Outer.Inner", and repeats it for each outer one. Our
    models have different names, so each is kept once, as "Inner".
    """
    document = json.loads(json.dumps(document), object_hook=_with_plain_references)
    schemas = {
        name.split(".")[-1]: schema for name, schema in document["components"]["schemas"].items()
    }
    models: tuple[type[BaseModel], ...] = (Problem, *JSON_BODIES.values())
    for model in models:
        schema = model.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
        schemas |= {**schema.pop("$defs", {}), model.__name__: schema}
    document["components"]["schemas"] = schemas
    document["components"]["securitySchemes"] = {SCHEME: TOKEN}
    order = [tag["name"] for tag in document["tags"]]
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if "requestBody" in operation:
                _complete_body(operation)
    document["paths"] = dict(
        sorted(document["paths"].items(), key=lambda path: order.index(_tag(path[1])))
    )
    return document


def _complete_body(operation: dict[str, Any]) -> None:
    body = operation["requestBody"]
    body["required"] = True
    if model := JSON_BODIES.get(operation["operationId"]):
        reference = {"$ref": f"{SCHEMAS}{model.__name__}"}
        body["content"]["application/json"] = {"schema": reference}


def _tag(operations: dict[str, Any]) -> str:
    """The tag of a path's operations, which is that of their blueprint."""
    tags: list[str] = next(iter(operations.values()))["tags"]
    return tags[0]


def _with_plain_references(node: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) if _is_reference(value) else value for key, value in node.items()}


def _is_reference(value: object) -> bool:
    """Of `$ref`, or of the mapping of a discriminator."""
    return isinstance(value, str) and value.startswith(SCHEMAS)


def _plain(reference: str) -> str:
    return SCHEMAS + reference.removeprefix(SCHEMAS).split(".")[-1]
