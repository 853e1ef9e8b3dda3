import pytest
from sqlalchemy import Engine

from service.errors import JobLost
from service.jobs.store import JobStore
from tests.service.databases import both


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@both
def test_a_job_of_a_dead_worker_waits_again_and_the_dead_worker_cannot_end_it(
    engine: Engine,
) -> None:
    clock = Clock()
    store = JobStore(engine, now=clock)
    store.add({}, job_id="a")
    first = store.claim("a")
    assert first is not None and store.claim("a") is None
    assert store.reap(stale_seconds=60, max_attempts=2) == []
    clock.now += 61
    assert store.reap(stale_seconds=60, max_attempts=2) == ["a"]
    assert store.claim("a") is not None
    with pytest.raises(JobLost):
        store.report(first, progress=0.5)
    clock.now += 61
    assert store.reap(stale_seconds=60, max_attempts=2) == []
    assert store.get("a").state == "failed"
    clock.now += 3601
    assert store.expire(keep_seconds=3600) == ["a"]
