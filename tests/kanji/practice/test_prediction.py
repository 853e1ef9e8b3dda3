"""Whether fitted parameters predict reviews that they have not seen."""

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kanji.practice import prediction
from kanji.practice.days import Days
from kanji.practice.events import Attempt
from kanji.practice.parameters import DEFAULT, Parameters
from kanji.practice.prediction import better_parameters, log_loss
from kanji.practice.rating import Rated
from kanji.practice.replay import replay
from kanji.practice.schedule import ScheduleRules, recall_probability

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS = Days()
# A learner who remembers for a quarter of the time that the defaults predict.
FORGETFUL = Parameters.of([*(value / 4 for value in DEFAULT.values[:4]), *DEFAULT.values[4:]])


def attempts(*, kanji: int, sessions: int, seed: int = 1) -> tuple[Rated, ...]:
    """Of a learner who recalls by FORGETFUL a first review after `sessions` of 2 days."""
    generator, number, log = random.Random(seed), 0, []
    rules = ScheduleRules(parameters=FORGETFUL)
    for session in range(sessions):
        for n in range(kanji):
            at = START + timedelta(days=2 * session, minutes=n)
            recall = recall_probability(FORGETFUL.values[2], 2, rules)
            misses = 0 if session == 0 or generator.random() < recall else 3
            one = chr(0x4E00 + n + kanji * (session // 2))  # each is reviewed once
            log.append(Attempt(id=UUID(int=number + 1), at=at, kanji=one, misses=misses))
            number += 1
    return replay(log, ScheduleRules()).rated


def test_the_log_loss_is_that_of_the_forgetting_curve() -> None:
    log = [
        Attempt(id=UUID(int=n + 1), at=START + timedelta(days=day), kanji="永", misses=misses)
        for n, (day, misses) in enumerate([(0, 0), (0.01, 0), (3, 0), (10, 3)])
    ]
    rated, rules = replay(log, ScheduleRules()).rated, ScheduleRules()
    cards = [replay(log[:count], rules).cards["永"] for count in (2, 3)]
    expected = [
        -math.log(recall_probability(cards[0].stability, 3, rules)),
        -math.log(1 - recall_probability(cards[1].stability, 7, rules)),
    ]
    assert log_loss(rated, DAYS, DEFAULT) == pytest.approx(sum(expected) / 2)
    assert log_loss(rated, DAYS, DEFAULT, first=3) == pytest.approx(expected[1])
    assert log_loss(rated[:2], DAYS, DEFAULT) == math.inf


def test_one_review_that_was_thought_impossible_does_not_decide_alone() -> None:
    """Forgotten at once, by the parameters, and recalled after twenty years."""
    log = [
        Attempt(id=UUID(int=n + 1), at=START + timedelta(days=day), kanji="永", misses=misses)
        for n, (day, misses) in enumerate([(0, 3), (7300, 0)])
    ]
    forgetful = Parameters.of([0.001, *DEFAULT.values[1:20], 0.8])
    rules = ScheduleRules(parameters=forgetful)
    assert recall_probability(0.001, 7300, rules) < 5e-5
    assert log_loss(replay(log, rules).rated, DAYS, forgetful) == pytest.approx(-math.log(1e-4))


def test_the_true_parameters_predict_better_than_the_defaults() -> None:
    rated = attempts(kanji=200, sessions=6)
    assert log_loss(rated, DAYS, FORGETFUL) < log_loss(rated, DAYS, DEFAULT)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many attempts each fit saw; it finds FORGETFUL."""
    seen: list[int] = []

    def fit(rated: tuple[Rated, ...], days: Days) -> Parameters:
        seen.append(len(rated))
        return FORGETFUL

    monkeypatch.setattr(prediction, "fit", fit)
    yield seen


def test_a_fit_is_taken_where_it_predicts_what_it_has_not_seen_better(fits: list[int]) -> None:
    rated = attempts(kanji=100, sessions=10)
    assert better_parameters(rated, DAYS, DEFAULT) is FORGETFUL
    assert fits == [800]


def test_a_fit_that_is_no_better_is_not_taken(fits: list[int]) -> None:
    rated = attempts(kanji=100, sessions=10)
    assert better_parameters(rated, DAYS, FORGETFUL) is None
    remembered = [one for one in rated if one.rating.rating != "again"]
    assert better_parameters(remembered, DAYS, DEFAULT) is None


def test_the_values_of_the_defaults_are_the_defaults() -> None:
    assert Parameters.of(DEFAULT.values) is DEFAULT
    assert Parameters.of([*DEFAULT.values[:20], 0.2]) is not DEFAULT
