"""The recognizer takes no shortcut: how a device samples ink does not change its answer."""

from collections.abc import Callable

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.ink.sequence import stroke_sequences
from kanji.recognizer.recognize import Recognizer
from tests.bench.people import PEOPLE, people

Points = np.ndarray
EVERY = 9  # of 903 inks


def along(points: Points, fractions: Points) -> Points:
    """The points of a polyline at fractions of its length."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    targets = fractions * lengths[-1]
    return np.stack([np.interp(targets, lengths, points[:, axis]) for axis in (0, 1)], axis=1)


GENERATOR = np.random.default_rng(1)
PERTURBATIONS: dict[str, Callable[[Points], Points]] = {
    "three times as many points": lambda p: along(p, np.linspace(0, 1, 3 * len(p))),
    "twenty points for every stroke": lambda p: along(p, np.linspace(0, 1, 20)),
    "points at random positions": lambda p: along(
        p, np.sort(np.concatenate([[0, 1], GENERATOR.random(2 * len(p))]))
    ),
    "slow starts": lambda p: along(p, np.linspace(0, 1, 40) ** 2),
    "every point three times": lambda p: np.repeat(p, 3, axis=0),
    "a thousandth of the size": lambda p: p / 1000,
    "far away": lambda p: p * 3 + 5000,
    "the first 3 % of a stroke missing": lambda p: along(p, np.linspace(0.03, 1, 2 * len(p))),
}


@pytest.mark.skipif(not PEOPLE.exists(), reason="needs the real handwriting of ../shared/ink")
@pytest.mark.parametrize("name", PERTURBATIONS)
def test_sampling_hardly_changes_the_answer(name: str) -> None:
    recognizer = Recognizer.load()
    inks = [ink for ink in people("kanjicanvas") if ink.char in recognizer.labels][::EVERY]
    change = PERTURBATIONS[name]
    changed = [
        Ink(tuple(Stroke(change(s.points).astype(np.float32)) for s in ink.strokes)) for ink in inks
    ]
    before, after = (recognizer.run(stroke_sequences(some)) for some in (inks, changed))
    same = before.logits.argmax(axis=1) == after.logits.argmax(axis=1)
    assert same.mean() >= 0.99
    probabilities = [
        np.exp(o.logits - np.logaddexp.reduce(o.logits, axis=1)[:, None]) for o in (before, after)
    ]
    rows, labels = np.arange(len(inks)), before.logits.argmax(axis=1)
    assert np.abs(probabilities[0][rows, labels] - probabilities[1][rows, labels]).mean() < 0.02
