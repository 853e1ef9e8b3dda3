"""Workers as processes, with jobs to paint."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import fields

import pytest
from sqlalchemy import Engine, text

from service.jobs.folders import FOLDER_MODE, job_folder
from service.jobs.job import Job
from service.jobs.store import JobStore, Order, new_job_id
from service.settings import Settings, variable

SLOW_WORKER = (sys.executable, "-m", "tests.service.jobs.slow_worker")
# Triggers, so that it is the database that counts and not what is under test.
WHEN_DONE = "AFTER UPDATE OF state ON jobs FOR EACH ROW WHEN (NEW.state = 'done')"
COUNTING = {
    "sqlite": (
        "CREATE TABLE endings (job_id TEXT)",
        f"CREATE TRIGGER count_endings {WHEN_DONE} BEGIN INSERT INTO endings VALUES (NEW.id); END",
    ),
    "postgresql": (
        "CREATE TABLE endings (job_id TEXT)",
        "CREATE FUNCTION count_ending() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO endings VALUES (NEW.id); RETURN NEW; END'",
        f"CREATE TRIGGER count_endings {WHEN_DONE} EXECUTE FUNCTION count_ending()",
    ),
}
PATIENCE_SECONDS = 60.0  # for what takes a second on a machine with nothing else to do


def environment(settings: Settings) -> dict[str, str]:
    """The variables that make `Settings.from_env` give these settings."""
    values = {variable(one.name): getattr(settings, one.name) for one in fields(settings)}
    return {name: str(value) for name, value in values.items()}


def use(settings: Settings, monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Give settings and variables to the processes that this one starts."""
    for name, value in (environment(settings) | variables).items():
        monkeypatch.setenv(name, value)


def add_job(store: JobStore, settings: Settings) -> str:
    """Add a job with its folder, and return its id."""
    job_id = new_job_id()
    job_folder(settings.jobs_dir, job_id).mkdir(mode=FOLDER_MODE, parents=True)
    store.add(Order({}), job_id=job_id)
    return job_id


def wait_for(what: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until `what` is true; returns the seconds that it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began


def count_endings(engine: Engine) -> None:
    """From now on, count how often each job is done."""
    with engine.begin() as connection:
        for statement in COUNTING[engine.dialect.name]:
            connection.execute(text(statement))


def endings(engine: Engine) -> list[str]:
    """The ids of the jobs, as often as they were done, sorted."""
    with engine.connect() as connection:
        return sorted(row[0] for row in connection.execute(text("SELECT job_id FROM endings")))


def is_painted(job: Job, settings: Settings) -> bool:
    """Whether the job is done, and its folder holds its picture and nothing else."""
    files = [path.name for path in job_folder(settings.jobs_dir, job.id).iterdir()]
    return job.state == "done" and files == [job.result]


def is_alive(pid: int) -> bool:
    """Whether a process runs, and has not only left its exit status."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
