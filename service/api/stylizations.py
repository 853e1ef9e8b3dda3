"""Routes for painted pictures: hand in a job, look how far it is, fetch the picture."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from service.api.uploads import save_upload
from service.errors import CrossSite, InvalidRequest, JobUnfinished, QueueFull
from service.jobs.options import StylizeOptions
from service.jobs.store import DONE, FAILED, Job, JobStore, new_job_id
from service.settings import Settings

POLL_SECONDS = "2"


def stylization_routes(
    settings: Settings, store: JobStore, *, put: Callable[[str], None]
) -> Blueprint:
    """The routes; `put` hands a job id to the workers."""
    routes = Blueprint("stylizations", __name__, url_prefix="/v1")

    @routes.post("/stylizations")
    def stylize() -> Response:
        content, styles, options = _form(settings)
        if store.waiting() >= settings.max_waiting_jobs:
            raise QueueFull(f"{settings.max_waiting_jobs} jobs wait already; try later")
        job_id = new_job_id()
        folder = settings.jobs_dir / job_id
        folder.mkdir(parents=True)
        try:
            save_upload(content, folder / "content.png", settings=settings)
            for number, style in enumerate(styles):
                save_upload(style, folder / f"style-{number}.png", settings=settings)
            job = store.add(options.model_dump(exclude_none=True), job_id=job_id)
        except Exception:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        put(job_id)
        return _status(job, code=202)

    @routes.get("/jobs/<job_id>")
    def job(job_id: str) -> Response:
        return _status(store.get(job_id))

    @routes.get("/jobs/<job_id>/result")
    def result(job_id: str) -> Response:
        job = store.get(job_id)
        if job.state != DONE or job.result is None:
            raise JobUnfinished(job.error or f"the job is {job.state}; ask again when it is done")
        path = (settings.jobs_dir / job.id / Path(job.result).name).resolve()
        picture = send_file(path, "image/png", True, f"hitsujun-{job.id[:8]}.png")
        picture.headers["Cache-Control"] = "private, max-age=3600"
        return picture

    return routes


def _form(settings: Settings) -> tuple[FileStorage, list[FileStorage], StylizeOptions]:
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
    return contents[0], styles, StylizeOptions.model_validate(fields)


def _status(job: Job, *, code: int = 200) -> Response:
    place = url_for("stylizations.job", job_id=job.id)
    body: dict[str, Any] = {
        "id": job.id,
        "state": job.state,
        "progress": round(job.progress, 4),
        "attempts": job.attempts,
        "created": datetime.fromtimestamp(job.created, UTC).isoformat(timespec="milliseconds"),
        "updated": datetime.fromtimestamp(job.heartbeat, UTC).isoformat(timespec="milliseconds"),
        "options": job.options,
        "result": f"{place}/result" if job.state == DONE else None,
        "error": job.error,
    }
    response = Response(json.dumps(body), code, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    if code == 202:
        response.headers["Location"] = place
    if job.state not in {DONE, FAILED}:
        response.headers["Retry-After"] = POLL_SECONDS
    return response
