"""The changes of a job as server-sent events, for a page that shows its progress."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from service.api.blueprint import Blueprint, check
from service.api.dependencies import dependencies
from service.api.jobs import address, own_job, status_body
from service.api.schemas.jobs import JobStatus
from service.api.stopping import is_stopping
from service.errors import TooManyStreams, UnknownJob
from service.jobs.job import ENDED, Job
from service.jobs.store import JobStore

STREAMS_AT_ONCE = 2  # of a process: each holds a thread, and the others answer practice
LOOK_SECONDS = 0.5  # between two looks into the jobs table
# After which a comment is sent where nothing changes. A client that has gone is noticed at the
# second one, and keeps its slot until then.
HEARTBEAT_SECONDS = 5.0
STREAM_SECONDS = 60.0  # after which a stream ends; the client connects again
RETRY_MS = 2000  # that the client waits before it connects again
EVENT = {
    "type": "object",
    "description": "one event of the stream",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string"},
        "event": {"const": "job"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/JobStatus"},
        },
    },
}
STREAM: Any = {
    200: {
        "description": "events whose data is a JobStatus, and whose id is sent as Last-Event-ID",
        "content": {"text/event-stream": {"schema": EVENT}},
    }
}

job_events = Blueprint("job_events", __name__, url_prefix="/v1")
_slots = threading.BoundedSemaphore(STREAMS_AT_ONCE)


@job_events.get(
    "/jobs/<job_id>/events",
    access="style",
    problems=("unknown-job", "too-many-streams"),
    responses=STREAM,
)
def events(job_id: str) -> Response:
    """Follow a job"""
    path = address(own_job(job_id))
    if not _slots.acquire(blocking=False):
        raise TooManyStreams("ask for the job every few seconds instead")
    last_id = request.headers.get("Last-Event-ID", "")
    stream = _events(job_id, dependencies().store, path=path, last_id=last_id)
    response = Response(stream, mimetype="text/event-stream")
    response.call_on_close(_slots.release)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy passes each event on at once
    return response


def _events(job_id: str, store: JobStore, *, path: str, last_id: str) -> Iterator[str]:
    """An event for each change of a job after the event `last_id`, until it or the process ends."""
    yield f"retry: {RETRY_MS}\n\n"
    began = last_sent = time.monotonic()
    while (now := time.monotonic()) < began + STREAM_SECONDS:
        try:
            job = store.get(job_id)
        except UnknownJob:  # it was deleted with its user
            return
        if (event_id := _event_id(job)) != last_id:
            body = json.dumps(
                check(JobStatus, status_body(job, store, path=path)), ensure_ascii=False
            )
            yield f"id: {event_id}\nevent: job\ndata: {body}\n\n"
            last_id, last_sent = event_id, now
        elif now >= last_sent + HEARTBEAT_SECONDS:
            yield ": nothing has changed\n\n"
            last_sent = now
        if job.state in ENDED:
            return
        if is_stopping.wait(LOOK_SECONDS):
            return


def _event_id(job: Job) -> str:
    """What a client can see of a job: two events with the same id say the same."""
    return f"{job.state}-{job.attempts}-{job.progress:.4f}-{job.preview or 0:.1f}"
