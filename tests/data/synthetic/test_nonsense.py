import numpy as np
import pytest

from data.ink.sequence import STEPS
from data.references.store import load_references
from data.synthetic.nonsense import KINDS, Nonsense
from data.synthetic.synthesizer import Synthesizer

CHARACTERS = "一二三永海漢字明語議"


@pytest.fixture(scope="module")
def nonsense() -> Nonsense:
    references = load_references("ja")
    return Nonsense(Synthesizer(CHARACTERS, references), references)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_without_a_label(nonsense: Nonsense, kind: str) -> None:
    drawing = nonsense.draw(kind, 9, np.random.default_rng(1))
    assert drawing.labels.tolist() == [-1] * 9
    assert np.bincount(drawing.plan.ink).min() >= 1
    assert np.isfinite(drawing.points).all()


def test_half_of_a_character_is_its_beginning_and_no_whole_part(nonsense: Nonsense) -> None:
    drawing = nonsense.draw("half", 200, np.random.default_rng(1))
    counts = np.bincount(drawing.plan.ink)
    assert counts.min() >= 3 and counts.max() <= 0.65 * 20
    for ink in range(200):
        drawn = drawing.plan.canonical[drawing.plan.ink == ink]
        assert set(drawn) == set(range(len(drawn)))
    # The first three strokes of 海 and 漢 are 氵, a part; 日 of 明 has four, 言 of 語 seven.
    only = Nonsense(Synthesizer("明", load_references("ja")), load_references("ja"))
    counts = np.bincount(only.draw("half", 50, np.random.default_rng(1)).plan.ink)
    assert set(counts.tolist()) == {3, 5}


def test_sequences_are_of_all_kinds_and_of_no_stroke(nonsense: Nonsense) -> None:
    made = nonsense.sequences(40, np.random.default_rng(1))
    assert made.features.shape == (40, STEPS, 8) and np.isfinite(made.features).all()
    assert (made.strokes == -1).all()


def test_a_set_without_letters_or_long_characters_has_the_other_kinds() -> None:
    references = {c: load_references("ja")[c] for c in "一二"}
    nonsense = Nonsense(Synthesizer("一二", references), references)
    assert nonsense.kinds == ("scribble", "jumble")
