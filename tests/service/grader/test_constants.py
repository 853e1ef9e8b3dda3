"""The constants of the grader in the browser are those of Python."""

import re
from pathlib import Path

import pytest

from service import grader_constants
from service.grader_constants import TARGET, constants_js, constants_of

MODULES = TARGET.parent


def test_the_constants_are_those_of_python() -> None:
    stale = f"{TARGET} is stale: run python -m service.grader_constants"
    assert TARGET.read_text("utf-8") == constants_js(), stale


def test_a_changed_threshold_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kanji.grading.strokes.SEVERE", 2.5)
    assert TARGET.read_text("utf-8") != constants_js()


def test_sets_tables_and_private_names_are_written_or_left_out() -> None:
    grade = constants_of("kanji.grading.grade")
    assert grade["ACCEPTED"] == ["acceptable", "correct"]
    assert grade["LENIENCY"]["normal"] == 1.0
    assert "SEVERE" not in grade  # another module's
    assert "TABLE" not in constants_of("kanji.grading.variation")  # a path


def test_no_module_has_a_threshold_of_its_own() -> None:
    """Every number that decides comes from Python: one with a fraction, but for a half."""
    for path in MODULES.rglob("*.js"):
        if path != TARGET:
            assert not _fractions(path), path


def _fractions(path: Path) -> list[str]:
    code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    return [one for one in re.findall(r"(?<![\w.])\d*\.\d+", code) if one not in ("0.5", "0.05")]


def test_the_file_is_written_where_the_modules_take_it_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grader_constants, "TARGET", tmp_path / "constants.js")
    grader_constants.main()
    assert (tmp_path / "constants.js").read_text("utf-8") == constants_js()
