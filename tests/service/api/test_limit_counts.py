import threading

import pytest

from service.api import limit_counts
from service.api.limit_counts import ProcessCounts


def test_a_window_ends_and_the_count_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr(limit_counts.time, "time", lambda: moment)
    counts = ProcessCounts()
    assert [counts.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert (counts.get("a"), counts.get_expiry("a"), counts.get("b")) == (3, 1060.0, 0)
    moment = 1060.0
    assert counts.get("a") == 0 and counts.incr("a", 60) == 1
    counts.clear("a")
    assert counts.get("a") == 0


def test_what_has_expired_is_removed_before_there_is_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = 1000.0
    monkeypatch.setattr(limit_counts.time, "time", lambda: moment)
    monkeypatch.setattr(limit_counts, "MOST_COUNTS", 3)
    counts = ProcessCounts()
    for key in "abc":
        counts.incr(key, 10 if key == "a" else 1)
    moment = 1005.0
    counts.incr("d", 10)
    assert counts.reset() == 2  # a goes on, b and c have ended


def test_threads_do_not_lose_a_count() -> None:
    counts = ProcessCounts()
    threads = [
        threading.Thread(target=lambda: [counts.incr("a", 60) for _ in range(2000)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.get("a") == 8000
