"""Painting a job: `style` makes the picture, and the job's row says how it ended."""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from service.blobs import Blobs, delete_folder, fetch, open_blobs
from service.blobs.folder import FOLDER_MODE
from service.blobs.trouble import storage_error
from service.errors import JobLost, StorageUnavailable, UnknownJob
from service.jobs.failure import Failure, failure_of
from service.jobs.folders import folder_name, job_folder
from service.jobs.job import DONE, ENDED, FAILED, Job
from service.jobs.options import DREAM, WALLPAPER, DreamOptions, StylizeOptions
from service.jobs.progress import JobProgress
from service.jobs.store import JobStore
from service.jobs.wallpaper_options import WallpaperOptions
from service.settings import Settings

if TYPE_CHECKING:
    from PIL import Image

    from style import Progress as StepProgress
    from style.runs.checkpoint import CheckpointFile
    from style.runs.progress import Run

RETRY_SECONDS, MOST_RETRY_SECONDS = 1.0, 30.0  # after an error of the database or the storage
PATIENCE_SECONDS = 600.0  # that a storage may fail before the job does
CHECKPOINT = "painting.safetensors"  # in the painter's local folder of a job

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class Report(Protocol):
    """Called by a painter after each step."""

    def __call__(self, done: float, picture: Callable[[], Image.Image] | None = None) -> None:
        """`done`: 0 to 1; `picture` renders the present state. What it raises ends the painting."""


Paint = Callable[[Path, Job, Report], "Image.Image"]  # of the uploads in a folder


def run_job(job_id: str, *, settings: Settings, store: JobStore, paint: Paint) -> None:
    """Paint one waiting job. Does nothing where it no longer waits."""
    if job := store.claim(job_id):
        paint_job(job, settings=settings, store=store, paint=paint)


def paint_job(job: Job, *, settings: Settings, store: JobStore, paint: Paint) -> None:
    """Paint a claimed job, and store how it ended. Raises nothing that concerns the job alone."""
    folder, blobs = job_folder(settings.work_dir, job.id), open_blobs(settings)
    progress = JobProgress(job, store, blobs, folder, most_seconds=settings.max_job_seconds)
    try:
        _patiently(lambda: _fetch_uploads(job, folder, blobs), progress)
        picture, stored = paint(folder, job, progress), folder_name(job.id)
        name = _patiently(lambda: _store_picture(picture, folder, blobs, stored), progress)
        seconds = progress.painting_seconds() or job.seconds
        values = {"state": DONE, "progress": 1.0, "seconds": seconds, "result": name, "error": None}
        _end(store, job, values)
    except JobLost:
        log.warning("job %s was cancelled or given to another worker", job.id[:8])
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) else ""
        log.error("job %s failed: %s %s", job.id[:8], type(error).__name__, reason)
        _fail(store, job, failure_of(error))
    _clean_up(store, job, folder, blobs)


def _fetch_uploads(job: Job, folder: Path, blobs: Blobs) -> None:
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    fetch(blobs, folder_name(job.id), folder)


def paint_picture(folder: Path, job: Job, report: Report) -> Image.Image:
    """Paint the uploads in `folder`.

    Raises the errors of `style`, and those of `report`; StorageUnavailable without uploads.
    """
    from style.pictures.files import open_picture

    if not (folder / "content-0.png").exists():
        raise StorageUnavailable("the uploads of this job are missing; send it again")

    def on_progress(step: StepProgress) -> None:
        report(step.done, step.picture)

    if job.kind == WALLPAPER:
        return _paint_wallpaper(folder, job, report)
    content = open_picture(folder / "content-0.png")
    if job.kind == DREAM:
        from style import iterate_dream

        dream = DreamOptions(**job.options).config()
        return _resumable(
            lambda file: iterate_dream(content, dream, checkpoint=file), folder, on_progress
        )
    from style import iterate

    styles = [open_picture(path) for path in sorted(folder.glob("style-*.png"))]
    config = StylizeOptions(**job.options).config()
    return _resumable(
        lambda file: iterate(content, styles, config, checkpoint=file), folder, on_progress
    )


