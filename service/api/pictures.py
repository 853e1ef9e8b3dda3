"""Stored pictures in answers: streamed, in parts where the client asks so."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from service.api.dependencies import dependencies
from service.blobs import delete_folder, open_blobs
from service.blobs.trouble import storage_error
from service.errors import UnknownJob
from service.jobs.folders import folder_name
from service.jobs.job import Job
from service.settings import Settings

log = logging.getLogger(__name__)
BINARY = {"schema": {"type": "string", "format": "binary"}}
UNCHANGING = "private, max-age=86400, immutable"


def picture_responses(name: str, media_type: str) -> Any:
    """What the OpenAPI document says of a picture."""
    content = {media_type: BINARY}
    return {
        200: {"description": name, "content": content},
        206: {"description": "the part that the header Range asks for", "content": content},
        304: {"description": "the picture is that of If-None-Match"},
    }


def result_of(job: Job) -> Response:
    """The picture of a job that is done. Raises StorageUnavailable, UnknownJob where it is gone."""
    name = job.result or ""
    try:
        answer = stored_picture(job.id, name, "image/png", etag=name.partition(".")[0])
    except FileNotFoundError as error:
        log.error("the picture of job %s is gone: %s", job.id, error)
        raise UnknownJob("the picture of this job is gone; order it again") from error
    answer.headers["Content-Disposition"] = f'attachment; filename="hitsujun-{job.id[:8]}.png"'
    answer.headers["Cache-Control"] = UNCHANGING
    return answer


def stored_picture(job_id: str, name: str, media_type: str, *, etag: str) -> Response:
    """A file of a job, read while it is sent.

    Raises FileNotFoundError where it is missing, StorageUnavailable for another error.
    """
    blobs = open_blobs(dependencies().settings)
    path = f"{folder_name(job_id)}/{name}"
    try:
        size, file = blobs.size(path), blobs.open(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise storage_error(error) from error
    answer = Response(
        wrap_file(request.environ, file), mimetype=media_type, direct_passthrough=True
    )
    answer.call_on_close(file.close)
    answer.content_length = size
    answer.set_etag(etag)
    try:
        answer.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    return answer


def delete_pictures(settings: Settings, job_id: str) -> None:
    """Delete the files of a job. Where the storage fails, a sweep deletes them later."""
    with suppress(OSError):
        delete_folder(open_blobs(settings), folder_name(job_id))
