"""Every error as a problem document (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apiflask import HTTPError
from flask import Flask, Response, request
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES

from data.errors import DataError, ReferenceMissing
from kanji.errors import KanjiError, RecognizerMissing
from service.api.schemas.base import BRANCHES
from service.errors import InvalidRequest, ServiceError, TooManyRequests, slug_of

MEDIA_TYPE = "application/problem+json"
SCHEMA = {"$ref": "#/components/schemas/Problem"}
MAX_ERRORS = 10  # wrong fields that are listed
RETRY_SECONDS = 30  # after a 429, 503 or 507 that passes by itself
FORM_TOO_LARGE = "a field of the form is too large, or it has too many parts"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One `type` of problem. `meaning` is what /v1/docs says of it."""

    status: int
    title: str
    meaning: str


# By slug. A ServiceError has the slug of its class name, an error of HTTP that of its title.
PROBLEMS: Mapping[str, Kind] = {
    "bad-json": Kind(400, "The body is not JSON", "the body is not JSON"),
    "bad-request": Kind(400, "Bad Request", "the request is not valid HTTP"),
    "token-missing": Kind(
        401, "A token is needed", "the request has no token, or one that is not valid (any more)"
    ),
    "scope-missing": Kind(
        403, "The token does not allow this", "the token lacks the scope that the operation needs"
    ),
    "metrics-refused": Kind(
        403, "The metrics are not for you", "the metrics need their token from another machine"
    ),
    "link-code-refused": Kind(
        403, "The code is not valid", "the code of another device is wrong, used, or expired"
    ),
    "cross-site": Kind(
        403,
        "Requests from pages of other sites are refused",
        "a browser sent this from a page of another site",
    ),
    "unknown-character": Kind(
        404, "There are no strokes for this character", "there are no strokes for this character"
    ),
    "unknown-strokes": Kind(
        404, "These strokes are not here", "the strokes of the character have another hash"
    ),
    "unknown-model": Kind(404, "This model is not here", "the recognizer has another hash"),
    "unknown-device": Kind(404, "There is no such device", "you have no device with this id"),
    "unknown-job": Kind(404, "There is no such job", "there is no such job, or it has expired"),
    "not-found": Kind(404, "Not Found", "there is no such address"),
    "method-not-allowed": Kind(
        405, "Method Not Allowed", "the address allows other methods; see the header Allow"
    ),
    "too-many-devices": Kind(
        409, "There are too many devices", "a user has as many devices as one may have"
    ),
    "job-unfinished": Kind(
        409, "The job has no picture", "the job is not done yet, or has failed: it has no picture"
    ),
    "precondition-failed": Kind(
        412, "Precondition Failed", "what If-Match names is not what is there now"
    ),
    "request-entity-too-large": Kind(
        413, "Request Entity Too Large", "the body or an image is too large"
    ),
    "unsupported-media-type": Kind(
        415,
        "Unsupported Media Type",
        "send application/json, or multipart/form-data for images",
    ),
    "invalid-request": Kind(422, "The request is not valid", "a field is wrong; errors names each"),
    "invalid-ink": Kind(422, "The drawing cannot be read", "the drawing cannot be read"),
    "too-much-ink": Kind(
        422, "The drawing is too large", "a drawing has too many strokes or points to be compared"
    ),
    "image-refused": Kind(
        422, "The image cannot be used", "an image is damaged, of another format, or too large"
    ),
    "import-refused": Kind(
        422,
        "The file cannot be imported",
        "the file is not of the kind that its media type says, or has too many events",
    ),
    "too-costly": Kind(
        422,
        "This would take too long to paint",
        "the picture would take longer to paint than is allowed; detail says what is accepted",
    ),
    "too-many-requests": Kind(
        429,
        "This was done too often",
        "a device or an address did this too often; Retry-After says when it may again",
    ),
    "too-many-jobs": Kind(
        429,
        "You have too many pictures that are not painted yet",
        "you have as many unfinished jobs as one user may have; wait, or cancel one",
    ),
    "internal": Kind(500, "Something went wrong here", "an error of the service itself"),
    "not-installed": Kind(
        503,
        "A part of the service is not installed",
        "a part is not installed, such as the recognizer",
    ),
    "storage-unavailable": Kind(
        503,
        "The pictures cannot be stored or read",
        "the disk of the service fails; try again later",
    ),
    "storage-full": Kind(
        507, "The disk of the service is full", "the disk of the service is full; try again later"
    ),
    "database-unavailable": Kind(
        503, "The database does not answer", "the database does not answer, or cannot be written to"
    ),
    "too-many-streams": Kind(
        503,
        "Too many clients follow jobs",
        "as many clients follow the events of jobs as may; ask for the job every few seconds",
    ),
    "queue-full": Kind(
        503,
        "Too many pictures wait to be painted",
        "too many jobs or uploads wait; try again later",
    ),
}
# What any request with a body may be answered.
JSON_PROBLEMS = (
    "bad-json",
    "request-entity-too-large",
    "unsupported-media-type",
    "invalid-request",
)
# What any request that needs a token may be answered.
TOKEN_PROBLEMS = ("token-missing", "scope-missing", "database-unavailable")


