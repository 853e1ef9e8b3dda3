"""Simulated learners and the command `simulate`."""

import json
from pathlib import Path

import pytest
from PIL import Image

from kanji.practice.simulation import Learner, Setting, outcome
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
        (["--days", "0"], "--days is 0; allowed: 1 or more"),
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
