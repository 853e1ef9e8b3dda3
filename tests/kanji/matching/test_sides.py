"""What makes matching fast changes none of its results."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from kanji.grading.grade import grade
from kanji.matching import costs, sides
from kanji.matching.geometry import Curve
from kanji.matching.sides import target_of

EVERY, MORE = 150, 25  # one of so many references is copied and spoilt
INKS = 60  # synthetic, with mistakes


def copies(reference: Reference) -> Iterator[Ink]:
    """The reference itself, in the opposite order, and with one stroke drawn twice or left out."""
    strokes = tuple(Stroke(stroke.points) for stroke in reference.strokes)
    for drawn in (strokes, strokes[::-1], (strokes[0], *strokes), strokes[:-1]):
        if drawn:
            yield Ink(drawn)


def attempts(every: int) -> list[tuple[Ink, Reference]]:
    references = load_references()
    names = [name for name in characters("all") if name in references]
    found = [(ink, references[c]) for c in names[::every] for ink in copies(references[c])]
    generator = np.random.default_rng(3)
    labels = generator.integers(len(names), size=INKS)
    drawing = Synthesizer(names, references).draw(labels, generator, mistakes=Mistakes())
    for number, label in enumerate(labels):
        points = [points for points in drawing.points[drawing.plan.ink == number]]
        found.append((Ink(tuple(Stroke(one) for one in points)), references[names[label]]))
    return [(ink, reference) for ink, reference in found if ink.strokes]


def assign_by_scipy(pair_costs: costs.Array) -> tuple[list[tuple[int, int]], float]:
    """The assignment as a square matrix, in which each stroke may have a partner that is none."""
    rows, columns = pair_costs.shape
    square = np.full((rows + columns, rows + columns), costs.UNMATCHED_COST)
    square[:rows, :columns] = pair_costs
    square[rows:, columns:] = 0.0
    chosen = linear_sum_assignment(square)
    pairs = [(int(i), int(j)) for i, j in zip(*chosen, strict=True) if i < rows and j < columns]
    return pairs, float(square[chosen].sum())


def measured_anew(reference: list[Curve]) -> sides.Target:
    """The target of copies that could be written to, so that nothing is kept."""
    return target_of([curve.copy() for curve in reference])


@pytest.mark.parametrize("every", [EVERY, pytest.param(MORE, marks=pytest.mark.slow)])
def test_grades_are_those_of_scipy_s_assignment_and_of_references_measured_anew(
    every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = attempts(every)
    fast = [grade(ink, reference).to_dict() for ink, reference in tried]
    monkeypatch.setattr(sides, "assign", assign_by_scipy)
    monkeypatch.setattr("kanji.matching.match.assign", assign_by_scipy)
    monkeypatch.setattr("kanji.matching.match.target_of", measured_anew)
    assert [grade(ink, reference).to_dict() for ink, reference in tried] == fast
    assert len({one["verdict"] for one in fast}) > 3


def test_only_what_nobody_can_change_is_kept() -> None:
    curve = np.array([[0.0, 0.0], [1.0, 1.0]])
    first = target_of([curve])
    assert target_of([curve]) is not first
    curve.flags.writeable = False
    kept = target_of([curve])
    assert target_of([curve]) is kept
    mixed = [curve, np.array([[0.0, 1.0], [1.0, 0.0]])]
    assert target_of(mixed) is not target_of(mixed)


def test_the_targets_that_are_kept_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "_targets", {})
    monkeypatch.setattr(sides, "MOST_TARGETS", 3)
    for _ in range(10):
        curve = np.random.default_rng(1).random((5, 2))
        curve.flags.writeable = False
        target_of([curve])
        assert len(sides._targets) <= 3
