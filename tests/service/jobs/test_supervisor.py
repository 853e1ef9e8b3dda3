"""The worker is started again when it dies, ends with its parent, and loses no job."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from service.jobs.store import JobStore
from service.jobs.supervisor import Supervisor
from service.settings import Settings
from tests.service.databases import both
from tests.service.jobs.workers import (
    SLOW_WORKER,
    add_job,
    count_endings,
    endings,
    is_alive,
    is_painted,
    use,
    wait_for,
)

ROUNDS = 20


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of workers that may die often."""
    settings = replace(settings, max_attempts=10_000, stale_seconds=6)
    use(settings, monkeypatch)
    return settings


@pytest.fixture
def supervisor(settings: Settings, store: JobStore) -> Iterator[Supervisor]:
    """Of a slow worker, which is running."""
    with Supervisor(settings, command=SLOW_WORKER, delays=(0.05, 0.05)) as supervisor:
        wait_for(lambda: store.painter_age() is not None)
        yield supervisor


def pid_of(supervisor: Supervisor) -> int:
    wait_for(lambda: supervisor.pid is not None)
    assert supervisor.pid
    return supervisor.pid


def is_running(store: JobStore, job_id: str) -> bool:
    return store.get(job_id).state == "running"


@both
def test_jobs_are_painted_in_their_order(
    settings: Settings, store: JobStore, supervisor: Supervisor
) -> None:
    ids = [add_job(store, settings) for _ in range(3)]
    # A job is done before its folder is cleared.
    wait_for(lambda: is_painted(store.get(ids[-1]), settings))
    jobs = [store.get(job_id) for job_id in ids]
    assert [(is_painted(job, settings), job.attempts) for job in jobs] == [(True, 1)] * 3
    assert jobs == sorted(jobs, key=lambda job: job.started or 0)


@pytest.mark.slow
@both
def test_killed_workers_lose_no_job_and_end_none_twice(
    settings: Settings, store: JobStore, engine: Engine, supervisor: Supervisor
) -> None:
    count_endings(engine)
    generator, ids = random.Random(0), list[str]()
    for _ in range(ROUNDS):
        ids += [add_job(store, settings) for _ in range(2)]
        time.sleep(generator.uniform(0, 0.4))
        os.kill(pid_of(supervisor), signal.SIGKILL)
    wait_for(lambda: store.unfinished() == set())
    assert endings(engine) == sorted(ids)
    # A job is done before its folder is cleared.
    wait_for(lambda: all(is_painted(store.get(job_id), settings) for job_id in ids))


def test_a_killed_worker_is_replaced_and_its_job_goes_on(
    settings: Settings,
    store: JobStore,
    supervisor: Supervisor,
) -> None:
    job_id = add_job(store, settings)
    wait_for(lambda: is_running(store, job_id))
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: store.get(job_id).state == "done")
    assert store.get(job_id).attempts == 2 and supervisor.pid not in (None, first)


@both
def test_sigterm_puts_the_job_back_before_the_others_without_counting_the_attempt(
    settings: Settings, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEP_SECONDS", "60")  # SIGTERM comes within a step
    with Supervisor(settings, command=SLOW_WORKER):
        first = add_job(store, settings)
        second = add_job(store, settings)
        wait_for(lambda: is_running(store, first))
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 10  # the supervisor did not have to kill it
    jobs = store.get(first), store.get(second)
    assert [(job.state, job.attempts) for job in jobs] == [("waiting", 0), ("waiting", 0)]
    claimed = store.claim_next(painter="next")
    assert claimed and claimed.id == first


def test_a_worker_ends_when_the_process_that_started_it_is_killed(
    settings: Settings, store: JobStore
) -> None:
    code = (
        "import sys, time; from service.jobs.supervisor import Supervisor;"
        "from service.settings import Settings\n"
        "with Supervisor(Settings.from_env(), command=sys.argv[1:]) as supervisor:\n"
        "    while not supervisor.pid: time.sleep(0.01)\n"
        "    print(supervisor.pid, flush=True)\n"
        "    time.sleep(600)"
    )
    command = [sys.executable, "-c", code, *SLOW_WORKER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as web:
        assert web.stdout
        worker = int(web.stdout.readline())
        wait_for(lambda: store.painter_age() is not None)
        web.kill()
    wait_for(lambda: not is_alive(worker))


def test_the_end_of_the_pipe_alone_ends_a_worker(settings: Settings, store: JobStore) -> None:
    """As on systems without PR_SET_PDEATHSIG."""
    with subprocess.Popen(SLOW_WORKER, stdin=subprocess.PIPE) as worker:
        wait_for(lambda: store.painter_age() is not None)
        assert worker.stdin
        worker.stdin.close()
        wait_for(lambda: worker.poll() is not None)
    assert worker.returncode == 0


@pytest.mark.slow
def test_a_second_worker_waits_for_the_first(
    settings: Settings, store: JobStore, supervisor: Supervisor
) -> None:
    with subprocess.Popen(SLOW_WORKER, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as second:
        assert second.stderr and second.stdin
        assert b"another worker paints" in second.stderr.readline()
        job_id = add_job(store, settings)
        wait_for(lambda: store.get(job_id).state == "done")
        os.kill(pid_of(supervisor), signal.SIGSTOP)  # alive, and so it keeps the lock
        other = add_job(store, settings)
        time.sleep(0.5)
        assert store.get(other).state == "waiting" and second.poll() is None
        os.kill(pid_of(supervisor), signal.SIGCONT)
        second.kill()


def test_a_command_that_cannot_be_started_is_logged_and_does_not_raise(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with Supervisor(settings, command=["/nowhere/worker"], delays=(0.01, 0.01)):
        wait_for(lambda: caplog.text.count("cannot be started") > 1)
