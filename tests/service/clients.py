"""Clients of an application, each a device with a token."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient


def device(app: Flask, **request: Any) -> FlaskClient:
    """A client that sends the token of a new device, as `request` to POST /v1/devices asks for it.

    Without a code, the device is one of a new user.
    """
    client = app.test_client()
    answer = client.post("/v1/devices", json=request)
    assert answer.status_code == 201, answer.text
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['token']}"
    return client