def install_problems(app: Flask) -> None:
    """Answer every error of `app` with a problem document. It repeats no value of the request."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(HTTPError, _apiflask)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(ServiceError, _service)
    app.register_error_handler(DataError, _unprocessable)
    app.register_error_handler(KanjiError, _unprocessable)
    for kind in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_precondition)


def problem_responses(slugs: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses for problems by status, with "internal" and a default."""
    by_status: dict[int, list[str]] = {}
    for slug in (*slugs, "internal"):
        by_status.setdefault(PROBLEMS[slug].status, []).append(slug)
    responses: dict[int | str, dict[str, Any]] = {
        status: {
            "description": "; ".join(f"{slug}: {PROBLEMS[slug].meaning}" for slug in named),
            "content": {MEDIA_TYPE: {"schema": SCHEMA, "examples": _examples(named)}},
        }
        for status, named in by_status.items()
    }
    anything = {"description": "a problem", "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
    return responses | {"default": anything}


def _examples(slugs: Iterable[str]) -> dict[str, Any]:
    """An example of each problem, for the OpenAPI document."""
    kinds = {slug: PROBLEMS[slug] for slug in slugs}
    return {
        slug: {"value": {"type": _address(slug), "title": kind.title, "status": kind.status}}
        for slug, kind in kinds.items()
    }


def problem(
    slug: str,
    *,
    detail: str = "",
    errors: Iterable[Mapping[str, str]] = (),
    kind: Kind | None = None,
) -> Response:
    """One problem document, of PROBLEMS or of another `kind`.

    Its `type` is an anchor of /v1/docs, where the problem is explained.
    """
    kind = kind or PROBLEMS[slug]
    body: dict[str, Any] = {
        "type": _address(slug),
        "title": kind.title,
        "status": kind.status,
    }
    if detail:
        body["detail"] = detail
    body["instance"] = request.path
    if errors:
        body["errors"] = errors
    response = Response(json.dumps(body, ensure_ascii=False), kind.status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _address(slug: str) -> str:
    """The `type` of a problem: where it is explained."""
    return f"/v1/docs#problem-{slug}"


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect is no problem
    detail = error.description or ""
    if isinstance(error, RequestEntityTooLarge) and error.description == type(error).description:
        most = request.max_content_length or 0
        is_body = (request.content_length or most + 1) > most
        detail = f"the body may have at most {most} bytes here" if is_body else FORM_TOO_LARGE
    answer = _named(error.code, error.name, detail)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value  # Allow, Retry-After
    return answer


def _precondition(response: Response) -> Response:
    """Says of an answer that was compared with If-Match what 412 means, in place of its body."""
    if response.status_code == 412:
        said = problem("precondition-failed", detail="ask again, without If-Match or with the ETag")
        response.direct_passthrough = False
        response.set_data(said.get_data())
        response.headers.update(said.headers)
        for name in ("ETag", "Content-Disposition", "Accept-Ranges"):
            response.headers.remove(name)
    return response


def _apiflask(error: HTTPError) -> Response:
    """APIFlask's own errors: a failed check of `input`, or `abort`."""
    if isinstance(error.__cause__, ValidationError):
        return _invalid(error.__cause__)
    answer = _named(error.status_code, HTTP_STATUS_CODES[error.status_code], error.message or "")
    answer.headers.extend(error.headers)
    return answer


def _named(status: int, name: str, detail: str) -> Response:
    """The problem of an HTTP status; its name becomes the slug and the title."""
    slug = name.lower().replace(" ", "-")
    return problem(slug, detail=detail, kind=Kind(status, name, ""))


def _invalid(error: ValidationError) -> Response:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return problem("bad-json", detail=faults[0]["msg"])
    fields = [
        {
            "pointer": "/" + "/".join(str(step) for step in fault["loc"] if step not in BRANCHES),
            "detail": fault["msg"].removeprefix("Value error, "),
        }
        for fault in faults[:MAX_ERRORS]
    ]
    detail = "; ".join(f"{field['pointer']}: {field['detail']}" for field in fields[:3])
    return problem("invalid-request", detail=detail, errors=fields)


def _service(error: ServiceError) -> Response:
    slug = slug_of(type(error))
    if slug not in PROBLEMS:  # JobLost and SettingsError: no endpoint should raise them
        return _unexpected(error)
    faults = error.faults if isinstance(error, InvalidRequest) else {}
    fields = [{"pointer": f"/{name}", "detail": text} for name, text in faults.items()]
    answer = problem(slug, detail=str(error), errors=fields[:MAX_ERRORS])
    if answer.status_code in {429, 503, 507} and slug != "not-installed":
        seconds = error.retry_seconds if isinstance(error, TooManyRequests) else RETRY_SECONDS
        answer.headers["Retry-After"] = str(seconds)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _unavailable(error: DBAPIError | TimeoutError) -> Response:
    """The database is gone, busy for too long, full or read-only. The reason is only logged."""
    reason = str(getattr(error, "orig", error)).partition("\n")[0]
    log.error("the database does not answer: %s", reason)
    answer = problem("database-unavailable")
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _unprocessable(error: DataError | KanjiError) -> Response:
    if isinstance(error, RecognizerMissing | ReferenceMissing):
        log.error("%s: %s", type(error).__name__, error)
        is_recognizer = isinstance(error, RecognizerMissing)
        detail = "the recognizer is not installed" if is_recognizer else str(error)
        return problem("not-installed", detail=detail)
    return problem("invalid-ink", detail=str(error))


def _unexpected(error: Exception) -> Response:
    # The message could hold what was drawn; the kind and place of the error suffice.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
    log.error("%s at %s, in %s %s", type(error).__name__, where, request.method, request.url_rule)
    return problem("internal")
