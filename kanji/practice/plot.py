"""A picture of simulated outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.cache import replacing
from kanji.errors import KanjiError
from kanji.practice.simulation import Outcome

WEEK = 7  # days over which the load is averaged


def check_plot(path: Path) -> None:
    """Raises KanjiError where a plot could not be drawn at all."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise KanjiError(f"the plot is {path}; name it .png or .svg")
    try:
        import matplotlib  # noqa: F401
    except ImportError as missing:
        raise KanjiError("a plot needs matplotlib: pip install 'hitsujun[plots]'") from missing


def plot(outcomes: Sequence[Outcome], path: Path) -> None:
    """Kanji known against minutes a day, a line for each pace; and reviews a day over the year."""
    from matplotlib.figure import Figure

    by_pace: dict[int, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_pace[one.setting.new_per_day].append(one)
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    cost, load = figure.subplots(1, 2)
    for pace, found in sorted(by_pace.items()):
        found.sort(key=lambda one: one.minutes)
        minutes, known = [o.minutes for o in found], [o.known for o in found]
        (line,) = cost.plot(minutes, known, marker="o", label=f"{pace} new a day")
        for one in found:
            cost.annotate(
                f"{one.setting.retention:g}",
                (one.minutes, one.known),
                textcoords="offset points",
                xytext=(4, -11),
                fontsize=8,
                color=line.get_color(),
            )
        middle = min(found, key=lambda one: abs(one.setting.retention - 0.9))
        days = np.arange(len(middle.load))
        smooth = np.convolve(middle.load, np.ones(WEEK) / WEEK, mode="same")
        inner = slice(WEEK, max(WEEK + 1, len(days) - WEEK))
        name = f"{pace} new a day, retention {middle.setting.retention:g}"
        load.plot(days[inner], smooth[inner], color=line.get_color(), label=name)
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
