"""Requests as gunicorn hands them to an application: no socket, and no client to pay for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def answered(app: Flask, method: str, path: str, body: bytes = b"", *, token: str = "") -> bytes:
    """The body of the answer. Raises AssertionError for a status other than 200 and 201."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }
    if body:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    statuses: list[str] = []
    parts = app.wsgi_app(environ, lambda status, headers, error=None: statuses.append(status))  # type: ignore[arg-type]
    text = b"".join(parts)
    parts.close()  # type: ignore[attr-defined]
    assert statuses in (["200 OK"], ["201 CREATED"]), (statuses, text)
    return text
