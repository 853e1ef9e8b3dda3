"""Sums over attempts. That they are kept exactly is shown by test_incremental.py."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from kanji.practice.days import Days
from kanji.practice.events import Attempt, Override
from kanji.practice.replay import replay
from kanji.practice.schedule import ScheduleRules
from kanji.practice.sums import (
    MOST_KEYS,
    DayTotals,
    KanjiSums,
    by_day,
    changed_days,
    stroke_mask,
)

START = datetime(2026, 3, 1, 20, tzinfo=UTC)
SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)


def attempt(number: int, *, kanji: str = "永", days: float = 0, **fields: object) -> Attempt:
    at = START + timedelta(days=days)
    return Attempt(id=UUID(int=number), at=at, kanji=kanji, **fields)  # type: ignore[arg-type]


def test_the_heatmap_counts_attempts_and_time_by_learners_day() -> None:
    log = [
        attempt(1, seconds=4.0),
        attempt(2, days=0.01, seconds=500.0, misses=3),  # a time counts as at most 30 seconds
        attempt(3, days=0.5, kanji="海"),
    ]
    rules = ScheduleRules()
    assert by_day(replay(log, rules).rated, rules.ratings) == {
        SUNDAY: DayTotals(attempts=2, new=1, again=1, milliseconds=34_000),
        MONDAY: DayTotals(attempts=1, new=1),
    }
    tokyo = ScheduleRules(days=Days(time_zone="Asia/Tokyo"))  # 5 and 17 o'clock
    assert list(by_day(replay(log, tokyo).rated, tokyo.ratings)) == [MONDAY]


def test_what_replaces_a_day_changes_it_by_the_difference() -> None:
    before = {SUNDAY: DayTotals(2, 1, 1, 34_000), MONDAY: DayTotals(1, 1)}
    after = {SUNDAY: DayTotals(1, 1, 0, 4_000), MONDAY: DayTotals(1, 1)}
    assert changed_days(before, after) == {SUNDAY: DayTotals(-1, 0, -1, -30_000)}
    assert changed_days({}, after) == after


def test_the_sums_of_a_kanji_count_what_the_statistics_need() -> None:
    log = [
        attempt(1, faulty_strokes=(2, 0, 2), read_as="水", misses=3),
        attempt(2, days=0.01),  # still learning
        attempt(7, days=0.02),
        attempt(3, days=3),
        attempt(4, days=30, misses=3, read_as="氷"),
        attempt(8, days=30.01),  # learning again
        attempt(5, days=60, faulty_strokes=(0, 2), misses=3, read_as="水"),
        Override(id=UUID(int=6), at=START, attempt=UUID(int=5), rating="good"),
    ]
    assert replay(log, ScheduleRules()).progress["永"].sums == KanjiSums(
        attempts=7,
        reviews=3,
        recalled=2,
        mature_reviews=2,
        mature_recalled=1,
        raised=1,
        lowered=0,
        faults={stroke_mask((0, 2)): 2},
        read_as={"水": 1, "氷": 1},
    )


def test_the_sums_of_a_kanji_do_not_grow_with_every_kind_of_fault() -> None:
    strokes = [tuple(n for n in range(20) if mask >> n & 1) for mask in range(1, MOST_KEYS + 100)]
    log = [attempt(1 + n, days=n / 99, faulty_strokes=one) for n, one in enumerate(strokes)]
    log += [attempt(10_000, days=99, faulty_strokes=(0,))]
    faults = replay(log, ScheduleRules()).progress["永"].sums.faults
    assert len(faults) == MOST_KEYS and faults[stroke_mask((0,))] == 2


def test_a_kanji_is_mature_from_an_interval_of_21_days_on() -> None:
    def mature(days: float) -> int:
        log = [attempt(1), attempt(2, days=days)]
        easy = Override(id=UUID(int=3), at=START, attempt=UUID(int=1), rating="easy")
        return replay([*log, easy], ScheduleRules()).progress["永"].sums.mature_reviews

    assert [mature(20), mature(21), mature(22)] == [0, 1, 1]
