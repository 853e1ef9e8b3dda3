"""What holds for the form of every character, here of a sample of the references."""

from __future__ import annotations

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.grading.grade import Grade, grade
from kanji.grading.slant import turned
from kanji.matching.geometry import Array, longer_side

NARROW = "一二三丨川ー、卜八口"
SAMPLE = [c for c in (*NARROW, *characters("joyo")[::250]) if c in load_references("ja")]
SLACK = 0.5  # points that a score may rise by rounding


def scaled(character: str, size: Array) -> Ink:
    """The reference stretched by `size`, across and down."""
    strokes = load_references("ja")[character].drawn().strokes
    return Ink(tuple(Stroke((stroke.points * size).astype(np.float32)) for stroke in strokes))


def graded(ink: Ink, character: str) -> Grade:
    return grade(ink, load_references("ja")[character])


def keys(answer: Grade) -> list[str]:
    return [advice.key for advice in answer.advice]


@pytest.mark.parametrize("character", SAMPLE)
@pytest.mark.parametrize("side", [1, -1])
def test_a_turn_of_the_whole_is_free_up_to_7_degrees_and_named_at_30(
    character: str, side: int
) -> None:
    drawn = load_references("ja")[character].drawn()
    answers = {
        degrees: graded(turned(drawn, np.radians(side * degrees)), character)
        for degrees in (0, 7, 15, 30, 60)
    }
    scores = [answer.score for answer in answers.values()]
    assert scores[0] == pytest.approx(100)
    assert all(after <= before + SLACK for before, after in zip(scores, scores[1:], strict=False))
    assert answers[7].verdict == "correct"
    assert answers[30].verdict != "correct" and "slant" in keys(answers[30])
    assert answers[60].verdict not in ("correct", "acceptable")


def test_a_level_line_is_correct_and_a_rising_one_is_told_its_degrees() -> None:
    level = Ink((Stroke(np.array([[0, 50], [100, 50]], np.float32)),))
    assert graded(level, "一").score >= 95
    rising = graded(turned(level, np.radians(-60)), "一")
    assert rising.verdict == "wrong_strokes"
    assert rising.hint is not None and rising.hint["key"] == "slant"
    assert rising.hint["params"]["degrees"] < -50
    assert "anticlockwise" in rising.advice[0].en and "左回り" in rising.advice[0].ja


@pytest.mark.parametrize("character", "三口水海")
@pytest.mark.parametrize("axis", [0, 1])
def test_the_score_falls_as_the_whole_is_stretched(character: str, axis: int) -> None:
    sizes = [np.where(np.arange(2) == axis, factor, 1.0) for factor in (1.0, 1.1, 1.25, 1.5)]
    scores = [graded(scaled(character, size), character).score for size in sizes]
    assert all(after <= before + SLACK for before, after in zip(scores, scores[1:], strict=False))


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
