"""Simulated learners behave as learners do, and the command tells of them."""

import json
from pathlib import Path

import pytest
from PIL import Image

from kanji.practice.simulation import Learner, Setting, outcome
from service.cli import main as hitsujun

DECK = "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連"


def test_more_retention_costs_more_and_keeps_more() -> None:
    learners = [Learner(seed=1), Learner(seed=2)]
    low, high = (outcome(learners, DECK, Setting(r), days=120) for r in (0.75, 0.95))
    assert low.learnt == high.learnt == len(DECK)
    assert sum(high.load) > 1.3 * sum(low.load)
    assert high.known > low.known and high.retention > low.retention
    assert low.retention == pytest.approx(0.75, abs=0.1)
    assert high.retention == pytest.approx(0.95, abs=0.05)


def test_a_limit_of_reviews_is_kept_to_and_a_run_comes_again() -> None:
    setting = Setting(0.9, 10, reviews_per_day=2)
    first, again = (outcome([Learner()], DECK, setting, days=30) for _ in range(2))
    assert first == again
    free = outcome([Learner()], DECK, Setting(0.9, 10), days=30)
    assert sum(first.load) < sum(free.load)


def test_the_command_prints_a_line_a_setting_and_draws(
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
    ("arguments", "said"),
    [
        (["--retention", "1"], "0.5 to below 1"),
        (["--days", "0"], "1 or more"),
        (["-o", "plot.txt"], ".png or .svg"),
        (["--deck", "jlpt-9"], "is empty"),
    ],
)
def test_bad_settings_are_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hitsujun(["simulate", *arguments]) == 2
    assert said in capsys.readouterr().err
