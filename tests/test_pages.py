"""The figures of docs are what commands printed."""

import re
from pathlib import Path

import pytest

from service.bench.results import read_runs
from tests.bench.pages import BLOCK, Printed, commands_of, filled, pages, read_records
from tests.bench.report import FIGURES

RECORDS = read_records()
PAGES = list(pages())
# Experiments and trainings, whose figures are of their day; and a page that waits for its turn.
NOTES = {"tried.md", "training.md", "fast.md"}
# Percentages that are no measurement: what was set, or wanted.
DECLARED = {
    "grading.md": {"8", "20"},  # of a stroke that shows its ending; by which ink is stretched
    "practice.md": {"80"},  # of the unlocks that are used, in the simulation
    "recognizer.md": {"80", "99.5"},  # wanted of cursive ink; below it the ink is looked at again
    "style.md": {"9"},  # how well the balance was fitted
    "wallpapers.md": {"15"},  # that is kept free for buttons
}
PERCENT = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?= %)")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_has_what_its_commands_printed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [one for one in commands_of(text) if one not in RECORDS] == []
    assert text == filled(text, RECORDS), "run python -m tests.bench.pages"


def test_what_was_printed_is_on_a_page() -> None:
    used = {command for path in PAGES for command in commands_of(path.read_text("utf-8"))}
    assert set(RECORDS) - used == set()
    assert not any("/" in one.machine for one in RECORDS.values())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_percentage_in_the_text_was_printed_on_the_page_or_is_a_benchmark(path: Path) -> None:
    if path.name in NOTES:
        return
    text = path.read_text("utf-8")
    printed = {
        float(n) for _, block in BLOCK.findall(text) for n in re.findall(r"\d+(?:\.\d+)?", block)
    }
    benchmarks = {row.value for run in read_runs(FIGURES) for row in run.rows if row.unit == "%"}
    prose = re.sub(r"```.*?```|`[^`]*`", " ", BLOCK.sub(" ", text), flags=re.S)
    unknown = [
        figure
        for figure in PERCENT.findall(prose)
        if figure not in DECLARED.get(path.name, set())
        and not any(
            round(value, len(figure.partition(".")[2])) == float(figure)
            for value in printed | benchmarks
        )
    ]
    assert unknown == [], "print it with a command on the page, or say it in docs/tried.md"


def test_json_becomes_a_table_and_other_text_stays() -> None:
    page = "<!-- printed by hitsujun x -->\n<!-- printed until here -->\n"

    def shown(text: str) -> str:
        return filled(page, {"hitsujun x": Printed(text, "2026-01-01", "a machine")})

    assert "| a b | 2 |" in shown('{"a_b": 2}')
    assert "| a b |\n| --- |\n| 1 |\n| 2 |" in shown('{"a_b": 1}\n{"a_b": 2}')
    assert "```text\nfree text\n```" in shown("free text")
    assert "`hitsujun x`, 2026-01-01, a machine" in shown("| a |")
    assert filled(shown("| a |"), {"hitsujun x": Printed("| b |")}).count("| a |") == 0
