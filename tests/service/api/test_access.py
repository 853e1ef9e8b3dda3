"""Every operation of the OpenAPI document, tried without the right token."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.access import install_access
from service.api.app import openapi_document
from service.api.blueprint import Blueprint
from service.db.devices import SCOPES
from tests.service.clients import device
from tests.service.databases import both
from tests.service.forms import form

DOCUMENT = openapi_document()
# What anybody may call, without a token.
OPEN = {
    "get_healthz",
    "get_kanji",
    "get_kanji_character",
    "get_kanji_character_animation_svg",
    "get_kanji_character_strokes_sha256",
    "get_metrics",
    "get_model",
    "get_model_sha256",
    "get_openapi_json",
    "get_readyz",
    "get_version",
    "post_devices",
    "post_grade",
    "post_recognize",
}


def _operations() -> Iterator[Any]:
    """Each operation that needs a token: method, path, scope."""
    for path, methods in DOCUMENT["paths"].items():
        for method, one in methods.items():
            if one["operationId"] not in OPEN:
                ((scope,),) = [next(iter(each.values())) for each in one["security"]]
                yield pytest.param(method, path, scope, id=one["operationId"])


OPERATIONS = list(_operations())


def call(client: FlaskClient, method: str, path: str, **headers: str) -> TestResponse:
    """A request with "none" for each parameter of the path."""
    filled = path.replace("{", "").replace("}", "")
    return client.open(filled, method=method.upper(), headers=headers)


def problem(answer: TestResponse) -> str:
    return str(answer.get_json(force=True)["type"].split("#problem-")[1])


def test_only_what_is_meant_to_be_is_public() -> None:
    public = {
        one["operationId"]
        for methods in DOCUMENT["paths"].values()
        for one in methods.values()
        if not one.get("security")
    }
    assert public == OPEN


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_an_operation_refuses_a_request_without_a_valid_token(
    anonymous: FlaskClient, method: str, path: str, scope: str
) -> None:
    for header in ({}, {"Authorization": "Bearer hitsujun_none"}, {"Authorization": "Basic YTpi"}):
        answer = call(anonymous, method, path, **header)
        assert (answer.status_code, problem(answer)) == (401, "token-missing")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_an_operation_refuses_a_token_without_its_scope(
    app: Flask, method: str, path: str, scope: str
) -> None:
    other = device(app, scopes=[one for one in SCOPES if one != scope])
    answer = call(other, method, path)
    assert (answer.status_code, problem(answer)) == (403, "scope-missing")


def job(client: FlaskClient) -> str:
    answer = client.post("/v1/stylizations", data=form(size="64"))
    return str(answer.json["id"])


def own_device(client: FlaskClient) -> str:
    return str(client.get("/v1/devices").json["devices"][0]["id"])


# How a user makes what a parameter of a path names.
OWN: dict[str, Callable[[FlaskClient], str]] = {"{job_id}": job, "{device_id}": own_device}


@both
@pytest.mark.parametrize(
    ("method", "path", "scope"), [one for one in OPERATIONS if "{" in one.values[1]]
)
def test_what_belongs_to_another_user_is_as_if_it_were_not_there(
    app: Flask, client: FlaskClient, method: str, path: str, scope: str
) -> None:
    (parameter,) = [one for one in OWN if one in path]
    filled = path.replace(parameter, OWN[parameter](client))
    assert "{" not in filled
    stranger = device(app)
    absent = call(stranger, method, path.replace(parameter, "0" * 32))
    answer = stranger.open(filled, method=method.upper())
    assert (answer.status_code, problem(answer)) == (404, problem(absent))
    assert answer.json["detail"] == absent.json["detail"]


def test_an_endpoint_that_does_not_say_who_may_call_it_stops_the_start() -> None:
    app = Flask("test", static_folder=None)
    app.add_url_rule("/secret", "secret", lambda: "")
    with pytest.raises(RuntimeError, match="secret"):
        install_access(app)
    with pytest.raises(TypeError, match="access"):
        Blueprint("b", "b").get("/secret")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="pubic"):
        Blueprint("b", "b").get("/secret", access="pubic")(lambda: "")


def test_a_token_is_in_no_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = device(app)
    token = client.environ_base["HTTP_AUTHORIZATION"].split()[1]
    client.get("/v1/devices")
    client.post("/v1/stylizations", data={"content": (io.BytesIO(b"x"), "x")})
    assert token not in caplog.text
