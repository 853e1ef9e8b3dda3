"""Endpoints for painted pictures: submit a job, ask how far it is, fetch the picture."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from flask import Response, request, send_file, url_for
from werkzeug.exceptions import UnsupportedMediaType

from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.problems import JSON_PROBLEMS
from service.api.schemas.stylizations import JobStatus, StylizeForm
from service.api.uploads import save_upload
from service.errors import CrossSite, InvalidRequest, JobUnfinished, QueueFull
from service.jobs.store import DONE, FAILED, Job, new_job_id
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
    """The multipart form of the request, an empty field being one that is left out."""
    settings = dependencies().settings
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise CrossSite("use the page that this service serves, or a program that is no browser")
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("send multipart/form-data")
    images = 1 + settings.max_styles
    request.max_content_length = images * settings.max_image_bytes + settings.max_json_bytes
    contents, styles = request.files.getlist("content"), request.files.getlist("style")
    unknown = set(request.files) - {"content", "style"}
    if unknown or len(contents) != 1 or not 1 <= len(styles) <= settings.max_styles:
        raise InvalidRequest(
            f"send one image as content and 1 to {settings.max_styles} as style, and no other file"
        )
    fields = {name: value for name, value in request.form.items() if value}
    form: StylizeForm = model.model_validate({"content": contents[0], "style": styles, **fields})
    return form


@stylizations.post(
    "/stylizations",
    problems=(*JSON_PROBLEMS[1:], "cross-site", "bad-request", "image-refused", "queue-full"),
    responses={202: {"headers": {"Location": LOCATION, "Retry-After": RETRY_AFTER}}},
)
@stylizations.input(StylizeForm, "form_and_files", read=_read_form)
@stylizations.output(JobStatus, 202, description="the job; Location is where to ask for it")
def stylize(form_and_files_data: StylizeForm) -> Answer:
    """Have a picture painted in the style of others"""
    form, needs = form_and_files_data, dependencies()
    if needs.store.waiting() >= needs.settings.max_waiting_jobs:
        raise QueueFull(f"{needs.settings.max_waiting_jobs} jobs wait already; try later")
    job_id = new_job_id()
    folder = needs.settings.jobs_dir / job_id
    folder.mkdir(parents=True)
    try:
        _save_pictures(form, folder, needs.settings)
        job = needs.store.add(form.without_defaults(), job_id=job_id)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    needs.enqueue(job_id)
    body, headers = _status(job)
    return body, 202, headers | {"Location": _address(job)}


@stylizations.get(
    "/jobs/<job_id>",
    problems=("unknown-job",),
    responses={200: {"headers": {"Retry-After": RETRY_AFTER}}},
)
@stylizations.output(
    JobStatus,
    description="state (waiting, running, done, failed), progress from 0 to 1, result, error",
)
def job(job_id: str) -> Answer:
    """How far is a job?"""
    return _status(dependencies().store.get(job_id))


@stylizations.get(
    "/jobs/<job_id>/result",
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
    job = dependencies().store.get(job_id)
    if job.state != DONE or job.result is None:
        raise JobUnfinished(job.error or f"the job is {job.state}; ask again when it is done")
    path = (dependencies().settings.jobs_dir / job.id / Path(job.result).name).resolve()
    picture = send_file(path, "image/png", True, f"hitsujun-{job.id[:8]}.png")
    picture.headers["Cache-Control"] = "private, max-age=3600"
    return picture


def _save_pictures(form: StylizeForm, folder: Path, settings: Settings) -> None:
    save_upload(form.content, folder / "content.png", settings=settings)
    for number, style in enumerate(form.style):
        save_upload(style, folder / f"style-{number}.png", settings=settings)


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
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
