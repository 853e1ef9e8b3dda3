"""Letters of other scripts, as strokes in the unit box."""

import unicodedata

import numpy as np
import pytest

from data.references.store import load_references
from data.synthetic.letters import letters, syllables


def test_letters_of_three_scripts_fill_the_unit_box() -> None:
    scripts = {unicodedata.name(letter).split()[0] for letter in letters()}
    assert scripts == {"GREEK", "CYRILLIC", "MATHEMATICAL"}
    assert {unicodedata.name(syllable).split()[0] for syllable in syllables()} == {"HANGUL"}
    for reference in (letters() | syllables()).values():
        points = np.concatenate([stroke.points for stroke in reference.strokes])
        assert points.dtype == np.float32
        assert points.min() >= -1e-6 and points.max() <= 1 + 1e-6
        assert np.ptp(points, axis=0).max() == pytest.approx(1)
        assert all(len(stroke.points) > 1 for stroke in reference.strokes)


def test_no_letter_is_a_kanji_or_kana() -> None:
    assert not (letters() | syllables()).keys() & load_references().keys()


@pytest.mark.parametrize(("syllable", "strokes"), [("가", 3), ("한", 6), ("물", 8), ("오", 3)])
def test_a_syllable_has_the_strokes_of_its_parts(syllable: str, strokes: int) -> None:
    assert len(syllables()[syllable].strokes) == strokes


def test_a_final_stands_below_its_syllable() -> None:
    strokes = [stroke.points for stroke in syllables()["간"].strokes]
    assert max(points[:, 1].max() for points in strokes[:3]) < strokes[3][:, 1].min()
