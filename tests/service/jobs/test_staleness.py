"""Ages that no clock which is set can make wrong."""

from service.jobs.staleness import BeatWatch, ClockWatch


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_heartbeat_is_stale_once_it_was_the_same_for_long_enough() -> None:
    clock = Clock()
    watch = BeatWatch(clock)
    assert watch.stale({"a": 1.0, "b": 1.0}, seconds=60) == {}
    clock.now += 59
    assert watch.stale({"a": 1.0, "b": 2.0}, seconds=60) == {}
    clock.now += 1
    assert watch.stale({"a": 1.0, "b": 2.0}, seconds=60) == {"a": 1.0}


def test_a_job_that_runs_again_is_watched_anew() -> None:
    clock = Clock()
    watch = BeatWatch(clock)
    watch.stale({"a": 1.0}, seconds=60)
    clock.now += 30
    watch.stale({}, seconds=60)
    clock.now += 30
    assert watch.stale({"a": 1.0}, seconds=60) == {}


def test_a_clock_that_was_set_is_not_trusted_for_a_day() -> None:
    wall, monotonic = Clock(), Clock()
    watch = ClockWatch(wall=wall, monotonic=monotonic)

    def passed(seconds: float) -> bool:
        wall.now += seconds
        monotonic.now += seconds
        return watch.is_trusted()

    assert passed(86400)
    wall.now += 3600
    assert not passed(60) and not passed(86300)
    assert passed(101)
    wall.now -= 30  # a correction, and no jump
    assert passed(1)
