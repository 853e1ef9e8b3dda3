"""The worker: a process that paints one job after another. It is the one that loads torch.

One thread paints. The main thread sends heartbeats, cleans up, and answers SIGTERM at once, even
within a step that takes minutes: the job is put back, without counting the attempt.

    python -m service.jobs.worker     as `service.jobs.supervisor` starts it
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from filelock import FileLock, Timeout

from data.exit_status import exit_status
from data.interrupts import noted_stops
from service.blobs import delete_folder, open_blobs
from service.db.engine import open_engine
from service.db.migrate import upgrade
from service.errors import DeadlinePassed, JobLost
from service.jobs.failure import failure_of
from service.jobs.folders import folder_name, sweep, sweep_local
from service.jobs.job import FAILED, Job
from service.jobs.limits import end_with_parent, limit_painter
from service.jobs.painter import PATIENCE_SECONDS, Paint, paint_job, paint_picture
from service.jobs.progress import deadline_text
from service.jobs.queue import JobQueue
from service.jobs.staleness import BeatWatch, ClockWatch
from service.jobs.store import JobStore
from service.libraries import check_libraries
from service.logs import configure_logs
from service.settings import Settings, variable

BEATS_PER_STALE = 6  # heartbeats in the time after which a worker counts as dead
MOST_BEAT_SECONDS = 10.0
FIT_SECONDS = 3600.0  # between two starts of the process that fits parameters
FITTER = (sys.executable, "-m", "service.jobs.fitting")
CLEAN_SECONDS = 60.0  # between two clean-ups, at most
SWEEP_SECONDS = 3600.0  # between two looks at all stored files, which are many
SIGNAL_SECONDS = 0.1  # after which a signal is answered at the latest
RETRY_SECONDS = 1.0  # after an error of the database
GRACE_SECONDS = 60.0 + PATIENCE_SECONDS  # that a step may take beyond the deadline of its job

log = logging.getLogger(__name__)


def run_worker(
    settings: Settings,
    *,
    paint: Paint = paint_picture,
    announce: Callable[[], None] = lambda: None,
) -> None:
    """Paint one job after another until SIGTERM or SIGINT; never returns.

    While another worker paints in the same data folder, it waits. `announce` is called when it
    begins. Raises ModuleNotFoundError, SettingsError or DatabaseError before that.
    """
    with noted_stops() as check_stopped:
        check_libraries(settings)
        configure_logs(settings)
        limit_painter(settings)
        engine = open_engine(settings)
        upgrade(engine)
        lock = FileLock(settings.data_dir / "painter.lock", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("another worker paints in %s; this one waits", settings.data_dir)
            check_stopped()
            lock.acquire()
        worker = Worker(settings, JobStore(engine), JobQueue(settings), paint)
        check_stopped()
        worker.run(announce)
    logging.shutdown()
    os._exit(0)  # a step that goes on in the other thread is not waited for


class Worker:
    """The worker of a data folder, which is the only one there."""

    def __init__(self, settings: Settings, store: JobStore, queue: JobQueue, paint: Paint) -> None:
        self._settings, self._store, self._queue, self._paint = settings, store, queue, paint
        self._name = f"{socket.gethostname()}:{settings.data_dir.resolve()}"
        self._started = store.now()
        self._current: Job | None = None
        self._claimed = 0.0  # by the monotonic clock
        self._beats, self._clock = BeatWatch(), ClockWatch()
        self._next_sweep = 0.0
        self._fitter: subprocess.Popen[bytes] | None = None
        self._is_stopping = False
        self._claiming = threading.Lock()

    def run(self, announce: Callable[[], None] = lambda: None) -> None:
        """Paint until a signal; then put the job back that is being painted.

        `announce` is called when a signal would be heard.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        announce()
        threading.Thread(target=self._paint_jobs, daemon=True).start()
        beat = min(MOST_BEAT_SECONDS, self._settings.stale_seconds / BEATS_PER_STALE)
        next_beat = next_clean = 0.0
        next_fit = time.monotonic() + CLEAN_SECONDS
        while not self._is_stopping:
            now = time.monotonic()
            if now >= next_beat:
                next_beat = now + beat
                self._guarded(self._beat)
            if now >= next_clean:
                next_clean = now + min(CLEAN_SECONDS, self._settings.stale_seconds)
                self._guarded(self._clean)
            if now >= next_fit:
                next_fit = now + FIT_SECONDS
                self._guarded(self._start_fitter)
            time.sleep(SIGNAL_SECONDS)
        with self._claiming:  # so that no job is claimed after this
            self._guarded(self._put_back)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _begin(self) -> None:
        """The worker before this one is dead, since this one holds the lock."""
        attempts = self._settings.max_attempts
        self._store.recover(painter=self._name, max_attempts=attempts)

    def _paint_jobs(self) -> None:
        while not self._guarded(self._begin):
            time.sleep(RETRY_SECONDS)
        while True:
            try:
                self._paint_next()
            except Exception as error:  # the database or the disk: the job waits until it is back
                log.error("painting is interrupted: %s", type(error).__name__)
                time.sleep(RETRY_SECONDS)
                # A claim may be stored although the database could not say so.
                self._guarded(self._put_back)

    def _paint_next(self) -> None:
        """Paint the next job, or wait until the queue says that there is one."""
        with self._claiming:
            self._claimed = time.monotonic()
            self._current = self._store.claim_next(painter=self._name)
        if self._current is None:
            self._queue.wait()
            return
        paint_job(self._current, settings=self._settings, store=self._store, paint=self._paint)
        self._current = None

    def _beat(self) -> None:
        self._store.beat(self._name, started=self._started)
        job = self._current
        if job is None:
            return
        try:
            self._store.report(job)
        except JobLost:
            return
        most = self._settings.max_job_seconds
        if time.monotonic() - self._claimed > most + GRACE_SECONDS:
            late = failure_of(DeadlinePassed(deadline_text(most)))
            self._store.report(job, state=FAILED, **late.columns())
            log.error("job %s does not end; the worker starts again", job.id[:8])
            os._exit(1)

    def _clean(self) -> None:
        """Let jobs of dead workers wait again, and remove old jobs and what crashes have left."""
        settings, store = self._settings, self._store
        store.reap(
            self._beats, stale_seconds=settings.stale_seconds, max_attempts=settings.max_attempts
        )
        if not self._clock.is_trusted():
            log.warning("the clock was set: nothing is removed because of its age for a day")
            return
        blobs = open_blobs(settings)
        for job_id in store.expire(keep_seconds=settings.keep_hours * 3600):
            delete_folder(blobs, folder_name(job_id))
        if time.monotonic() >= self._next_sweep:
            unfinished = store.unfinished()  # first: a job that ends in between is in both
            sweep(blobs, store.results(), unfinished)
            sweep_local(settings.work_dir, unfinished)
            self._next_sweep = time.monotonic() + SWEEP_SECONDS

    def _start_fitter(self) -> None:
        """Start the process that fits parameters; it ends with this one."""
        if self._fitter and self._fitter.poll() is None:
            return
        environ = {**os.environ, variable("data_dir"): str(self._settings.data_dir.absolute())}
        self._fitter = subprocess.Popen(FITTER, env=environ, stdin=subprocess.PIPE)

    def _put_back(self) -> None:
        self._store.put_back(painter=self._name)

    def _guarded(self, action: Callable[[], None]) -> bool:
        """Log an error of the database or the disk, after which the worker goes on."""
        try:
            action()
        except Exception as error:
            log.error("%s: %s", getattr(action, "__name__", "worker"), type(error).__name__)
            return False
        return True


def main() -> None:
    """Paint for the process that started this one, and end with it."""

    def run() -> int:
        end_with_parent()
        run_worker(Settings.from_env())
        return 0

    sys.exit(exit_status(run))


if __name__ == "__main__":
    main()
