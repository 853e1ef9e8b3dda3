"""Endpoints for the jobs that paint: ask how far one is, fetch its picture, cancel it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, url_for

from service.api.access import caller
from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.pictures import (
    delete_pictures,
    picture_responses,
    result_of,
    stored_picture,
)
from service.api.schemas.jobs import JobStatus
from service.api.times import iso
from service.errors import JobUnfinished, UnknownJob
from service.jobs.folders import PREVIEW
from service.jobs.job import DONE, ENDED, RUNNING, Job
from service.jobs.store import JobStore

POLL_SECONDS = "2"
LEAST_PROGRESS = 0.02  # from which the time left is taken from the time that has passed
# As the OpenAPI document describes them.
LOCATION = {"description": "address of the job", "schema": {"type": "string"}}
RETRY_AFTER = {
    "description": "seconds to wait before asking again; absent once the job has ended",
    "schema": {"type": "integer"},
}
JOB = (
    "state (waiting, running, done, failed, cancelled), progress 0 to 1, result, error, error_code"
)

jobs = Blueprint("jobs", __name__, url_prefix="/v1")


@jobs.get(
    "/jobs/<job_id>",
    access="style",
    problems=("unknown-job",),
    responses={200: {"headers": {"Retry-After": RETRY_AFTER}}},
)
@jobs.output(JobStatus, description=JOB)
def job(job_id: str) -> Answer:
    """How far is a job?"""
    return status(own_job(job_id))


@jobs.delete("/jobs/<job_id>", access="style", problems=("unknown-job",))
@jobs.output(JobStatus, description="the job, whose state is cancelled")
def cancel(job_id: str) -> Answer:
    """Cancel a job, or delete the picture of one that is done"""
    needs = dependencies()
    cancelled = needs.store.cancel(own_job(job_id).id)
    delete_pictures(needs.settings, cancelled.id)
    return status(cancelled)


@jobs.get(
    "/jobs/<job_id>/result",
    access="style",
    problems=("unknown-job", "job-unfinished", "storage-unavailable"),
    responses=picture_responses("a PNG", "image/png"),
)
def result(job_id: str) -> Response:
    """The painted picture"""
    job = own_job(job_id)
    if job.state != DONE or job.result is None:
        when = "it has no picture" if job.state in ENDED else "ask again when it is done"
        raise JobUnfinished(job.error or f"the job is {job.state}; {when}")
    return result_of(job)


@jobs.get(
    "/pictures/<sha256>",
    access="style",
    problems=("unknown-job", "storage-unavailable"),
    responses=picture_responses("a PNG, which never changes under its address", "image/png"),
)
def picture(sha256: str) -> Response:
    """A picture of yours, by the hash of its file"""
    return result_of(dependencies().store.of_result(f"{sha256}.png", caller().user_id))


@jobs.get(
    "/jobs/<job_id>/preview",
    access="style",
    problems=("unknown-job", "job-unfinished", "storage-unavailable"),
    responses=picture_responses("a small JPEG of the present state", "image/jpeg"),
)
def preview(job_id: str) -> Response:
    """What a picture looks like while it is painted"""
    job = own_job(job_id)
    if not _has_preview(job):
        raise JobUnfinished(f"the job is {job.state} and has no preview")
    try:
        answer = stored_picture(job.id, PREVIEW, "image/jpeg", etag=f"{job.preview}")
    except FileNotFoundError:  # as it is where the job has ended meanwhile
        raise JobUnfinished("there is no preview now; ask for the job") from None
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def status(job: Job) -> tuple[Json, dict[str, str]]:
    """The JobStatus of a job, and its headers."""
    headers = {"Cache-Control": "no-store"}
    if job.state not in ENDED:
        headers["Retry-After"] = POLL_SECONDS
    return status_body(job, dependencies().store, path=address(job)), headers


def status_body(job: Job, store: JobStore, *, path: str) -> Json:
    """The JobStatus of a job whose address is `path`. It needs no request."""
    left = seconds_left(job, store)
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": round(job.progress, 4),
        "attempts": job.attempts,
        "created": _iso(job.created),
        "updated": _iso(job.heartbeat),
        "options": job.options,
        "seconds_left": None if left is None else round(left, 1),
        "preview": f"{path}/preview" if _has_preview(job) else None,
        "result": picture_path(job),
        "error": job.error,
        "error_code": job.error_code,
    }


def seconds_left(job: Job, store: JobStore) -> float | None:
    """Estimated seconds until a job is done; None once it has ended."""
    if job.state in ENDED:
        return None
    if job.state == RUNNING and job.started:
        if job.progress >= LEAST_PROGRESS:
            passed = max(0.0, job.heartbeat - job.started)
            return passed * (1 - job.progress) / job.progress
        return job.seconds
    return job.seconds + store.seconds_before(job)


def address(job: Job) -> str:
    """Where to ask for a job."""
    return url_for("jobs.job", job_id=job.id)


def own_job(job_id: str) -> Job:
    """A job of the caller. Raises UnknownJob. Jobs from before there were users are everybody's."""
    job = dependencies().store.get(job_id)
    if job.user_id not in (None, caller().user_id):
        raise UnknownJob("there is no job with this id, or it has expired")
    return job


def picture_path(job: Job) -> str | None:
    """The address of a job's picture, which holds the hash of the file."""
    if job.state != DONE or job.result is None:
        return None
    return f"/v1/pictures/{job.result.partition('.')[0]}"


def _has_preview(job: Job) -> bool:
    return job.state not in ENDED and job.preview is not None


def _iso(seconds: float) -> str:
    """A time in UTC, from seconds since the epoch."""
    return iso(datetime.fromtimestamp(seconds, UTC))
