"""Endpoints for painted pictures: submit a job, ask how far it is, fetch the picture."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from flask import Response, send_file, url_for

from service.api.access import caller
from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.problems import JSON_PROBLEMS
from service.api.schemas.stylizations import JobStatus, Pictures, StylizeForm
from service.api.times import iso
from service.api.uploads import Parts, check_origin, decode, receive_form, receiving
from service.errors import JobUnfinished, QueueFull, UnknownJob
from service.jobs.decoder import Upload
from service.jobs.folders import job_folder
from service.jobs.store import DONE, FAILED, Job, JobStore, new_job_id
from service.settings import Settings

POLL_SECONDS = "2"
# As the OpenAPI document describes them.
LOCATION = {"description": "address of the job", "schema": {"type": "string"}}
RETRY_AFTER = {
    "description": "seconds to wait before asking again; absent once the job has ended",
    "schema": {"type": "integer"},
}

stylizations = Blueprint("stylizations", __name__, url_prefix="/v1")


def _read_form(model: type[StylizeForm]) -> StylizeForm:
    """The multipart form of the request, with its pictures decoded.

    Room in the queue is checked before anything else is read.
    """
    needs = dependencies()
    settings = needs.settings
    check_origin()
    check_room(needs.store, settings)
    with receiving(settings) as reception:
        most_files = {"content": 1, "style": settings.max_styles}
        parts = receive_form(reception, most_files, settings)
        files = {"content": parts.files["content"][0], "style": parts.files["style"]}
        form: StylizeForm = model.model_validate(parts.fields | files)
        form.pictures = _decoded(form, parts, reception.folder, settings)
    return form


def _decoded(form: StylizeForm, parts: Parts, folder: Path, settings: Settings) -> Pictures:
    """Replace the uploads in `folder` by PNG files that are no larger than the painter needs."""
    longest = form.longest_px()
    uploads = [
        Upload(str(file.stream.name), str(folder / f"{name}-{number}.png"), longest[name])
        for name, files in parts.files.items()
        for number, file in enumerate(files)
    ]
    sizes = decode(uploads, max_pixels=settings.max_image_pixels)
    for upload in uploads:
        Path(upload.source).unlink()
    return Pictures(folder, *sizes[0])


def check_room(store: JobStore, settings: Settings) -> None:
    """Raises QueueFull where as many jobs wait as may."""
    if store.waiting() >= settings.max_waiting_jobs:
        raise QueueFull(f"{settings.max_waiting_jobs} jobs wait already; try later")


@stylizations.post(
    "/stylizations",
    access="style",
    problems=(
        *JSON_PROBLEMS[1:],
        "cross-site",
        "bad-request",
        "image-refused",
        "queue-full",
        "storage-full",
        "storage-unavailable",
    ),
    responses={202: {"headers": {"Location": LOCATION, "Retry-After": RETRY_AFTER}}},
)
@stylizations.input(StylizeForm, "form_and_files", read=_read_form)
@stylizations.output(JobStatus, 202, description="the job; Location is where to ask for it")
def stylize(form_and_files_data: StylizeForm) -> Answer:
    """Have a picture painted in the style of others"""
    form, needs = form_and_files_data, dependencies()
    job_id = new_job_id()
    try:
        check_room(needs.store, needs.settings)  # others may have come while this one arrived
        form.pictures.folder.rename(job_folder(needs.settings.jobs_dir, job_id))
        job = needs.store.add(form.without_defaults(), job_id=job_id, user_id=caller().user_id)
    except BaseException:
        for folder in (form.pictures.folder, job_folder(needs.settings.jobs_dir, job_id)):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    needs.enqueue(job_id)
    body, headers = _status(job)
    return body, 202, headers | {"Location": _address(job)}


@stylizations.get(
    "/jobs/<job_id>",
    access="style",
    problems=("unknown-job",),
    responses={200: {"headers": {"Retry-After": RETRY_AFTER}}},
)
@stylizations.output(
    JobStatus,
    description="state (waiting, running, done, failed), progress from 0 to 1, result, error",
)
def job(job_id: str) -> Answer:
    """How far is a job?"""
    return _status(_own_job(job_id))


@stylizations.get(
    "/jobs/<job_id>/result",
    access="style",
    problems=("unknown-job", "job-unfinished"),
    responses={
        200: {
            "description": "a PNG",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def result(job_id: str) -> Response:
    """The painted picture"""
    job = _own_job(job_id)
    if job.state != DONE or job.result is None:
        raise JobUnfinished(job.error or f"the job is {job.state}; ask again when it is done")
    path = job_folder(dependencies().settings.jobs_dir.resolve(), job.id) / Path(job.result).name
    picture = send_file(path, "image/png", True, f"hitsujun-{job.id[:8]}.png")
    picture.headers["Cache-Control"] = "private, max-age=3600"
    return picture


def _own_job(job_id: str) -> Job:
    """A job of the caller. Raises UnknownJob. Jobs from before there were users are everybody's."""
    job = dependencies().store.get(job_id)
    if job.user_id not in (None, caller().user_id):
        raise UnknownJob("there is no job with this id, or it has expired")
    return job


def _status(job: Job) -> tuple[Json, dict[str, str]]:
    """The JobStatus of a job, and its headers."""
    body = {
        "id": job.id,
        "state": job.state,
        "progress": round(job.progress, 4),
        "attempts": job.attempts,
        "created": _iso(job.created),
        "updated": _iso(job.heartbeat),
        "options": job.options,
        "result": f"{_address(job)}/result" if job.state == DONE else None,
        "error": job.error,
    }
    headers = {"Cache-Control": "no-store"}
    if job.state not in {DONE, FAILED}:
        headers["Retry-After"] = POLL_SECONDS
    return body, headers


def _address(job: Job) -> str:
    return url_for("stylizations.job", job_id=job.id)


def _iso(seconds: float) -> str:
    """A time in UTC, from seconds since the epoch."""
    return iso(datetime.fromtimestamp(seconds, UTC))
