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


def test_half_of_a_character_is_its_first_strokes_and_no_complete_part(nonsense: Nonsense) -> None:
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


def test_sequences_have_no_canonical_strokes(nonsense: Nonsense) -> None:
    read = nonsense.sequences(40, np.random.default_rng(1))
    assert read.features.shape == (40, STEPS, 8) and np.isfinite(read.features).all()
    assert (read.strokes == -1).all()


def test_without_latin_letters_and_long_characters_the_other_kinds_remain() -> None:
    references = {c: load_references("ja")[c] for c in "一二"}
    nonsense = Nonsense(Synthesizer("一二", references), references)
    assert nonsense.kinds == ("scribble", "jumble", "letter", "syllable")
