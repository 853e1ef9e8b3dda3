"""Statistics, each from a log whose answer is known."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from data.references.store import load_references
from kanji.practice.events import Attempt, Event, Override
from kanji.practice.replay import replay
from kanji.practice.schedule import ScheduleRules
from kanji.practice.stats import (
    GraderQuality,
    Recall,
    Streak,
    Weakness,
    confusions,
    grader_quality,
    recall,
    recall_mature,
    streak,
    weakest_components,
    weakest_strokes,
    with_confusions,
)
from kanji.practice.sums import KanjiSums

START = datetime(2026, 3, 1, 20, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def attempt(number: int, *, kanji: str = "永", days: float = 0, **fields: object) -> Attempt:
    at = START + timedelta(days=days)
    return Attempt(id=UUID(int=number), at=at, kanji=kanji, **fields)  # type: ignore[arg-type]


def sums(*events: Event) -> dict[str, KanjiSums]:
    return {k: one.sums for k, one in replay(events, ScheduleRules()).progress.items()}


def practised(*offsets: int) -> list[date]:
    return [MONDAY + timedelta(days=offset) for offset in offsets]


@pytest.mark.parametrize(
    ("days", "today", "expected"),
    [
        ([], 0, Streak()),
        ([0, 1, 2], 2, Streak(3, 3)),
        ([0, 1, 2], 3, Streak(3, 3)),  # today is not over
        ([0, 1, 2], 4, Streak(0, 3)),
        ([0, 1, 3], 3, Streak(1, 2)),
        ([2, 0, 1, 1], 2, Streak(3, 3)),
        (range(7), 6, Streak(7, 7, 1)),  # seven days earn a freeze
        ([*range(7), 8], 8, Streak(8, 8, 0, (MONDAY + timedelta(days=7),))),
        ([*range(7), 9], 9, Streak(1, 7)),  # two days missed, one freeze
        (range(30), 29, Streak(30, 30, 2)),  # no more than two are saved
        ([0, 1, 9], 1, Streak(2, 2)),  # days after today do not count
    ],
)
def test_a_streak(days: list[int], today: int, expected: Streak) -> None:
    assert streak(practised(*days), MONDAY + timedelta(days=today)) == expected


def test_a_vacation_neither_ends_a_streak_nor_uses_a_freeze() -> None:
    away = [(MONDAY + timedelta(days=7), MONDAY + timedelta(days=20))]
    today = MONDAY + timedelta(days=21)
    assert streak(practised(*range(7), 21), today, vacations=away) == Streak(8, 8, 1)
    assert streak(practised(*range(7)), today, vacations=away) == Streak(7, 7, 1)
    endless = [(MONDAY, date.max)]
    assert streak(practised(0), today, vacations=endless) == Streak(1, 1)


def test_retention_counts_the_first_review_of_a_day_after_the_learning_steps() -> None:
    attempts = sums(
        attempt(1),
        attempt(2, days=0.01),  # still learning
        attempt(3, days=3),  # recalled
        attempt(4, days=3.01),  # again on the same day
        attempt(5, days=30, misses=3),  # forgotten
    )
    assert recall(attempts.values()) == Recall(reviews=2, recalled=1)
    assert recall(attempts.values()).retention == 0.5
    assert recall_mature(attempts.values()) == Recall(1, 0)
    assert recall(()).retention is None


def test_the_weakest_strokes_are_those_most_often_at_fault() -> None:
    attempts = sums(
        *(attempt(n, days=n, faulty_strokes=(1,)) for n in range(1, 4)),
        attempt(4, days=4, faulty_strokes=(4, 4)),
        attempt(5, kanji="海", faulty_strokes=(0,)),
    )
    assert weakest_strokes(attempts) == (
        Weakness("永", 1, 3, 4), Weakness("海", 0, 1, 1), Weakness("永", 4, 1, 4),
    )  # fmt: skip
    assert weakest_strokes(attempts, limit=1) == (Weakness("永", 1, 3, 4),)


def test_a_weak_component_is_found_over_all_its_kanji() -> None:
    """氵 is strokes 0 to 2 of 海 and 決."""
    attempts = sums(
        attempt(1, kanji="海", faulty_strokes=(2,)),
        attempt(2, kanji="決", faulty_strokes=(0, 1)),
        attempt(3, kanji="決", days=1),
        attempt(4, kanji="\ue000", faulty_strokes=(0,)),  # without a reference
    )
    weakest = weakest_components(attempts, load_references())
    assert weakest[0] == Weakness(None, "氵", 2, 3)
    assert all(weak.part not in ("海", "決") for weak in weakest)


def test_pairs_that_are_confused_count_both_ways_and_not_if_the_learner_was_right() -> None:
    attempts = sums(
        attempt(1, kanji="末", read_as="未", misses=3),
        attempt(2, kanji="未", read_as="末", misses=3),
        attempt(3, kanji="土", read_as="士", misses=3),
        attempt(4, kanji="日", read_as="曰", misses=3),
        Override(id=UUID(int=9), at=START, attempt=UUID(int=4), rating="good"),
        attempt(5, kanji="永", read_as="永"),
    )
    pairs = confusions({kanji: one.read_as for kanji, one in attempts.items()})
    assert pairs == ((frozenset("末未"), 2), (frozenset("土士"), 1))
    alike = with_confusions({"末": frozenset("本")}, pairs)
    assert alike == {"末": frozenset("本未"), "未": frozenset("末")}


def test_overrides_measure_the_grader() -> None:
    attempts = sums(
        *(attempt(n, misses=3 if n < 3 else 0) for n in range(1, 6)),
        Override(id=UUID(int=7), at=START, attempt=UUID(int=1), rating="good"),
        Override(id=UUID(int=8), at=START, attempt=UUID(int=5), rating="again"),
        Override(id=UUID(int=9), at=START, attempt=UUID(int=2), rating="again"),  # no change
    )
    assert grader_quality(attempts.values()) == GraderQuality(attempts=5, raised=1, lowered=1)
    assert grader_quality(attempts.values()).override_rate == 0.4
    assert grader_quality(()).override_rate is None
