"""docs/benchmarks.md from docs/benchmarks.json: `python -m tests.bench.report`.

`make benchmarks` measures all of it again first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from service.bench.results import Run, read_runs
from service.bench.row import Row

DOCS = Path(__file__).parents[2] / "docs"
FIGURES, PAGE, PLOT = DOCS / "benchmarks.json", DOCS / "benchmarks.md", DOCS / "benchmarks.png"
HEAD = """# Benchmarks

`make benchmarks` measures this but for the mutation areas ([mutation.md](mutation.md)), which take
hours, and makes this page of [benchmarks.json](benchmarks.json); a test compares the two. A ratio
("times") compares with a reference in the same run, so it holds on other machines; a time holds for
the processor that is named. Rates on synthetic drawings say whether something has changed, and not
how people write: those on real handwriting are of other people's ink, none of which was trained on.
"Wanted" is the bar that we set; what misses it is said.
"""


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(read_runs(FIGURES)), "utf-8")


def page(runs: Sequence[Run]) -> str:
    """The page's text: a section for each run."""
    return "\n".join([HEAD, *(line for run in runs for line in _section(run))])


def shown(value: float) -> str:
    """A value as the page prints it: 93450.0 as 93,450."""
    return f"{value:,.10g}"


def _section(run: Run) -> Iterator[str]:
    plot = (
        f"![Value over bar, and ratios]({PLOT.name})\n" if run.command == "hitsujun bench" else ""
    )
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    yield f"## `{run.command}`\n"
    yield f"{run.date}, {run.machine}; {versions}.\n"
    if plot:
        yield plot
    yield "| area | what | value | | wanted |\n|---|---|---:|---|---|"
    yield from map(_line, run.rows)
    yield ""


def _line(row: Row) -> str:
    unit = f"{row.unit} {row.compared_with}".strip()
    verdict = {None: "", True: f"{row.bar}: met", False: f"{row.bar}: **missed**"}[row.is_met]
    return f"| {row.area} | {row.name} | {shown(row.value)} | {unit} | {verdict} |"


if __name__ == "__main__":
    main()
