"""Painting a job: `style` makes the picture, and the job's row says how it ended."""

from __future__ import annotations

import hashlib
import io
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from service.errors import DeadlinePassed, JobLost
from service.jobs.folders import PREVIEW, job_folder, remove_all_but, replacing_privately
from service.jobs.options import DREAM, WALLPAPER, DreamOptions, StylizeOptions
from service.jobs.store import DONE, FAILED, Job, JobStore
from service.jobs.wallpaper_options import WallpaperOptions
from service.settings import Settings

if TYPE_CHECKING:
    from PIL import Image

    from style import Progress as StepProgress

REPORT_SECONDS = 0.5  # between two progress reports; a small picture takes 100 steps a second
PREVIEW_SECONDS = 5.0  # between two previews
PREVIEW_PX = 256  # longest side of a preview
OUT_OF_MEMORY = ("out of memory", "can't allocate memory")  # in errors of torch

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
    folder = job_folder(settings.jobs_dir, job.id)
    progress = _Progress(job, store, folder, settings.max_job_seconds)
    try:
        name = _save(paint(folder, job, progress), folder)
        seconds = progress.painting_seconds() or job.seconds
        store.report(job, state=DONE, progress=1.0, seconds=seconds, result=name, error=None)
    except JobLost:
        log.warning("job %s was cancelled or given to another worker", job.id[:8])
        return
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) else ""
        log.error("job %s failed: %s %s", job.id[:8], type(error).__name__, reason)
        if not _fail(store, job, _reason(error)):
            return
        name = None
    remove_all_but(folder, name)


def paint_picture(folder: Path, job: Job, report: Report) -> Image.Image:
    """Paint the uploads in `folder`.

    Raises the errors of `style`, and those of `report`.
    """
    from style.pictures.files import open_picture

    def on_progress(step: StepProgress) -> None:
        report(step.done, step.picture)

    if job.kind == WALLPAPER:
        return _paint_wallpaper(folder, job, report)
    content = open_picture(folder / "content-0.png")
    if job.kind == DREAM:
        from style import dream

        return dream(content, DreamOptions(**job.options).config(), on_progress=on_progress).image
    from style import stylize

    styles = [open_picture(path) for path in sorted(folder.glob("style-*.png"))]
    config = StylizeOptions(**job.options).config()
    return stylize(content, styles, config, on_progress=on_progress).image


def _paint_wallpaper(folder: Path, job: Job, report: Report) -> Image.Image:
    """Its preview stays the composition, which is larger than one of the painting would be."""
    from service.jobs.composer import painter_files
    from service.wallpapers.painting import painted

    options = WallpaperOptions(**job.options)
    files = painter_files(folder, options)
    return painted(
        options.design(),
        files.drawing,
        files.ground,
        files.palette,
        [files.style],
        options.config(),
        on_progress=lambda step: report(step.done),
    ).picture


class _Progress:
    """Stores progress and previews, not too often, and ends a painting at its deadline."""

    def __init__(self, job: Job, store: JobStore, folder: Path, most_seconds: float) -> None:
        self._job, self._store, self._folder = job, store, folder
        self._deadline = (job.started or store.now()) + most_seconds
        self._most_seconds = most_seconds
        self._next_report = self._next_preview = 0.0
        self._first: tuple[float, float] | None = None  # time and progress of the first report
        self._last = (0.0, 0.0)

    def painting_seconds(self) -> float | None:
        """Seconds that all steps take, without loading; None after less than two reports."""
        if self._first is None or self._last[1] <= self._first[1]:
            return None
        seconds, done = (last - first for last, first in zip(self._last, self._first, strict=True))
        return seconds / done

    def __call__(self, done: float, picture: Callable[[], Image.Image] | None = None) -> None:
        if self._store.now() > self._deadline:
            raise DeadlinePassed(deadline_text(self._most_seconds))
        now = time.monotonic()
        self._first, self._last = self._first or (now, done), (now, done)
        if now < self._next_report:
            return
        self._next_report = now + REPORT_SECONDS
        self._store.report(self._job, progress=min(max(done, 0.0), 1.0))
        if picture and now >= self._next_preview:
            self._next_preview = now + PREVIEW_SECONDS
            self._preview(picture())

    def _preview(self, picture: Image.Image) -> None:
        """Write a preview. The painting goes on without one where the disk fails."""
        try:
            _save_preview(picture, self._folder)
        except OSError as error:
            log.warning("job %s has no preview: %s", self._job.id[:8], error.strerror)
            return
        self._store.report(self._job, preview=self._store.now())


def deadline_text(seconds: float) -> str:
    """Why a job failed that took too long."""
    return f"painting took longer than {seconds:.0f} s; try a smaller size or fewer steps"


def _save(picture: Image.Image, folder: Path) -> str:
    """Write the picture under the hash of its bytes, and return the file's name.

    So a painter that has lost its job can never change the picture that another one has made.
    """
    file = io.BytesIO()
    picture.save(file, "PNG")
    name = f"{hashlib.sha256(file.getbuffer()).hexdigest()}.png"
    with replacing_privately(folder / name) as partial:
        partial.write_bytes(file.getbuffer())
    return name


def _save_preview(picture: Image.Image, folder: Path) -> None:
    picture = picture.convert("RGB")
    picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
    with replacing_privately(folder / PREVIEW) as partial:
        picture.save(partial, "JPEG", quality=80)


def _fail(store: JobStore, job: Job, reason: str) -> bool:
    """Store why the job failed. False where it was cancelled or is another worker's."""
    try:
        store.report(job, state=FAILED, error=reason)
    except JobLost:
        log.warning("job %s was cancelled or given to another worker", job.id[:8])
        return False
    return True


def _reason(error: Exception) -> str:
    """What the user may read: the text of our own errors, the type of others."""
    if isinstance(error, MemoryError) or any(words in str(error) for words in OUT_OF_MEMORY):
        return "not enough memory; try a smaller size"
    if type(error).__module__.split(".")[0] in {"style", "service", "data"}:
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"the worker needs {error.name}: pip install 'hitsujun[style]'"
    return f"the painter failed ({type(error).__name__})"
