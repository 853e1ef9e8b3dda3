"""Tests of kanji.grading.so_far."""

from collections.abc import Sequence

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.grading.so_far import SoFar, grade_so_far


def so_far(character: str, order: Sequence[int], *, turned: int = -1) -> SoFar:
    curves = [load_references("ja")[character].strokes[n].points * 200 for n in order]
    curves = [c[::-1] if place == turned else c for place, c in enumerate(curves)]
    ink = Ink(tuple(Stroke(c.astype(np.float32)) for c in curves))
    return grade_so_far(ink, load_references("ja")[character])


@pytest.mark.parametrize("character", "一三永海議鬱")
def test_every_beginning_of_a_copy_is_right(character: str) -> None:
    count = len(load_references("ja")[character].strokes)
    for drawn in range(1, count + 1):
        answer = so_far(character, range(drawn))
        assert answer.is_right
        assert [stroke.reference for stroke in answer.strokes] == [(n,) for n in range(drawn)]
        assert answer.next == (drawn if drawn < count else None)


def test_a_stroke_before_its_turn_is_reported_at_once_and_only_once() -> None:
    answer = so_far("海", [0, 1, 2, 4])
    assert [stroke.faults for stroke in answer.strokes] == [(), (), (), ("wrong_order",)]
    assert answer.strokes[3].reference == (4,) and answer.next == 3
    later = so_far("海", [0, 1, 2, 4, 3, 5])
    assert [stroke.faults for stroke in later.strokes] == [(), (), (), ("wrong_order",), (), ()]
    assert later.next == 6


def test_a_reversed_stroke_is_reported_at_once() -> None:
    answer = so_far("永", [0, 1], turned=1)
    assert not answer.is_right and answer.strokes[1].faults == ("wrong_direction",)


def test_an_accepted_order_is_right_from_its_first_stroke() -> None:
    reference = load_references("ja")["十"]
    both = Reference("十", reference.strokes, orders=((1, 0),))
    ink = Ink((Stroke(reference.strokes[1].points * 50),))
    assert grade_so_far(ink, both).is_right and grade_so_far(ink, both).next == 0


def test_joined_strokes_and_an_extra_stroke_are_reported() -> None:
    curves = [s.points * 200 for s in load_references("ja")["三"].strokes]
    joined = Ink((Stroke(np.concatenate(curves[:2])),))
    assert grade_so_far(joined, load_references("ja")["三"]).strokes[0].faults == ("merged",)
    again = Ink(tuple(Stroke(c) for c in (*curves, curves[0] + np.float32([20, 90]))))
    assert not grade_so_far(again, load_references("ja")["三"]).is_right


def test_a_leniency_of_0_is_refused() -> None:
    with pytest.raises(KanjiError, match="positive"):
        grade_so_far(
            Ink((Stroke(np.zeros((2, 2), np.float32)),)), load_references("ja")["一"], leniency=0
        )
