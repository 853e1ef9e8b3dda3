"""Endpoints to order a picture: one in the style of others, or a dream."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from service.api.access import caller
from service.api.blueprint import Answer, Blueprint
from service.api.dependencies import Dependencies, dependencies
from service.api.jobs import LOCATION, RETRY_AFTER, address, status
from service.api.pictures import delete_pictures
from service.api.problems import JSON_PROBLEMS
from service.api.schemas.jobs import JobStatus
from service.api.schemas.stylizations import DreamForm, Pictures, StylizeForm
from service.api.schemas.wallpapers import WallpaperOrder
from service.api.uploads import (
    Parts,
    check_origin,
    decode,
    receive_form,
    receiving,
    run_limited,
)
from service.blobs import delete_folder, open_blobs
from service.blobs.trouble import storage_error
from service.errors import QueueFull, TokenMissing, TooCostly, TooManyJobs
from service.jobs.cost import Estimate, accepted_instead, duration_text, estimate
from service.jobs.decoder import Upload
from service.jobs.folders import folder_name
from service.jobs.job import Job
from service.jobs.shapes import check_shapes
from service.jobs.store import Order, new_job_id

PROBLEMS = (
    *JSON_PROBLEMS[1:],
    "cross-site",
    "bad-request",
    "image-refused",
    "too-costly",
    "too-many-jobs",
    "queue-full",
    "storage-full",
    "storage-unavailable",
)
FAST_SECONDS = 60  # wall time after which the process of a fast style is killed
ACCEPTED: Any = {202: {"headers": {"Location": LOCATION, "Retry-After": RETRY_AFTER}}}

AnyForm = StylizeForm | DreamForm | WallpaperOrder
Form = TypeVar("Form", StylizeForm, DreamForm)

stylizations = Blueprint("stylizations", __name__, url_prefix="/v1")


def _read_stylization(model: type[StylizeForm]) -> StylizeForm:
    most_files = {"content": 1, "style": dependencies().settings.max_styles}
    return _read(model, most_files, optional=("style",))


def _read_dream(model: type[DreamForm]) -> DreamForm:
    return _read(model, {"content": 1})


@stylizations.post("/stylizations", access="style", problems=PROBLEMS, responses=ACCEPTED)
@stylizations.input(StylizeForm, "form_and_files", read=_read_stylization)
@stylizations.output(JobStatus, 202, description="the job; Location is where to ask for it")
def stylize(form_and_files_data: StylizeForm) -> Answer:
    """Have a picture painted in the style of others"""
    return accept(form_and_files_data)


@stylizations.post("/dreams", access="style", problems=PROBLEMS, responses=ACCEPTED)
@stylizations.input(DreamForm, "form_and_files", read=_read_dream)
@stylizations.output(JobStatus, 202, description="the job; Location is where to ask for it")
def dream(form_and_files_data: DreamForm) -> Answer:
    """Have a network dream in a picture"""
    return accept(form_and_files_data)


def _read(
    model: type[Form], most_files: Mapping[str, int], *, optional: Collection[str] = ()
) -> Form:
    """The multipart form of the request, with its pictures decoded or, in a fast style, painted.

    Room in the queue is checked before anything else is read.
    """
    needs = dependencies()
    check_origin()
    check_room(needs)
    with receiving(needs.settings) as reception:
        parts = receive_form(reception, most_files, needs.settings, optional=optional)
        files = {
            name: given if name == "style" else given[0] for name, given in parts.files.items()
        }
        form: Form = model.model_validate(parts.fields | files)
        most_pixels = needs.settings.max_image_pixels
        if isinstance(form, StylizeForm) and form.fast:
            form.hold(_painted_at_once(form, parts, reception.folder, max_pixels=most_pixels))
        else:
            longest = form.longest_px()
            form.hold(_decoded(parts, longest, reception.folder, max_pixels=most_pixels))
    return form


def _painted_at_once(form: StylizeForm, parts: Parts, folder: Path, *, max_pixels: int) -> Pictures:
    """Replace the upload in `folder` by its painting in a fast style."""
    source = str(parts.files["content"][0].stream.name)
    options = form.without_defaults()
    wanted = {"source": source, "folder": str(folder), "max_pixels": max_pixels, "options": options}
    try:
        answer = run_limited(
            "service.jobs.fast_painter", json.dumps(wanted), most_seconds=FAST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise QueueFull("the machine is too busy to paint; try again in a moment") from error
    Path(source).unlink()
    width, height = answer["size"]
    return Pictures(folder, width, height, result=answer["result"])


def _decoded(
    parts: Parts, longest_px: Mapping[str, int], folder: Path, *, max_pixels: int
) -> Pictures:
    """Replace the uploads in `folder` by PNG files that are no larger than the painter needs."""
    uploads = [
        Upload(str(file.stream.name), str(folder / f"{name}-{number}.png"), longest_px[name])
        for name, files in parts.files.items()
        for number, file in enumerate(files)
    ]
    sizes = decode(uploads, max_pixels=max_pixels)
    for upload in uploads:
        Path(upload.source).unlink()
    return Pictures(folder, *sizes[0], styles=tuple(sizes[1:]))  # the content is the first


def accept(form: AnyForm) -> Answer:
    """Make a job of a form whose pictures are decoded, and wake a painter where it needs one."""
    needs, job_id = dependencies(), new_job_id()
    try:
        expected = Estimate(0, 0) if form.pictures.result else _affordable(form, needs)
        check_room(needs)  # others may have come while this one arrived
        _store_pictures(form.pictures.folder, job_id, needs)
    finally:
        shutil.rmtree(form.pictures.folder, ignore_errors=True)
    # Where the database fails now, it may have stored the job all the same: the sweep knows later.
    try:
        job = _add(form, expected, job_id, needs)
    except TokenMissing:  # the user was deleted meanwhile
        delete_pictures(needs.settings, job_id)
        raise
    for old in needs.store.drop_oldest(caller().user_id, keep=needs.settings.max_user_pictures):
        delete_pictures(needs.settings, old)
    if not form.pictures.result:
        needs.enqueue(job_id)
    body, headers = status(job)
    return body, 202, headers | {"Location": address(job)}


def _store_pictures(folder: Path, job_id: str, needs: Dependencies) -> None:
    """Store the decoded pictures. Raises StorageFull or StorageUnavailable."""
    blobs, name = open_blobs(needs.settings), folder_name(job_id)
    try:
        for path in sorted(folder.iterdir()):
            blobs.put(f"{name}/{path.name}", path)
    except OSError as error:
        with suppress(OSError):
            delete_folder(blobs, name)
        raise storage_error(error) from error


def _add(form: AnyForm, expected: Estimate, job_id: str, needs: Dependencies) -> Job:
    order = Order(
        options=form.without_defaults(),
        kind=form.kind,
        backbone=form.config().backbone,
        cost=expected.cost,
        seconds=expected.seconds,
        user_id=caller().user_id,
        result=form.pictures.result,
        has_preview=form.pictures.has_preview,
    )
    return needs.store.add(order, job_id=job_id)


def _affordable(form: AnyForm, needs: Dependencies) -> Estimate:
    """What the job costs.

    Raises ImageRefused for pictures that the network cannot take, and TooCostly, which says what
    would be accepted.
    """
    config, pictures = form.config(), form.pictures
    check_shapes(config, (pictures.width, pictures.height), pictures.styles)
    speed = needs.store.seconds_per_cost(form.kind, config.backbone)
    expected = estimate(config, pictures.width, pictures.height, seconds_per_cost=speed)
    most = needs.settings.max_job_seconds
    if expected.seconds <= most:
        return expected
    most_cost = most * expected.cost / expected.seconds
    instead = accepted_instead(config, pictures.width, pictures.height, most_cost=most_cost)
    raise TooCostly(
        f"this would take about {duration_text(expected.seconds)} to paint; at most"
        f" {duration_text(most)} are allowed; accepted: {instead}"
    )


def check_room(needs: Dependencies) -> None:
    """Raises QueueFull where as many jobs wait as may, TooManyJobs where the caller's do."""
    settings, store = needs.settings, needs.store
    if store.waiting() >= settings.max_waiting_jobs:
        raise QueueFull(f"{settings.max_waiting_jobs} jobs wait already; try later")
    if store.unfinished_of(caller().user_id) >= settings.max_user_jobs:
        raise TooManyJobs(f"{settings.max_user_jobs} of your jobs are not painted yet")
