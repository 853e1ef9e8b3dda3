"""Simulated learners and the command `simulate`."""

import json
from pathlib import Path

import pytest
from PIL import Image

from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import ScheduleRules
from kanji.practice.simulation import Learner, Outcome, Setting, outcome, simulate
from service.cli import main as hitsujun

DECK = "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連"


def test_a_higher_retention_costs_more_and_more_is_known() -> None:
    learners = [Learner(seed=1), Learner(seed=2)]
    low, high = (outcome(learners, DECK, Setting(r), days=120) for r in (0.75, 0.95))
    assert low.introduced == high.introduced == len(DECK)
    assert sum(high.daily_reviews) > 1.3 * sum(low.daily_reviews)
    assert high.known > low.known and high.retention > low.retention
    assert low.retention == pytest.approx(0.75, abs=0.1)
    assert high.retention == pytest.approx(0.95, abs=0.05)


def test_the_limit_of_reviews_holds_and_a_run_is_reproducible() -> None:
    setting = Setting(0.9, 10, reviews_per_day=2)
    first, again = (outcome([Learner()], DECK, setting, days=30) for _ in range(2))
    assert first == again
    free = outcome([Learner()], DECK, Setting(0.9, 10), days=30)
    assert sum(first.daily_reviews) < sum(free.daily_reviews)


SELDOM = Learner(unlocks=5, writing=0.5, seed=2)
OF_SELDOM = (4, 3, 4, 1, 3, 3, 3, 1, 2, 3, 2, 2, 5, 1, 4, 4, 4, 4, 1, 1)
OF_USUAL = (6, 8, 13, 11, 15, 17, 15, 13, 15, 17, 9, 6, 7, 4, 6, 3, 6, 4, 4, 4)


@pytest.mark.parametrize(
    ("learner", "daily", "introduced", "retention", "known", "seconds"),
    [
        (SELDOM, OF_SELDOM, 11, 16 / 19, 10.1423, 635),
        (Learner(), OF_USUAL, 30, 0.905263, 28.7632, 1969),
    ],
)
def test_a_learner_of_a_seed_is_the_same_on_every_machine(
    learner: Learner,
    daily: tuple[int, ...],
    introduced: int,
    retention: float,
    known: float,
    seconds: float,
) -> None:
    result = simulate(learner, DECK, ScheduleRules(), QueueRules(new_per_day=3), days=20)
    assert (result.daily_reviews, result.introduced) == (daily, introduced)
    assert result.retention == pytest.approx(retention, abs=1e-6)
    assert result.known == pytest.approx(known, abs=0.001)
    assert result.minutes == pytest.approx(seconds / 60 / 20)


def test_an_outcome_is_rounded_for_the_command() -> None:
    result = Outcome(Setting(0.8, 3, 40), 12.34, 10.06, 0.81239, 1.236, (3.0, 4.5))
    assert result.to_dict() == {
        "retention": 0.8,
        "new_per_day": 3,
        "reviews_per_day": 40,
        "introduced": 12.3,
        "known": 10.1,
        "recalled": 0.8124,
        "reviews_a_day": 3.8,
        "minutes_a_day": 1.24,
        "known_per_minute": 8.1,
    }


def test_the_command_prints_a_line_for_each_setting_and_draws_a_plot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["simulate", "--deck", "jlpt-5", "--days", "20", "--learners", "1", "--new", "3"]
    plot = tmp_path / "plot.png"
    assert hitsujun([*arguments, "--retention", "0.8", "0.9", "-o", str(plot)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["retention"] for line in lines] == [0.8, 0.9]
    assert all(0 < line["known"] <= line["introduced"] <= 60 for line in lines)
    with Image.open(plot) as image:
        assert image.width > 800


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--retention", "1"], "--retention must be at least 0.5 and below 1"),
        (["--days", "0"], "--days is 0; allowed: 1 to 3650"),
        (["-o", "plot.txt"], ".png or .svg"),
        (["--deck", "jlpt-9"], "is empty"),
    ],
)
def test_bad_options_give_one_line_and_exit_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hitsujun(["simulate", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
