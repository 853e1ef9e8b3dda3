"""Every error as RFC 9457 problem+json."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from data.errors import DataError, ReferenceMissing
from kanji.errors import KanjiError, RecognizerMissing
from service.errors import ServiceError

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 10  # as many wrong places as a person reads

log = logging.getLogger(__name__)


def install_problems(app: Flask) -> None:
    """Answer every error of `app` with a problem document; what was sent is never repeated."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(ServiceError, _service)
    app.register_error_handler(DataError, _unprocessable)
    app.register_error_handler(KanjiError, _unprocessable)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int, slug: str, *, title: str, detail: str = "", extra: Mapping[str, Any] | None = None
) -> Response:
    """One problem document; its `type` is an anchor of /v1/docs, where it is explained."""
    body = {"type": f"/v1/docs#problem-{slug}", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    body |= {"instance": request.path, **(extra or {})}
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect is no problem
    slug = error.name.lower().replace(" ", "-")
    answer = problem(error.code, slug, title=error.name, detail=error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value  # Allow, Retry-After
    return answer


def _invalid(error: ValidationError) -> Response:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return problem(400, "bad-json", title="The body is not JSON", detail=found[0]["msg"])
    places = [
        {"pointer": "/" + "/".join(str(step) for step in one["loc"]), "detail": one["msg"]}
        for one in found[:MAX_ERRORS]
    ]
    said = "; ".join(f"{place['pointer']}: {place['detail']}" for place in places[:3])
    return problem(
        422,
        "invalid-request",
        title="The request is not valid",
        detail=said,
        extra={"errors": places},
    )


def _service(error: ServiceError) -> Response:
    answer = problem(error.status, error.slug, title=error.title, detail=str(error))
    if error.status == 503:
        answer.headers["Retry-After"] = "30"
    return answer


def _unprocessable(error: DataError | KanjiError) -> Response:
    if isinstance(error, RecognizerMissing | ReferenceMissing):
        log.error("%s: %s", type(error).__name__, error)
        return problem(
            503,
            "not-installed",
            title="A part of the service is not installed",
            detail=str(error) if isinstance(error, ReferenceMissing) else "no recognizer is here",
        )
    return problem(422, "invalid-ink", title="The drawing cannot be read", detail=str(error))


def _unexpected(error: Exception) -> Response:
    # The message could hold what was drawn; the kind and place of the error suffice.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
    log.error("%s at %s, in %s %s", type(error).__name__, where, request.method, request.url_rule)
    return problem(500, "internal", title="Something went wrong here")
