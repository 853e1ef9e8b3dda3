"""Painting a job: `style` makes the picture, and the job's row says how it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.cache import replacing
from service.errors import JobLost
from service.jobs.options import StylizeOptions
from service.jobs.store import DONE, FAILED, Job, JobStore
from service.settings import Settings

RESULT = "result.png"
BEATS_PER_STALE = 6  # heartbeats in the time after which a worker counts as dead

Paint = Callable[[Path, Job, Callable[[float], None]], None]

log = logging.getLogger(__name__)


def run_job(job_id: str, *, settings: Settings, store: JobStore, paint: Paint) -> None:
    """Paint one waiting job and store how it ended. Does nothing where another worker has it.

    `paint` writes RESULT into the job's folder, and reports its progress from 0 to 1.
    """
    job = store.claim(job_id)
    if job is None:
        return
    folder = settings.jobs_dir / job.id
    try:
        with _heartbeat(store, job, every=settings.stale_seconds / BEATS_PER_STALE):
            paint(folder, job, lambda done: store.report(job, progress=min(max(done, 0.0), 1.0)))
        store.report(job, state=DONE, progress=1.0, result=RESULT, error=None)
    except JobLost:
        log.warning("job %s was given to another worker", job.id)
        return
    except Exception as error:
        log.error("job %s failed: %s", job.id, type(error).__name__)
        _fail(store, job, _reason(error))
    for upload in folder.glob("*.png"):
        if upload.name != RESULT:
            upload.unlink(missing_ok=True)


def paint_picture(folder: Path, job: Job, report: Callable[[float], None]) -> None:
    """Paint the uploads in `folder`, and write RESULT there.

    Raises the errors of `style`, and from `report` JobLost where another worker has the job.
    """
    from style import stylize
    from style.pictures.files import open_picture

    content = open_picture(folder / "content.png")
    styles = [open_picture(path) for path in sorted(folder.glob("style-*.png"))]
    config = StylizeOptions(**job.options).config()
    result = stylize(content, styles, config, on_progress=lambda step: report(step.done))
    with replacing(folder / RESULT) as partial:
        result.image.save(partial, "PNG")


def _fail(store: JobStore, job: Job, reason: str) -> None:
    try:
        store.report(job, state=FAILED, error=reason)
    except JobLost:
        log.warning("job %s was given to another worker", job.id)


def _reason(error: Exception) -> str:
    """What the user may read: the text of our own errors, the type of others."""
    if isinstance(error, MemoryError) or "out of memory" in str(error):
        return "not enough memory; try a smaller size"
    if type(error).__module__.split(".")[0] in {"style", "service", "data"}:
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"the worker needs {error.name}: pip install 'hitsujun[style]'"
    return f"the painter failed ({type(error).__name__})"


@contextmanager
def _heartbeat(store: JobStore, job: Job, *, every: float) -> Iterator[None]:
    """Send a heartbeat every `every` seconds, however long a step or a download takes."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(every):
            try:
                store.report(job)
            except JobLost:
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
