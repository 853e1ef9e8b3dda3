from dataclasses import replace
from pathlib import Path

import pytest

from service.bench.results import Run, add_run, read_runs
from service.bench.row import Row
from service.errors import BenchError

ROW = Row("grading", "grading", 1.23456, "CPU ms", at_most=4)


def test_a_row_keeps_four_digits_and_knows_its_bar() -> None:
    assert ROW.value == 1.235 and ROW.is_met and ROW.bar == "at most 4"
    assert not replace(ROW, value=4.1).is_met
    assert Row("style", "styles", 12, "styles", at_least=13).is_met is False
    assert Row("style", "styles", 12, "styles").is_met is None
    with pytest.raises(ValueError, match="one bar"):
        replace(ROW, at_least=3)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = Run("hitsujun bench", (ROW, Row("style", "a step", 2, "times", "bare passes")))
    assert run.versions["python"].startswith("3.") and "cores" in run.machine
    add_run(tmp_path / "figures.json", run)
    assert read_runs(tmp_path / "figures.json") == [run]


def test_a_run_replaces_the_one_of_the_same_command_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    first, other = Run("hitsujun bench", (ROW,)), Run("make bench", (ROW,))
    newer = Run("hitsujun bench", (replace(ROW, value=2.0),))
    for run in (first, other, newer):
        add_run(path, run)
    assert read_runs(path) == [newer, other]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"runs": [{"command": "x"}]}', '{"runs": 3}'])
def test_a_file_of_anything_else_is_refused_and_kept(text: str, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text(text)
    with pytest.raises(BenchError, match=r"figures\.json holds no figures"):
        add_run(path, Run("hitsujun bench", (ROW,)))
    assert path.read_text() == text
