"""Verdicts on references with a known change."""

from collections.abc import Callable

import numpy as np

from data.ink import Ink, Points, Stroke
from data.references.store import load_references
from kanji.grading.grade import Grade, grade


def graded(character: str, change: Callable[[list[Points]], list[Points]]) -> Grade:
    """The grade of a copy with `change` applied to its strokes."""
    strokes = [stroke.points * 300 + 50 for stroke in load_references("ja")[character].strokes]
    ink = Ink(tuple(Stroke(points) for points in change(strokes)))
    return grade(ink, load_references("ja")[character])


def test_two_strokes_exchanged_are_named() -> None:
    answer = graded("王", lambda s: [s[0], s[2], s[1], s[3]])
    assert answer.verdict == "wrong_order"
    assert [stroke.reference for stroke in answer.strokes] == [(0,), (2,), (1,), (3,)]
    assert "wrong_order" in answer.strokes[1].faults + answer.strokes[2].faults
    assert answer.rating == "again"


def test_a_reversed_stroke_is_reported_as_backwards() -> None:
    answer = graded("三", lambda s: [s[0], s[1][::-1], s[2]])
    assert answer.verdict == "wrong_strokes"
    assert [stroke.faults for stroke in answer.strokes] == [(), ("wrong_direction",), ()]


def test_a_missing_stroke_does_not_spoil_the_rest() -> None:
    answer = graded("海", lambda s: s[:4] + s[5:])
    assert answer.missing == (4,)
    assert [stroke.reference[0] for stroke in answer.strokes] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_an_added_stroke_is_extra() -> None:
    answer = graded("三", lambda s: [*s, np.array([[60, 60], [90, 300]], np.float32)])
    assert [stroke.faults for stroke in answer.strokes][-1] == ("extra",)
    assert answer.verdict == "wrong_strokes"


def test_joined_strokes_are_merged() -> None:
    answer = graded("口", lambda s: [s[0], np.concatenate([s[1], s[2]])])
    assert answer.strokes[1].reference == (1, 2)
    assert "merged" in answer.strokes[1].faults


def test_being_read_as_another_character_counts_only_where_strokes_are_off() -> None:
    bars = [stroke.points for stroke in load_references("ja")["王"].strokes]
    king = load_references("ja")["王"]
    disordered = Ink(tuple(Stroke(bars[i]) for i in (0, 2, 1, 3)))
    assert grade(disordered, king, read_as="壬").verdict == "wrong_order"
    short = Ink(tuple(Stroke(bars[i]) for i in (1, 2, 3)))
    assert grade(short, king, read_as="土").verdict == "wrong_character"
    assert grade(short, king, read_as="王").verdict == "wrong_strokes"


def test_an_accepted_order_is_correct() -> None:
    left_to_right = [0, 1, 2, 4, 3, 5, 6, 7, 8, 9]
    assert graded("紙", lambda s: [s[i] for i in left_to_right]).verdict == "correct"


def test_a_single_point_is_graded_and_refused() -> None:
    ink = Ink((Stroke(np.array([[5, 5]], np.float32)),))
    assert grade(ink, load_references("ja")["海"]).verdict in ("unreadable", "wrong_strokes")
