"""gunicorn's worker with threads, which drops no connection at its end and says less in errors."""

from __future__ import annotations

import json
import logging
from types import FrameType
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from service.api.security_headers import SECURITY_HEADERS
from service.api.stopping import is_stopping

# By the kind of what cannot be read as HTTP; all other kinds of ParseException are 400.
STATUSES: dict[type[Exception], tuple[int, str]] = {
    errors.ForbiddenProxyRequest: (403, "Forbidden"),
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
}
BAD_REQUEST, INTERNAL = (400, "Bad Request"), (500, "Internal Server Error")

log = logging.getLogger(__name__)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Differs from gunicorn's own in how it stops, and in how it answers what is not HTTP.

    gunicorn leaves the listening socket open while it ends its requests, so that connections go on
    to arrive there which are reset when the process ends. And its errors repeat header values,
    which may hold a token.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop: finish what has begun, and end the streams of events."""
        is_stopping.set()
        super().handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:
        """At the end, accept all connections that have arrived, and close the socket at once."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
            return
        for listener in self.sockets:
            self._accept_all(listener)
        super().set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()

    def _accept_all(self, listener: Any) -> None:
        accepted = -1
        while accepted != self.nr_conns:
            accepted = self.nr_conns
            self.accept(listener)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what is not HTTP with a problem document, which repeats no value of it."""
        status, title = _status(exc)
        log.warning("a request could not be read: %s", type(exc).__name__)
        try:
            client.setblocking(False)
            client.send(error_answer(status, title))
        except OSError:
            log.debug("the client did not wait for the answer")


def error_answer(status: int, title: str) -> bytes:
    """An HTTP answer with a problem document, after which the connection is closed."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status}).encode()
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Connection": "close",
        **SECURITY_HEADERS,
    }
    lines = [f"HTTP/1.1 {status} {title}", *(f"{name}: {v}" for name, v in headers.items())]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _status(error: Exception) -> tuple[int, str]:
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return status
    return BAD_REQUEST if isinstance(error, errors.ParseException) else INTERNAL
