"""The OpenAPI 3.1 document, which APIFlask makes from the endpoints and their models."""

from __future__ import annotations

import json
from typing import Any, cast

from flask import Flask

from service.api.access import SCHEME
from service.api.blueprint import ALSO, SCHEMAS, schemas_of
from service.api.examples import add_examples
from service.api.links import add_links
from service.api.schemas.problem import Problem

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "the token of a device, from POST /v1/devices; an operation names the scope",
}
FORM = "multipart/form-data"
PICTURES = "image/jpeg, image/png, image/webp"
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
    schemas |= schemas_of(Problem)  # which no endpoint declares
    document["components"]["schemas"] = schemas
    document["components"]["securitySchemes"] = {SCHEME: TOKEN}
    order = [tag["name"] for tag in document["tags"]]
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
                also = operation.pop(ALSO, {"content": {}, "schemas": {}})
                operation["requestBody"]["content"] |= also["content"]
                schemas |= also["schemas"]
                _describe_form(operation["requestBody"]["content"], schemas)
            add_links(operation)
            add_examples(operation)
    document["paths"] = dict(
        sorted(document["paths"].items(), key=lambda path: order.index(_tag(path[1])))
    )
    return document


def _describe_form(content: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say what only a form has: a field is left out or empty and never null, a file has a type."""
    if FORM not in content:
        return
    model = schemas[content[FORM]["schema"]["$ref"].removeprefix(SCHEMAS)]
    model["properties"] = {name: _of_form(one) for name, one in model["properties"].items()}
    files = [name for name, one in model["properties"].items() if _is_file(one)]
    content[FORM]["encoding"] = {name: {"contentType": PICTURES} for name in files}


def _of_form(field: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field which may be left out; one that is empty counts as left out."""
    choices = [one for one in field.get("anyOf", ()) if one != {"type": "null"}]
    if choices:
        kept = {key: value for key, value in field.items() if key not in ("anyOf", "default")}
        field = {**(choices[0] if len(choices) == 1 else {"anyOf": choices}), **kept}
    return {key: value for key, value in field.items() if key != "minLength"}


def _is_file(field: dict[str, Any]) -> bool:
    return "binary" in (field.get("format"), field.get("items", {}).get("format"))


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
