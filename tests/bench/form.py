"""How often clean ink is told a fault of form, and how often one spoiled stroke is told, and first.

`python -m tests.bench.form [--tomoe all.tdic] [--every N] [--picture docs/form.png]`

Ink in canonical order and number of `../shared/ink`, and with `--tomoe` the inks of that file which
`tests.bench.form_fit` leaves out. In each ink one stroke, chosen at random, is moved by 0.15 of the
box, turned by 20 degrees about its middle, or made 1.6 times as long or as short about its middle.
Each ink is graded once, as read rightly: a stroke is told at a leniency that its excess exceeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from data.cache import replacing
from data.ink import Ink, Stroke
from data.references.reference import Reference
from kanji.grading.grade import ACCEPTED, grade
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, longer_side, resample
from tests.bench.form_fit import tested
from tests.bench.grading import canonical_samples
from tests.bench.mistake_sets import SOURCES, has_people
from tests.bench.table import percent, table

MOVE = 0.15  # of the box's longer side
TURN_DEGREES = 20.0
LONGER = 1.6
LENIENCIES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)

Sample = tuple[Ink, Reference]
Generator = np.random.Generator


@dataclass(frozen=True)
class Outcome:
    """The largest excess of clean inks (N,), and the scores (N,) of the accepted ones.

    `spoiled`: by the change, for each ink the excess of the spoiled stroke and the largest of all
    others, (N, 2).
    """

    clean: Array
    scores: Array
    spoiled: dict[str, Array]

    def told(self, change: str, leniency: float) -> float:
        """The fraction of spoiled strokes that are told."""
        return float((self.spoiled[change][:, 0] > leniency).mean())

    def first(self, change: str, leniency: float) -> float:
        """The fraction of them that come first, of the inks in which anything is told."""
        any_told = self.spoiled[change][self.spoiled[change].max(axis=1) > leniency]
        return float((any_told[:, 0] >= any_told[:, 1]).mean()) if len(any_told) else 0.0


def moved(points: Array, side: float, generator: Generator) -> Array:
    """Moved in any direction."""
    angle = generator.uniform(0, 2 * np.pi)
    return points + MOVE * side * np.array([np.cos(angle), np.sin(angle)])


def turned(points: Array, _side: float, generator: Generator) -> Array:
    """Turned about its middle, either way."""
    angle = np.radians(TURN_DEGREES) * generator.choice([-1, 1])
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = resample(points, POINTS).mean(axis=0)
    return np.asarray((points - middle) @ matrix.T + middle)


def longer(points: Array, _side: float, _generator: Generator) -> Array:
    """Made longer about its middle."""
    middle = resample(points, POINTS).mean(axis=0)
    return np.asarray((points - middle) * LONGER + middle)


def shorter(points: Array, _side: float, _generator: Generator) -> Array:
    """Made shorter about its middle."""
    middle = resample(points, POINTS).mean(axis=0)
    return np.asarray((points - middle) / LONGER + middle)


CHANGES: dict[str, Callable[[Array, float, Generator], Array]] = {
    "moved": moved,
    "turned": turned,
    "longer": longer,
    "shorter": shorter,
}


def main() -> None:
    """Prints what is told at `normal`, and draws the curves over leniency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tomoe", type=Path, help="all.tdic of tomoe_data")
    parser.add_argument("--every", type=int, default=1, help="only every N-th ink")
    parser.add_argument("--picture", type=Path, help="file for the curves")
    args = parser.parse_args()
    outcomes: dict[str, Outcome] = {}
    for name, samples in _sources(args.tomoe):
        outcomes[name] = measure(samples[:: args.every], seed=1)
    if outcomes:
        _print(outcomes)
    if args.picture and outcomes:
        _draw(outcomes, args.picture)


def measure(samples: Sequence[Sample], *, seed: int) -> Outcome:
    """Grades each ink as it is, and with each change."""
    generator = np.random.default_rng(seed)
    clean, scores = [], []
    rows: dict[str, list[tuple[float, float]]] = {change: [] for change in CHANGES}
    for ink, reference in samples:
        answer = grade(ink, reference, read_as=reference.character)
        if answer.verdict not in ACCEPTED:
            continue
        clean.append(max(stroke.excess for stroke in answer.strokes))
        scores.append(answer.score)
        for change in CHANGES:
            at = int(generator.integers(len(ink.strokes)))
            drawn = spoiled(ink, at, change, generator)
            graded = grade(drawn, reference, read_as=reference.character).strokes
            others = (stroke.excess for n, stroke in enumerate(graded) if n != at)
            rows[change].append((graded[at].excess, max(others, default=0.0)))
    return Outcome(
        np.array(clean), np.array(scores), {key: np.array(row) for key, row in rows.items()}
    )


def spoiled(ink: Ink, at: int, change: str, generator: Generator) -> Ink:
    """The ink with one change to the stroke at one place."""
    strokes = list(ink.strokes)
    side = longer_side([stroke.points for stroke in strokes])
    points = CHANGES[change](np.asarray(strokes[at].points, np.float64), side, generator)
    strokes[at] = Stroke(points.astype(np.float32))
    return replace(ink, strokes=tuple(strokes))


def _sources(file: Path | None) -> Iterator[tuple[str, list[Sample]]]:
    if file:
        yield "tomoe, not fitted", tested(file)[1::2]
    if has_people():
        for source in SOURCES:
            yield source, canonical_samples(source)


def _row(change: str, outcomes: Iterable[Outcome]) -> list[str]:
    """Of each source, how often the spoiled stroke is told at `normal`, and comes first."""
    told = (f"{percent(one.told(change, 1))}, {percent(one.first(change, 1))}" for one in outcomes)
    return [f"{change}: told, first", *told]


def _print(outcomes: Mapping[str, Outcome]) -> None:
    every = outcomes.values()
    clean = (percent(float((one.clean > 1).mean())) for one in every)
    scores = (f"{np.median(one.scores):.1f}" for one in every)
    rows = [
        ["accepted inks", *(len(one.clean) for one in every)],
        ["clean: told anything", *clean],
        ["clean: median score", *scores],
        *(_row(change, every) for change in CHANGES),
    ]
    print(table(["at normal", *outcomes], rows))


def _draw(outcomes: dict[str, Outcome], path: Path) -> None:
    figure = Figure(figsize=(3.6 * len(outcomes), 3.4), layout="constrained")
    grid = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
    for axes, (name, outcome) in zip(grid, outcomes.items(), strict=True):
        told = [100 * float((outcome.clean > leniency).mean()) for leniency in LENIENCIES]
        axes.plot(LENIENCIES, told, "k--", label="clean: anything")
        for change in CHANGES:
            told = [100 * outcome.told(change, leniency) for leniency in LENIENCIES]
            axes.plot(LENIENCIES, told, marker="o", markersize=3, label=f"{change}: the stroke")
        axes.set(title=name, xlabel="leniency (1 is normal)", ylim=(0, 101))
        axes.grid(alpha=0.3)
    grid[0].set_ylabel("told, % of the inks")
    grid[-1].legend(fontsize=7)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


if __name__ == "__main__":
    main()
