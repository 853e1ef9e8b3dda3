"""A plot of simulated outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.cache import replacing
from data.suffixes import suffix_fault
from kanji.errors import KanjiError
from kanji.practice.simulation import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import ColorType

WEEK = 7  # days in the running mean of the daily reviews
USUAL_RETENTION = 0.9  # the daily reviews are shown for the setting closest to it


def check_plot(path: Path) -> None:
    """Raises KanjiError if the file type is not supported or matplotlib is not installed."""
    if fault := suffix_fault(path, (".png", ".svg")):
        raise KanjiError(fault)
    try:
        import matplotlib  # noqa: F401
    except ImportError as missing:
        raise KanjiError("a plot needs matplotlib: pip install 'hitsujun[plots]'") from missing


def plot(outcomes: Sequence[Outcome], path: Path) -> None:
    """Writes a picture of outcomes to `path`.

    Left: kanji known over minutes a day, a line for each number of new kanji a day. Right: the
    reviews of each day.
    """
    from matplotlib.figure import Figure

    by_pace: dict[int, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_pace[one.setting.new_per_day].append(one)
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    cost, load = figure.subplots(1, 2)
    for pace, of_pace in sorted(by_pace.items()):
        of_pace.sort(key=lambda one: one.minutes)
        colour = _draw_cost(cost, pace, of_pace)
        usual = min(of_pace, key=lambda one: abs(one.setting.retention - USUAL_RETENTION))
        _draw_load(load, pace, usual, colour)
    cost.set(
        xlabel="minutes a day", ylabel="kanji known at the end", title="What it gives and costs"
    )
    load.set(xlabel="day", ylabel="reviews a day", title="The load over time")
    for axes in (cost, load):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    cost.set_xlim(left=0)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=110)


def _draw_cost(axes: Axes, pace: int, outcomes: Sequence[Outcome]) -> ColorType:
    """Draws kanji known over minutes, each point with its retention; returns the line's colour."""
    minutes, known = [one.minutes for one in outcomes], [one.known for one in outcomes]
    (line,) = axes.plot(minutes, known, marker="o", label=f"{pace} new a day")
    for one in outcomes:
        axes.annotate(
            f"{one.setting.retention:g}",
            (one.minutes, one.known),
            textcoords="offset points",
            xytext=(4, -11),
            fontsize=8,
            color=line.get_color(),
        )
    return line.get_color()


def _draw_load(axes: Axes, pace: int, outcome: Outcome, colour: ColorType) -> None:
    """Draws the smoothed reviews of each day, without the ends that the mean does not cover."""
    reviews = outcome.daily_reviews
    days = np.arange(len(reviews))
    smooth = np.convolve(reviews, np.ones(WEEK) / WEEK, mode="same")
    inner = slice(WEEK, max(WEEK + 1, len(days) - WEEK))
    name = f"{pace} new a day, retention {outcome.setting.retention:g}"
    axes.plot(days[inner], smooth[inner], color=colour, label=name)
