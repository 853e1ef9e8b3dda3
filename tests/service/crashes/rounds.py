"""Rounds of kills under load, and what must be true after them."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine

from service.jobs.job import CANCELLED, DONE
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.api.test_reviews import check_replay
from tests.service.crashes.clients import Orderer, Reviewer
from tests.service.crashes.installation import (
    SQLITE_HELD_SECONDS,
    Installation,
    outside_engine,
)
from tests.service.jobs.workers import count_endings, endings, is_painted, wait_for

VICTIMS = ("web", "worker", "database")
REVIEWERS, ORDERERS = 2, 2
MOST_CALM_SECONDS = 1.5  # between two kills
RECOVERY_SECONDS = 180.0  # on a machine that has other things to do
MEASURED_EVERY = 2  # rounds of which one waits until all works again


@dataclass
class Outcome:
    """What was done, and how long it took until it worked again, by victim."""

    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VICTIMS, 0))
    recovery_seconds: dict[str, list[float]] = field(
        default_factory=lambda: {victim: [] for victim in VICTIMS}
    )
    reviews: int = 0
    jobs: int = 0
    cancelled: int = 0
    attempts: int = 0
    ends: list[str] = field(default_factory=list)  # of web processes that nobody killed

    def row(self) -> dict[str, object]:
        """As JSON can hold it."""
        recovery = {
            victim: {
                "median": round(statistics.median(seconds), 2),
                "most": round(max(seconds), 2),
            }
            for victim, seconds in self.recovery_seconds.items()
            if seconds
        }
        others = {name: value for name, value in vars(self).items() if name != "ends"}
        return others | {"recovery_seconds": recovery, "web ended by itself": len(self.ends)}


def kill_under_load(settings: Settings, *, rounds: int, seed: int) -> Outcome:
    """Kill a random part in each round; then check that nothing is lost.

    Every part is started again by what supervises it: the worker by the web process, and that by
    this function.
    """
    engine, outcome = outside_engine(settings), Outcome()
    try:
        with Installation(settings) as installation:
            installation.wait_until_answering()
            count_endings(engine)
            reviewers = [Reviewer(installation.address, seed + n) for n in range(REVIEWERS)]
            orderers = [Orderer(installation.address, seed + 50 + n) for n in range(ORDERERS)]
            clients = [*reviewers, *orderers]
            for client in clients:
                client.start()
            _kill(installation, engine, reviewers, outcome, rounds=rounds, seed=seed)
            for client in clients:
                client.stop()
            store = JobStore(engine)
            installation.keep_running()
            wait_for(lambda: store.unfinished() == set(), seconds=600)
            outcome.ends = installation.ends
        faults = [fault for client in clients for fault in client.unexpected]
        assert not faults, faults[:3]
        _check_reviews(engine, reviewers, outcome)
        _check_jobs(engine, settings, orderers, outcome)
    finally:
        engine.dispose()
    return outcome


def _kill(
    installation: Installation,
    engine: Engine,
    reviewers: list[Reviewer],
    outcome: Outcome,
    *,
    rounds: int,
    seed: int,
) -> None:
    generator, store = random.Random(seed), JobStore(engine)
    for number in range(rounds):
        victim = VICTIMS[number] if number < len(VICTIMS) else generator.choice(VICTIMS)
        time.sleep(generator.uniform(0, MOST_CALM_SECONDS))
        killed, since = time.monotonic(), time.time()
        if victim == "web":
            installation.kill_web()
        elif victim == "worker":
            installation.kill_worker()
        else:
            installation.cut_database(engine, generator.uniform(0, SQLITE_HELD_SECONDS))
        outcome.kills[victim] += 1
        if number % MEASURED_EVERY == 0:
            seconds = _seconds_until_recovered(installation, store, reviewers, killed, since)
            outcome.recovery_seconds[victim].append(seconds)


def _seconds_until_recovered(
    installation: Installation,
    store: JobStore,
    reviewers: list[Reviewer],
    killed: float,
    since: float,
) -> float:
    """Until a review is acknowledged, and one painter lives that was seen since the kill."""

    def is_acknowledged() -> bool:
        installation.keep_running()
        return any(one.last_acknowledged > killed for one in reviewers)

    wait_for(is_acknowledged, seconds=RECOVERY_SECONDS)
    wait_for(lambda: installation.has_one_painter(store, since=since), seconds=RECOVERY_SECONDS)
    return time.monotonic() - killed


def _check_reviews(engine: Engine, reviewers: list[Reviewer], outcome: Outcome) -> None:
    """Every acknowledged review is there, and what is derived is that of a whole replay."""
    with engine.connect() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM events").scalars()
        stored = {str(UUID(str(one))) for one in ids}
    for reviewer in reviewers:
        assert reviewer.acknowledged and reviewer.acknowledged <= stored, "a review was lost"
        outcome.reviews += len(reviewer.acknowledged)
    check_replay(engine)


def _check_jobs(
    engine: Engine, settings: Settings, orderers: list[Orderer], outcome: Outcome
) -> None:
    """Every acknowledged job is painted, and none was done twice; what was cancelled is gone."""
    store = JobStore(engine)
    done = endings(engine)
    assert len(done) == len(set(done)), "a job was done twice"
    for orderer in orderers:
        jobs = [store.get(job_id) for job_id in orderer.ordered]
        failed = [(job.id, job.state, job.error) for job in jobs if job.state != DONE]
        assert failed == [], "a job was lost"
        assert all(is_painted(job, settings) for job in jobs)
        states = {store.get(job_id).state for job_id in orderer.cancelled}
        assert states <= {CANCELLED}, "a job went on that was cancelled"
        outcome.jobs += len(jobs)
        outcome.cancelled += len(orderer.cancelled)
        outcome.attempts += sum(job.attempts for job in jobs)
