"""Tests of kanji.matching.strays and of matching an ink that has a stroke far from the others."""

from __future__ import annotations

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.grading.grade import grade
from kanji.matching.alignment import align
from kanji.matching.match import match
from kanji.matching.strays import without_far_strokes

PALM = np.array([[0.0, 0.0], [8.0, 5.0], [3.0, 9.0]])


def test_far_strokes_are_left_out_and_near_ones_are_not() -> None:
    strokes = np.array([[[0.0, y], [50, y], [100.0, y]] for y in (0, 50, 100)])
    one, other = PALM[None] + 900, PALM[None] + 950
    assert list(without_far_strokes(strokes)) == []
    assert list(without_far_strokes(np.concatenate([one, strokes]))) == [[1, 2, 3]]
    assert list(without_far_strokes(np.concatenate([one, strokes, other]))) == [[1, 2, 3]]
    assert list(without_far_strokes(one)) == []


@pytest.mark.parametrize("character", ["田", "永", "一", *characters("joyo")[::150]])
@pytest.mark.parametrize("angle", [0.3, 2.0, 4.0])
def test_one_far_touch_is_extra_and_the_others_are_judged_without_it(
    character: str, angle: float
) -> None:
    reference = load_references("ja")[character]
    strokes = [stroke.points * 300 for stroke in reference.strokes]
    place = len(strokes) // 2
    touch = PALM + 150 + 900 * np.array([np.cos(angle), np.sin(angle)])
    drawn = [*strokes[:place], touch, *strokes[place:]]
    ink = Ink(tuple(Stroke(points.astype(np.float32)) for points in drawn))
    answer = grade(ink, reference, read_as="不" if character != "不" else "木")
    assert answer.verdict == "wrong_strokes"
    assert answer.missing == ()
    faults = [stroke.faults for stroke in answer.strokes]
    assert faults[place] == ("extra",)
    assert not any(faults[:place] + faults[place + 1 :])
    assert match(drawn, strokes).far == (place,)
    labels = [label for n, label in enumerate(align(ink, reference).canonical) if n != place]
    assert all((label == n).all() for n, label in enumerate(labels))
