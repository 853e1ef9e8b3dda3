"""Plots the table of leniency in docs/grading.md: `python -m tests.bench.leniency_curve FILE.png`.

The table's rows come from `python -m tests.bench.grading ... --leniency L --source S`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from matplotlib.figure import Figure

from data.cache import replacing

TABLE = Path("docs/grading.md")
WRITERS = ("one careful writer", "messy ink")


def rows() -> tuple[list[str], list[list[float]]]:
    """The column names, and for each leniency the percentages, of both writers in each column."""
    section = TABLE.read_text(encoding="utf-8").partition("## Leniency")[2]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    numbers = [[float(n) for n in re.findall(r"[\d.]+", " ".join(line))] for line in lines[2:]]
    return lines[0][1:], numbers


def main() -> None:
    """Writes the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    names, numbers = rows()
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for writer, axes in enumerate(figure.subplots(1, 2, sharey=True)):
        for column, name in enumerate(names):
            values = [row[1 + 2 * column + writer] for row in numbers]
            axes.plot([row[0] for row in numbers], values, marker="o", markersize=3, label=name)
        axes.set(title=WRITERS[writer], xlabel="leniency (1 is normal)", ylim=(0, 103))
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("% of the inks")
    figure.axes[1].legend(loc="lower right", fontsize=8)
    with replacing(args.output) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


if __name__ == "__main__":
    main()
