"""One line of log for each request, and the id by which all lines of a request are found.

Only the route's template is logged, never the address itself: it may hold the id of a job, and the
query and the body hold what was drawn.
"""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from service.logs import request_id

HEADER = "X-Request-ID"
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
UNMATCHED = "none"  # the route of an address that is not there

log = logging.getLogger(__name__)


def install_request_log(app: Flask) -> None:
    """Log the requests of `app`. Called first, so that the line comes after all else is done."""
    app.before_request(_begin)
    app.after_request(_end)


def route() -> str:
    """The template of the current request's route, such as /v1/jobs/<job_id>."""
    return request.url_rule.rule if request.url_rule else UNMATCHED


def seconds_taken() -> float:
    """Seconds since the current request began."""
    began: float = g.hitsujun_began
    return time.perf_counter() - began


def _begin() -> None:
    g.hitsujun_began = time.perf_counter()
    sent = request.headers.get(HEADER, "")
    g.hitsujun_request_id = sent if SANE_ID.fullmatch(sent) else secrets.token_hex(8)
    request_id.set(g.hitsujun_request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.hitsujun_request_id
    facts = {
        "method": request.method,
        "route": route(),
        "status": response.status_code,
        "ms": round(1000 * seconds_taken(), 1),
    }
    log.info("request", extra={"facts": facts})
    return response
