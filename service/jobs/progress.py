"""The progress of a job while it is painted: stored not too often, and with a deadline."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from service.blobs import Blobs
from service.errors import DeadlinePassed
from service.jobs.folders import PREVIEW, folder_name
from service.jobs.job import Job
from service.jobs.store import JobStore

if TYPE_CHECKING:
    from PIL import Image

REPORT_SECONDS = 0.5  # between two progress reports; a small picture takes 100 steps a second
PREVIEW_SECONDS = 5.0  # between two previews
PREVIEW_PX = 256  # longest side of a preview

log = logging.getLogger(__name__)


class JobProgress:
    """Stores progress and previews, and ends a painting at its deadline.

    `folder`: a local one for the preview. The painting goes on where database or storage fail.
    """

    def __init__(
        self, job: Job, store: JobStore, blobs: Blobs, folder: Path, *, most_seconds: float
    ) -> None:
        self._job, self._store, self._blobs, self._folder = job, store, blobs, folder
        self._deadline, self._most_seconds = time.monotonic() + most_seconds, most_seconds
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
        """After each step. Raises DeadlinePassed, and JobLost where the job is no longer ours."""
        now = time.monotonic()
        if now > self._deadline:
            raise DeadlinePassed(deadline_text(self._most_seconds))
        self._first, self._last = self._first or (now, done), (now, done)
        if now < self._next_report:
            return
        self._next_report = now + REPORT_SECONDS
        self.report(progress=min(max(done, 0.0), 1.0))
        if picture and now >= self._next_preview:
            self._next_preview = now + PREVIEW_SECONDS
            self._preview(picture())

    def report(self, **values: float) -> None:
        """Store values and a heartbeat, if the database answers. Raises JobLost."""
        try:
            self._store.report(self._job, **values)
        except SQLAlchemyError as error:
            log.warning("progress is not stored: %s", type(error).__name__)

    def _preview(self, picture: Image.Image) -> None:
        picture = picture.convert("RGB")
        picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
        path = self._folder / PREVIEW
        try:
            picture.save(path, "JPEG", quality=80)
            self._blobs.put(f"{folder_name(self._job.id)}/{PREVIEW}", path)
        except OSError as error:
            log.warning("job %s has no preview: %s", self._job.id[:8], error.strerror)
            return
        self.report(preview=self._store.now())


def deadline_text(seconds: float) -> str:
    """Why a job failed that took too long."""
    return f"painting took longer than {seconds:.0f} s; try a smaller size or fewer steps"
