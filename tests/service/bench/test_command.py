import json
from importlib import import_module
from pathlib import Path

import pytest

from service.bench.command import AREAS
from service.bench.results import read_runs
from service.bench.style import rows as rows_of_style
from service.cli import main


@pytest.mark.slow
def test_a_quick_bench_measures_every_area(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, picture = tmp_path / "figures.json", tmp_path / "figures.png"
    assert main(["bench", "--quick", "--json", str(file), "--plot", str(picture)]) == 0
    out, err = capsys.readouterr()
    rows = json.loads(out)
    assert {row["area"] for row in rows} == set(AREAS)
    assert all(row["value"] > 0 for row in rows) and len(err.splitlines()) >= len(rows)
    (run,) = read_runs(file)
    assert run.command == "hitsujun bench --quick"
    assert [row.to_dict() for row in run.rows] == rows
    assert picture.stat().st_size > 10_000
    names = [(row["area"], row["name"], row["unit"]) for row in rows]
    assert len(set(names)) == len(names)


def test_one_area_is_measured_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "grading", "--quick"]) == 0
    out, err = capsys.readouterr()
    rows = {row["name"]: row["value"] for row in json.loads(out)}
    assert rows["refused: a stroke missing"] > 90 and rows["synthetic drawings accepted"] > 80
    assert "refused: a stroke missing" in err


def test_painting_is_left_out_without_torch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    style = import_module("service.bench.style")
    monkeypatch.setattr(style, "find_spec", lambda _: None)
    assert {row.unit for row in rows_of_style(quick=True)} == {"styles", "CPU s", "times"}
    assert "torch is not installed; painting is left out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gradin"], "unknown area 'gradin'; allowed: recognition, grading"),
        (["grading", "--plot", "figures.gif"], "its suffix must be .png or .svg"),
        (["grading", "--json", "damaged.json"], "damaged.json holds no figures"),
    ],
)
def test_what_cannot_be_measured_or_written_is_said_at_once(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("damaged.json").write_text('{"runs": [{}]}')
    assert main(["bench", *arguments]) == 2
    out, err = capsys.readouterr()
    assert message in err and not out and len(err.splitlines()) == 1
