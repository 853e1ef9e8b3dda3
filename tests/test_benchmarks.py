"""docs/benchmarks.md is what docs/benchmarks.json says, and README has no other figures."""

import re
from pathlib import Path

import pytest

from service.bench.command import AREAS
from service.bench.results import read_runs
from service.bench.row import Row
from tests.bench.figures import command_line
from tests.bench.report import FIGURES, PAGE, page, shown

ROOT = Path(__file__).parents[1]
RUNS = read_runs(FIGURES)
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
WORDS = {"twelve": "12"}  # numbers that the README writes out
# What is no measurement: the versions and sizes that are declared, and where.
DECLARED = {"3.11": ("pyproject.toml", ">=3.11"), "8": ("Makefile", "-gt 8000000")}


def figures_of(text: str) -> list[str]:
    """The numbers of a text, without its code, links, addresses, and names such as VGG-19."""
    for pattern in (r"```.*?```", r"`[^`]*`", r"\]\([^)]*\)", r"https?://\S+", r"[A-Za-z]-\d+"):
        text = re.sub(pattern, " ", text, flags=re.S)
    for word, number in WORDS.items():
        text = re.sub(rf"\b{word}\b", number, text)
    return NUMBER.findall(text)


def is_measured(figure: str) -> bool:
    """Whether a row of the figures has this value, rounded as it is written."""
    value, digits = float(figure.replace(",", "")), len(figure.partition(".")[2])
    return any(round(row.value, digits) == value for run in RUNS for row in run.rows)


def test_the_page_is_made_of_the_figures() -> None:
    assert PAGE.read_text("utf-8") == page(RUNS), "run python -m tests.bench.report"


def test_the_figures_have_every_area_and_no_host() -> None:
    (ours,) = (run for run in RUNS if run.command == "hitsujun bench")
    assert {row.area for row in ours.rows} == set(AREAS)
    for run in RUNS:
        assert re.fullmatch(r".+, \d+ cores", run.machine) and "/" not in run.command.split()[0]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", run.date) and "numpy" in run.versions


@pytest.mark.parametrize("figure", figures_of((ROOT / "README.md").read_text("utf-8")))
def test_a_figure_of_the_readme_is_measured_or_declared(figure: str) -> None:
    if figure in DECLARED:
        file, text = DECLARED[figure]
        assert text in (ROOT / file).read_text("utf-8")
    else:
        assert is_measured(figure), f"{figure} is not in docs/benchmarks.json: see make benchmarks"


def test_figures_are_found_in_words_and_not_in_code() -> None:
    text = (
        "one of twelve, 93.5 % of 6,418; `--size 512`, [x](docs/2.png), http://a:8000\n```\n7\n```"
    )
    assert figures_of(text) == ["12", "93.5", "6,418"]


def test_a_value_is_shown_with_its_thousands() -> None:
    assert [shown(one) for one in (93450.0, 0.2551, 12)] == ["93,450", "0.2551", "12"]
    assert "| style | a step | 2 | times bare passes | at most 1: **missed** |" in page(
        [type(RUNS[0])("x", (Row("style", "a step", 2, "times", "bare passes", 1),))]
    )


def test_the_command_of_a_bench_is_written_without_the_file_of_its_figures() -> None:
    script = str(ROOT / "tests" / "bench" / "recognition.py")
    given = [script, "--every", "3", "--folder", "/x", "--json", "docs/benchmarks.json"]
    assert command_line(given) == "python -m tests.bench.recognition --every 3"
