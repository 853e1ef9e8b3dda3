"""What holds for the form of every character, here of a sample of the references."""

from __future__ import annotations

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.grading.grade import Grade, grade
from kanji.grading.slant import turned
from kanji.matching.geometry import longer_side
from tests.bench.properties import contradictions, moved

NARROW = "一二三丨川ー、卜八口"
SAMPLED, SEED = 24, 1  # further kanji and kana


def sample() -> list[str]:
    known = [c for c in characters("kanjivg+kana") if c in load_references("ja")]
    return [*NARROW, *np.random.default_rng(SEED).choice(known, SAMPLED, replace=False).tolist()]


def graded(ink: Ink, character: str) -> Grade:
    return grade(ink, load_references("ja")[character])


@pytest.mark.parametrize("character", sample())
def test_the_score_falls_as_form_gets_worse(character: str) -> None:
    assert not list(contradictions(load_references("ja")[character]))


def test_the_wide_stroke_of_a_handakuten_is_not_taken_for_its_ring() -> None:
    strokes = [stroke.points * (1.5, 1) for stroke in load_references("ja")["ぴ"].strokes]
    answer = graded(Ink(tuple(map(Stroke, strokes))), "ぴ")
    assert [stroke.reference for stroke in answer.strokes] == [(0,), (1,)]
    assert answer.verdict == "correct"


def test_what_is_refused_for_one_stroke_has_fewer_points_than_what_is_accepted() -> None:
    drawn = load_references("ja")["原"].drawn()
    accepted, refused = (graded(moved(drawn, 6, by, np.radians(123)), "原") for by in (0.15, 0.17))
    assert (accepted.verdict, refused.verdict) == ("acceptable", "wrong_strokes")
    assert refused.score < accepted.score - 10


def test_a_level_line_is_correct_and_a_rising_one_is_told_its_degrees() -> None:
    level = Ink((Stroke(np.array([[0, 50], [100, 50]], np.float32)),))
    assert graded(level, "一").score >= 95
    rising = graded(turned(level, np.radians(-60)), "一")
    assert rising.verdict == "wrong_strokes"
    assert rising.hint is not None and rising.hint["key"] == "slant"
    assert rising.hint["params"]["degrees"] < -50
    assert "anticlockwise" in rising.advice[0].en and "左回り" in rising.advice[0].ja


@pytest.mark.parametrize(("character", "place"), [("海", 4), ("語", 7), ("書", 9)])
def test_the_misplaced_stroke_is_told_first_and_its_neighbours_not_at_all(
    character: str, place: int
) -> None:
    strokes = [stroke.points for stroke in load_references("ja")[character].strokes]
    strokes[place] = strokes[place] + 0.2 * longer_side(strokes) * np.array([0.6, -0.8])
    answer = graded(Ink(tuple(Stroke(s.astype(np.float32)) for s in strokes)), character)
    assert answer.hint is not None
    assert answer.hint == {"key": "wrong_place", "params": {"stroke": place, "reference": place}}
    others = [stroke.faults for n, stroke in enumerate(answer.strokes) if n != place]
    assert not any(others)


def test_a_stroke_lengthened_from_its_start_is_too_long_and_not_elsewhere() -> None:
    strokes = [stroke.points for stroke in load_references("ja")["書"].strokes]
    strokes[8] = (strokes[8] - strokes[8][0]) * 2 + strokes[8][0]
    answer = graded(Ink(tuple(map(Stroke, strokes))), "書")
    assert answer.strokes[8].faults == ("too_long",)
