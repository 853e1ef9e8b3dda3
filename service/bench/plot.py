"""A plot of how figures stand to what we want, and of ratios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.cache import replacing
from service.bench.row import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MET, MISSED, PLAIN = "tab:green", "tab:red", "tab:blue"
RATIO = "times"  # the unit of a ratio
LINE_INCHES = 0.34  # the height of a bar
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def plot(rows: Sequence[Row], path: Path) -> None:
    """Writes a picture: bars of value over bar, and of ratios, each on a logarithmic axis."""
    from matplotlib.figure import Figure

    barred = [row for row in rows if row.is_met is not None]
    ratios = [row for row in rows if row.unit == RATIO]
    height = 1.4 + LINE_INCHES * max(len(barred), len(ratios), 1)
    figure = Figure(figsize=(15, height), layout="constrained")
    left, right = figure.subplots(1, 2)
    wanted = [row.at_least if row.at_most is None else row.at_most for row in barred]
    of_bars = [row.value / (bar or 1) for row, bar in zip(barred, wanted, strict=True)]
    colours = [MET if row.is_met else MISSED for row in barred]
    _bars(left, [f"{row.name} ({row.bar} {row.unit})" for row in barred], of_bars, colours)
    left.set_title("value over bar; red: missed", loc="right")
    labels = [f"{row.name}\nover {row.compared_with}" for row in ratios]
    _bars(right, labels, [row.value for row in ratios], [PLAIN] * len(ratios))
    right.set_title("times of a reference", loc="right")
    with replacing(path) as partial:
        figure.savefig(partial, dpi=110)


def _bars(axes: Axes, labels: Sequence[str], values: Sequence[float], colours: list[str]) -> None:
    axes.barh(range(len(values)), values, color=colours)
    axes.set_yticks(range(len(values)), labels, fontsize=8)
    axes.invert_yaxis()
    if values and min(values) > 0:
        axes.set_xscale("log")
        axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
        axes.set_xticks([], minor=True)
        axes.set_xlim(min(*values, 1) / 1.3, max(*values, 1) * 1.3)
    axes.axvline(1, color="black", linewidth=0.8)