def _paint_wallpaper(folder: Path, job: Job, report: Report) -> Image.Image:
    """Its preview stays the composition, which is larger than one of the painting would be."""
    from service.jobs.composer import painter_files
    from service.wallpapers.painting import painted
    from style import iterate

    options = WallpaperOptions(**job.options)
    files, config = painter_files(folder, options), options.config()

    def paint(content: Image.Image) -> Image.Image:
        return _resumable(
            lambda file: iterate(content, [files.style], config, checkpoint=file),
            folder,
            lambda step: report(step.done),
        )

    parts = options.design(), files.drawing, files.ground, files.palette
    return painted(*parts, paint, size=config.size).picture


def _resumable(
    begin: Callable[[CheckpointFile], Run],
    folder: Path,
    on_progress: Callable[[StepProgress], None],
) -> Image.Image:
    """A picture, which goes on from the checkpoint in `folder` where an earlier attempt left one.

    One that cannot be resumed, such as that of another version, is deleted.
    """
    from style import ConfigError
    from style.runs.checkpoint import CheckpointFile
    from style.runs.progress import run_to_end

    path = folder / CHECKPOINT
    if path.exists():
        try:
            run = begin(CheckpointFile(path, resume=True, is_optional=True))
            return run_to_end(run, on_progress).image
        except ConfigError as error:
            log.warning("a painting starts again: %s", error)
            path.unlink(missing_ok=True)
    return run_to_end(begin(CheckpointFile(path, is_optional=True)), on_progress).image


def _patiently(action: Callable[[], Result], progress: JobProgress) -> Result:
    """Do something with the storage, again for PATIENCE_SECONDS where it fails.

    Raises JobLost, StorageFull and StorageUnavailable.
    """
    deadline, delay = time.monotonic() + PATIENCE_SECONDS, RETRY_SECONDS
    while True:
        try:
            return action()
        except OSError as error:
            reason = storage_error(error)
            if time.monotonic() >= deadline:
                raise reason from error
        progress.report()
        time.sleep(delay)
        delay = min(2 * delay, MOST_RETRY_SECONDS)


def _store_picture(picture: Image.Image, folder: Path, blobs: Blobs, stored: str) -> str:
    """Store the picture under the hash of its bytes, and return the file's name.

    So a painter that has lost its job can never change the picture that another one has made.
    `stored`: the folder in the store.
    """
    file = io.BytesIO()
    picture.save(file, "PNG")
    name = f"{hashlib.sha256(file.getbuffer()).hexdigest()}.png"
    path = folder / name
    path.write_bytes(file.getbuffer())
    blobs.put(f"{stored}/{name}", path)
    return name


def _clean_up(store: JobStore, job: Job, folder: Path, blobs: Blobs) -> None:
    """Delete what the job no longer needs. What the storage does not delete, a sweep does."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError, SQLAlchemyError):
        try:
            now = store.get(job.id)
        except UnknownJob:  # it was deleted with its user
            delete_folder(blobs, folder_name(job.id))
        else:
            if now.state in ENDED:
                delete_folder(blobs, folder_name(job.id), keep=now.result)


def _end(store: JobStore, job: Job, values: dict[str, Any]) -> None:
    """Store how the job ended, as soon as the database answers. Raises JobLost."""
    while True:
        try:
            return _store_end(store, job, values)
        except SQLAlchemyError as error:
            kind = type(error).__name__
            log.warning("job %s has ended, which the database does not take: %s", job.id[:8], kind)
            time.sleep(RETRY_SECONDS)


def _store_end(store: JobStore, job: Job, values: dict[str, Any]) -> None:
    try:
        store.report(job, **values)
    except JobLost:
        # The database may have stored it already, and could not say so.
        if not store.has_ended(job, state=values["state"], result=values.get("result")):
            raise


def _fail(store: JobStore, job: Job, failure: Failure) -> None:
    with suppress(JobLost):
        _end(store, job, {"state": FAILED, **failure.columns()})
