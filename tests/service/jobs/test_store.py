import pytest
from sqlalchemy import Engine

from service.errors import JobLost
from service.jobs.job import Job
from service.jobs.staleness import BeatWatch
from service.jobs.store import JobStore, Order
from tests.service.databases import both


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> JobStore:
    return JobStore(engine, now=clock)


def claimed(store: JobStore, job_id: str) -> Job:
    job = store.claim(job_id, painter="p")
    assert job is not None
    return job


@both
def test_a_job_of_a_dead_worker_waits_again_and_the_dead_worker_cannot_end_it(
    store: JobStore, clock: Clock
) -> None:
    store.add(Order({}), job_id="a")
    first = claimed(store, "a")
    assert store.claim("a") is None
    watch = BeatWatch(clock)
    assert store.reap(watch, stale_seconds=60, max_attempts=2) == []
    clock.now += 61
    assert store.reap(watch, stale_seconds=60, max_attempts=2) == ["a"]
    claimed(store, "a")
    with pytest.raises(JobLost):
        store.report(first, progress=0.5)
    assert store.reap(watch, stale_seconds=60, max_attempts=2) == []
    clock.now += 61
    assert store.reap(watch, stale_seconds=60, max_attempts=2) == []
    assert store.get("a").state == "failed"
    clock.now += 3601
    assert store.expire(keep_seconds=3600) == ["a"]


@both
def test_a_job_that_is_put_back_is_the_next_and_its_attempt_does_not_count(
    store: JobStore, clock: Clock
) -> None:
    for job_id in ("a", "b"):
        store.add(Order({}), job_id=job_id)
        clock.now += 1
    first = claimed(store, "a")
    assert store.put_back(painter="another") == []
    assert store.put_back(painter="p") == ["a"]
    with pytest.raises(JobLost):
        store.report(first, state="done")
    again = store.claim_next(painter="p")
    assert again and (again.id, again.attempts) == ("a", 1)
    with pytest.raises(JobLost):  # although the number of the attempt is the same
        store.report(first, state="done")


@both
def test_a_job_of_the_painter_before_counts_an_attempt(store: JobStore) -> None:
    store.add(Order({}), job_id="a")
    claimed(store, "a")
    assert store.recover(painter="another", max_attempts=2) == []
    assert store.recover(painter="p", max_attempts=2) == ["a"]
    assert claimed(store, "a").attempts == 2
    assert store.recover(painter="p", max_attempts=2) == []
    assert "died" in (store.get("a").error or "")


@both
@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_any_job_can_be_cancelled_and_then_has_no_picture(store: JobStore, state: str) -> None:
    store.add(Order({}), job_id="a")
    job = store.get("a") if state == "waiting" else claimed(store, "a")
    if state == "done":
        store.report(job, state="done", result="x.png")
    cancelled = store.cancel("a")
    assert (cancelled.state, cancelled.result) == ("cancelled", None)
    assert store.claim_next(painter="p") is None
    with pytest.raises(JobLost):
        store.report(job, state="done", result="x.png")


@both
def test_the_speed_is_that_of_the_last_jobs_with_the_same_backbone(
    store: JobStore, clock: Clock
) -> None:
    assert store.seconds_per_cost("stylization", "vgg19") is None
    for number, (cost, seconds) in enumerate([(10, 20), (30, 40), (0, 99)]):
        order = Order({}, backbone="vgg19", cost=cost)
        store.add(order, job_id=f"{number}")
        store.report(claimed(store, f"{number}"), state="done", seconds=seconds)
    assert store.seconds_per_cost("stylization", "vgg19") == 60 / 40
    assert store.seconds_per_cost("dream", "vgg19") is None


@both
def test_the_jobs_before_one_are_counted_with_what_is_left_of_them(
    store: JobStore, clock: Clock
) -> None:
    for job_id in ("a", "b", "c"):
        store.add(Order({}, seconds=100), job_id=job_id)
        clock.now += 1
    store.report(claimed(store, "a"), progress=0.75)
    assert store.seconds_before(store.get("c")) == 125
    assert store.seconds_before(store.get("a")) == 0


@both
def test_the_age_of_the_painter_is_that_of_its_last_heartbeat(
    store: JobStore, clock: Clock
) -> None:
    assert store.painter_age() is None
    store.beat("p", started=clock.now)
    clock.now += 5
    assert store.painter_age() == 5
    store.beat("p", started=clock.now)
    assert store.painter_age() == 0


@both
@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
def test_a_clock_that_is_set_takes_no_job_from_a_worker_that_lives(
    store: JobStore, clock: Clock, jump: float
) -> None:
    watch_clock = Clock()
    watch = BeatWatch(watch_clock)
    store.add(Order({}), job_id="a")
    job = claimed(store, "a")
    for _ in range(10):
        assert store.reap(watch, stale_seconds=60, max_attempts=2) == []
        watch_clock.now += 30
        clock.now += 30
        store.report(job, progress=0.5)
        clock.now += jump
    watch_clock.now += 61  # now it is dead, and is noticed although the clock was set
    store.reap(watch, stale_seconds=60, max_attempts=2)
    watch_clock.now += 61
    assert store.reap(watch, stale_seconds=60, max_attempts=2) == ["a"]


@both
def test_a_painter_that_died_before_the_clock_was_set_back_is_not_taken_for_one_that_lives(
    store: JobStore, clock: Clock
) -> None:
    store.beat("p", started=clock.now)
    clock.now -= 3600
    assert store.painter_age() == 3600
