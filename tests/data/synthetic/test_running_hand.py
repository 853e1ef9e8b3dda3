"""How a running hand joins and simplifies strokes."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from data.references.store import load_references
from data.synthetic.deformation import POINTS
from data.synthetic.mistakes import FAULTS, Mistakes
from data.synthetic.running_hand import _without_hooks
from data.synthetic.synthesizer import Drawing, Synthesizer
from data.synthetic.writer import WriterModel

INKS = 200


def drawn(character: str, running: float) -> Drawing:
    """Inks of writers who all run as far."""
    synthesizer = Synthesizer(character, load_references())
    model = WriterModel(running=0.5, joining=0)
    generator = np.random.default_rng(1)
    writers = model.sample(INKS, generator)
    writers = replace(writers, running=np.full(INKS, running, np.float32))
    labels = np.zeros(INKS, np.int64)
    return synthesizer.draw(
        labels, generator, model=model, writers=writers, mistakes=Mistakes.none()
    )


def strokes_of_each(drawing: Drawing) -> npt.NDArray[np.int64]:
    return np.bincount(drawing.plan.ink[drawing.plan.is_lifted], minlength=INKS)


def test_the_further_a_hand_runs_the_more_strokes_it_joins() -> None:
    means = [strokes_of_each(drawn("海", running)).mean() for running in (0, 0.4, 0.8, 1)]
    assert means[0] == 9
    assert means[0] > means[1] > means[2] > means[3]
    assert means[3] < 4.5


def test_a_running_hand_draws_the_three_drops_in_one_and_the_box_in_one_or_two() -> None:
    water = drawn("海", 1.0).plan
    first = [water.is_lifted[water.ink == ink][1:3].any() for ink in range(INKS)]
    assert np.mean(first) < 0.6  # of the drops, a second or third is lifted
    box = strokes_of_each(drawn("口", 1.0))
    assert (box <= 2).mean() > 0.7 and (box == 1).mean() > 0.15


def test_joined_and_turned_strokes_are_faults_that_the_drawing_names() -> None:
    drawing = drawn("口", 1.0)
    is_merged = drawing.plan.faults[:, FAULTS.index("merged")]
    assert (is_merged == (strokes_of_each(drawing) < 3)).all()
    is_turned = np.bincount(drawing.plan.ink[drawing.plan.is_backwards], minlength=INKS) > 0
    assert (drawing.plan.faults[:, FAULTS.index("direction")] == is_turned).all()
    assert is_turned.any()


def test_a_hook_is_dropped_and_a_corner_is_kept() -> None:
    down = np.linspace(0, 1j, POINTS - 4)
    hook = np.append(down, 1j - 0.05 * np.arange(1, 5) * (1 + 1j))
    corner = np.append(np.linspace(0, 1, POINTS // 2), 1 + np.linspace(0.1j, 1j, POINTS // 2))
    strokes = np.array([hook, corner], np.complex64)
    without = _without_hooks(strokes, np.array([True, True]))
    assert without[0, -1] == pytest.approx(1j, abs=1e-5)
    np.testing.assert_allclose(without[1], strokes[1], atol=1e-6)
    assert (_without_hooks(strokes, np.array([False, False])) == strokes).all()


def test_a_hand_that_does_not_run_is_not_changed() -> None:
    still, model = drawn("海", 0), WriterModel(joining=0)
    assert still.plan.is_lifted.all() and not still.plan.is_backwards.any()
    assert model.running == 0
