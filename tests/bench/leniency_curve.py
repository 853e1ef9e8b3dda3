"""What is accepted and refused over leniency: `python -m tests.bench.leniency_curve -o FILE.png`.

Prints the table of docs/grading.md and plots it: people's ink as `tests.bench.grading` measures it,
at each leniency.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from data.cache import replacing
from tests.bench.grading import measure
from tests.bench.mistake_sets import SOURCES, has_people
from tests.bench.people import PEOPLE
from tests.bench.table import table

LENIENCIES = (0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
COLUMNS = {
    "accept": "accepted",
    "swap_refused": "neighbours exchanged: refused",
    "reversal_refused": "reversals refused",
    "lookalike_refused": "look-alikes refused",
    "own_mistake_refused": "own mistakes refused",
}

Rates = Mapping[str, Mapping[float, Mapping[str, float]]]  # by source and leniency


def main() -> None:
    """Prints the table, and writes the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True)
    output = parser.parse_args().output
    if not has_people():
        return
    rates = {
        source: {at: measure(PEOPLE, source, leniency=at, seed=0) for at in LENIENCIES}
        for source in SOURCES
    }
    rows = (
        [f"{at:g}", *(", ".join(_percent(rates[s][at][rate]) for s in SOURCES) for rate in COLUMNS)]
        for at in LENIENCIES
    )
    print(table(["leniency", *COLUMNS.values()], rows))
    _plot(rates, output)


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.3g} %"


def _plot(rates: Rates, output: Path) -> None:
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    grid = figure.subplots(1, len(rates), sharey=True)
    for axes, (source, by_leniency) in zip(grid, rates.items(), strict=True):
        for rate, name in COLUMNS.items():
            values = [100 * one[rate] for one in by_leniency.values()]
            axes.plot(list(by_leniency), values, marker="o", markersize=3, label=name)
        axes.set(title=source, xlabel="leniency (1 is normal)", ylim=(0, 103))
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("% of the inks")
    figure.axes[1].legend(loc="lower right", fontsize=8)
    with replacing(output) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


if __name__ == "__main__":
    main()
