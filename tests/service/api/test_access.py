"""Who may call what is said by each endpoint, and only some may be public. See test_denied.py."""

import io
import logging

import pytest
from flask import Flask

from service.api.access import install_access
from service.api.app import openapi_document
from service.api.blueprint import Blueprint
from tests.service.clients import device

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
    "get_references_version",
    "get_version",
    "post_devices",
    "post_grade",
    "post_recognize",
}


def test_only_what_is_meant_to_be_is_public() -> None:
    public = {
        one["operationId"]
        for methods in DOCUMENT["paths"].values()
        for one in methods.values()
        if not one.get("security")
    }
    assert public == OPEN


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
