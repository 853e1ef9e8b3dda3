"""The worker's process: its limits, and what it does between two jobs."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from service.jobs.folders import ORPHAN_SECONDS, incoming_folder, job_folder
from service.jobs.limits import painting_threads
from service.jobs.store import JobStore
from service.jobs.supervisor import Supervisor
from service.settings import Settings
from tests.service.jobs.workers import SLOW_WORKER, add_job, use, wait_for


def limited(code: str, settings: Settings) -> str:
    """What a process prints that has limited itself as the painter does."""
    start = "import sys; from service.jobs.limits import limit_painter; from pathlib import Path;"
    start += "from service.settings import Settings; limit_painter(Settings(Path(sys.argv[1]),"
    start += "painter_memory_mb=1000, painter_threads=1));"
    environ = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
    command = [sys.executable, "-c", start + code, str(settings.data_dir)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    return run.stdout + run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts mappings on Linux only")
def test_the_painter_cannot_take_more_memory_than_allowed(settings: Settings) -> None:
    assert "MemoryError" in limited("bytearray(1_100_000_000)", settings)
    assert limited("bytearray(500_000_000); print('fits')", settings) == "fits\n"


def test_the_painter_has_a_low_priority_few_threads_and_private_files(settings: Settings) -> None:
    code = "import os; print(os.nice(0), os.environ['OMP_NUM_THREADS'], os.umask(0) == 0o077)"
    assert limited(code, settings) == f"{min(os.nice(0) + 10, 19)} 1 True\n"


def test_one_core_is_left_to_answer_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, most, expected in [(1, 64, 1), (2, 64, 1), (16, 64, 15), (16, 4, 4)]:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=cores: range(n), raising=False)
        assert painting_threads(most) == expected


def test_a_worker_removes_old_jobs_and_what_crashes_have_left(
    settings: Settings, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEP_SECONDS", "60")
    old, new = incoming_folder(settings.work_dir), incoming_folder(settings.work_dir)
    past = time.time() - ORPHAN_SECONDS - 60
    os.utime(old, (past, past))
    cancelled, waiting = add_job(store, settings), add_job(store, settings)
    upload = job_folder(settings.jobs_dir, cancelled) / "content-0.png"
    upload.touch()
    store.cancel(cancelled)
    use(settings, monkeypatch)
    with Supervisor(settings, command=SLOW_WORKER):
        wait_for(lambda: not old.exists() and not upload.exists())
        assert new.exists() and job_folder(settings.jobs_dir, waiting).exists()


def test_a_job_that_takes_too_long_fails_with_a_reason(
    settings: Settings, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEP_SECONDS", "0.6")
    use(replace(settings, max_job_seconds=1), monkeypatch)
    job_id = add_job(store, settings)
    with Supervisor(settings, command=SLOW_WORKER):
        wait_for(lambda: store.get(job_id).state == "failed")
    assert "took longer than 1 s" in (store.get(job_id).error or "")


def test_a_cancelled_job_ends_and_the_next_begins(
    settings: Settings, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPS", "100000")
    use(settings, monkeypatch)
    first, second = add_job(store, settings), add_job(store, settings)
    with Supervisor(settings, command=SLOW_WORKER):
        wait_for(lambda: store.get(first).progress > 0 and store.get(first).preview)
        store.cancel(first)
        wait_for(lambda: store.get(second).state == "running")
    assert store.get(first).state == "cancelled"
