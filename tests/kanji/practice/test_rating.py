"""Ratings and hints."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kanji.errors import KanjiError
from kanji.practice.events import Attempt
from kanji.practice.hints import HintLadder
from kanji.practice.rating import RatingRules, capped_seconds, median_seconds, rate


def attempt(**fields: object) -> Attempt:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Attempt(id=UUID(int=1), at=at, kanji="永", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "rating", "reason"),
    [
        ({}, "good", "clean"),
        ({"misses": 1}, "hard", "misses"),
        ({"misses": 3}, "again", "misses"),
        ({"hints": 1}, "hard", "hints"),
        ({"gave_up": True}, "again", "gave_up"),
        ({"score": 20.0}, "hard", "score"),
        ({"score": 95.0, "seconds": 1.0}, "good", "clean"),
    ],
)
def test_the_default_rules(fields: dict[str, object], rating: str, reason: str) -> None:
    rated = rate(attempt(**fields), RatingRules(), usual_seconds=9)
    assert (rated.rating, rated.reason) == (rating, reason)


def test_easy_is_optional_and_means_quicker_than_the_learners_usual_time() -> None:
    rules = RatingRules(easy_fraction=0.7)
    assert rate(attempt(seconds=6.0), rules, usual_seconds=10).rating == "easy"
    assert rate(attempt(seconds=8.0), rules, usual_seconds=10).rating == "good"
    assert rate(attempt(seconds=1.0), rules).rating == "good"  # no median yet
    assert rate(attempt(seconds=1.0, misses=1), rules, usual_seconds=10).rating == "hard"


def test_the_limits_of_a_rating_belong_to_the_better_one() -> None:
    assert rate(attempt(score=40.0), RatingRules()).rating == "good"
    assert rate(attempt(score=39.9), RatingRules()).rating == "hard"
    assert rate(attempt(misses=2), RatingRules()).rating == "hard"
    rules = RatingRules(easy_fraction=0.5)
    assert rate(attempt(seconds=5.0), rules, usual_seconds=10).rating == "easy"
    assert rate(attempt(seconds=None), rules, usual_seconds=10).rating == "good"


@pytest.mark.parametrize(
    "rules",
    [
        {"hard_misses": 1, "again_misses": 1},
        {"hard_score": 0.0},
        {"hard_score": 100.0},
        {"easy_fraction": 1.0},
    ],
)
def test_the_bounds_of_rating_rules_are_allowed(rules: dict[str, float]) -> None:
    for name, value in rules.items():
        assert getattr(RatingRules(**rules), name) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"hard_misses": 0}, "hard_misses must be 1 or more"),
        ({"hard_score": -1.0}, "hard_score must be from 0 to 100"),
        ({"easy_fraction": 1.01}, "easy_fraction must be above 0 and at most 1"),
        ({"longest_seconds": 0.0}, "longest_seconds must be positive"),
        ({"longest_seconds": float("inf")}, "longest_seconds must be positive"),
    ],
)
def test_what_is_beyond_the_bounds_of_rating_rules_is_refused(
    rules: dict[str, float], message: str
) -> None:
    with pytest.raises(KanjiError) as raised:
        RatingRules(**rules)  # type: ignore[arg-type]
    assert str(raised.value) == message


def test_the_usual_time_is_the_upper_median() -> None:
    assert median_seconds([]) is None
    assert median_seconds([4.0, 1.0, 9.0]) == 4.0
    assert median_seconds([4.0, 1.0]) == 4.0


def test_all_faults_of_rating_rules_are_named_at_once() -> None:
    with pytest.raises(KanjiError) as raised:
        RatingRules(hard_misses=3, again_misses=2, hard_score=101, easy_fraction=0)
    assert str(raised.value) == (
        "again_misses must be no less than hard_misses; hard_score must be from 0 to 100;"
        " easy_fraction must be above 0 and at most 1"
    )


def test_a_time_counts_as_at_most_thirty_seconds() -> None:
    assert capped_seconds(4000, RatingRules()) == 30 and capped_seconds(4, RatingRules()) == 4


def test_hints_get_stronger_with_each_miss() -> None:
    ladder = HintLadder()
    assert [ladder.hint(n) for n in range(5)] == [
        None,
        "outline",
        "animation",
        "auto_draw",
        "auto_draw",
    ]
    assert [ladder.shown(n) for n in range(5)] == [0, 1, 2, 3, 3]
    sparse = HintLadder(outline=None, animation=4, auto_draw=None)
    assert [sparse.hint(n) for n in (3, 4)] == [None, "animation"]
    with pytest.raises(KanjiError, match="larger than the one before"):
        HintLadder(outline=2, animation=1)
    for misses in ((1, 1, 2), (-1, 1, 2)):
        with pytest.raises(KanjiError, match="larger than the one before"):
            HintLadder(*misses)
    assert HintLadder(outline=0).hint(0) == "outline"
