from pathlib import Path

import pytest

from service.errors import JobLost
from service.jobs.store import JobStore, journal_mode


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_job_of_a_dead_worker_waits_again_and_the_dead_worker_cannot_end_it(
    tmp_path: Path,
) -> None:
    clock = Clock()
    store = JobStore(tmp_path, now=clock)
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
    store.close()


def test_the_journal_is_a_wal_only_where_sqlite_is_safe() -> None:
    assert journal_mode((3, 40, 1)) == "TRUNCATE"
    assert journal_mode((3, 51, 3)) == "WAL"
