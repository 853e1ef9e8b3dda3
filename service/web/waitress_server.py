"""waitress, where gunicorn does not run: one process with threads."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import waitress

from service.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

FORM_BYTES = 1_000_000  # of a form beside its pictures


def run_waitress(app: Flask, settings: Settings, listener: socket.socket) -> None:
    """Run until KeyboardInterrupt."""
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=settings.threads,
        max_request_body_size=(1 + settings.max_styles) * settings.max_image_bytes + FORM_BYTES,
        ident=None,
    )
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
