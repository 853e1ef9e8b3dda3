"""Every route of the OpenAPI document is denied to whoever the document does not name."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.app import openapi_document
from service.db.devices import SCOPES
from tests.service.clients import device
from tests.service.databases import both
from tests.service.forms import form

UNKNOWN = {
    "device_id": "01931c00-0000-4000-8000-000000000001",
    "job_id": "0" * 32,
    "sha256": "0" * 64,
}
# What a user owns, by the name of its id in a path.
OWNED: dict[str, Callable[[FlaskClient], str]] = {
    "device_id": lambda owner: owner.get("/v1/devices").json["devices"][0]["id"],
    "job_id": lambda owner: owner.post("/v1/stylizations", data=form(size="64")).json["id"],
    "sha256": lambda owner: owner.post("/v1/wallpapers", json=DRAWN).json["result"].split("/")[-1],
}
# A wallpaper that is there at once.
DRAWN = {"characters": "一", "size": "320x640", "painted": False}
BAD_TOKENS = ["", "Bearer", "Bearer none", f"Bearer hitsujun_{'a' * 43}", "Basic bm9uZTpub25l"]


def operations() -> Iterator[tuple[str, str, str]]:
    """Method, path and scope of each route that needs a token."""
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            for requirement in operation.get("security", ()):
                ((scope,),) = requirement.values()
                yield method.upper(), path, scope


SECURED = list(operations())
WITH_ID = [one for one in SECURED if "{" in one[1]]


def ask(client: FlaskClient, method: str, path: str, ids: dict[str, str]) -> TestResponse:
    """Send a request without a body to a path of the document."""
    address = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
    return client.open(address, method=method)


def headers(answer: TestResponse) -> dict[str, str]:
    """The headers of an answer, but for the id of the request."""
    return {name: value for name, value in answer.headers if name != "X-Request-ID"}


def problem(answer: TestResponse) -> dict[str, Any]:
    """The problem document of an answer, but for the address of the request."""
    body: dict[str, Any] = answer.get_json(force=True)
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    return {name: value for name, value in body.items() if name != "instance"}


def check_denied(answer: TestResponse, status: int, slug: str) -> None:
    assert answer.status_code == status, (answer.request.path, answer.text)
    assert problem(answer)["type"] == f"/v1/docs#problem-{slug}"


def test_the_document_names_every_owned_id() -> None:
    named = {name for _, path, _ in WITH_ID for name in re.findall(r"\{(\w+)\}", path)}
    assert named == set(OWNED) == set(UNKNOWN)


@both
def test_without_a_valid_token_every_route_is_denied(app: Flask) -> None:
    revoked = device(app)
    id = revoked.get("/v1/devices").json["devices"][0]["id"]
    assert revoked.delete(f"/v1/devices/{id}").status_code == 200
    old = revoked.environ_base["HTTP_AUTHORIZATION"]
    assert len(SECURED) > 15
    for method, path, _ in SECURED:
        for authorization in (None, *BAD_TOKENS, old):
            client = app.test_client()
            if authorization is not None:
                client.environ_base["HTTP_AUTHORIZATION"] = authorization
            answer = ask(client, method, path, UNKNOWN)
            check_denied(answer, 401, "token-missing")
            assert answer.headers["WWW-Authenticate"] == "Bearer"


@both
def test_a_token_with_all_scopes_but_the_right_one_is_denied(app: Flask) -> None:
    others = {
        scope: device(app, scopes=[one for one in SCOPES if one != scope]) for scope in SCOPES
    }
    for method, path, scope in SECURED:
        check_denied(ask(others[scope], method, path, UNKNOWN), 403, "scope-missing")


@both
@pytest.mark.parametrize(("method", "path", "scope"), WITH_ID)
def test_what_belongs_to_another_user_is_as_if_it_were_not_there(
    app: Flask, method: str, path: str, scope: str
) -> None:
    owner, stranger = device(app), device(app)
    (name,) = re.findall(r"\{(\w+)\}", path)
    id = OWNED[name](owner)
    unknown = ask(stranger, method, path, UNKNOWN)
    foreign = ask(stranger, method, path, {name: id})
    assert foreign.status_code == unknown.status_code == 404
    assert problem(foreign) == problem(unknown)
    assert id not in str(problem(foreign)) and headers(foreign) == headers(unknown)
    assert owner.get("/v1/devices").status_code == 200
    assert name != "job_id" or owner.get(f"/v1/jobs/{id}").json["state"] == "waiting"


@both
def test_a_public_route_does_not_look_at_the_token(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer none"
    for path, methods in openapi_document()["paths"].items():
        if "get" in methods and not methods["get"].get("security") and "{" not in path:
            assert client.get(path).status_code == 200, path
