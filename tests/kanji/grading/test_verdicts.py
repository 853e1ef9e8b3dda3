"""Verdicts on references with a known change."""

from collections.abc import Callable

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Points, Stroke
from data.references.store import load_references
from kanji.grading.grade import Grade, grade
from kanji.matching.geometry import resample
from kanji.matching.rings import is_ring

RINGED = "ぱぴぷぺぽパピプペポ"


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


@pytest.mark.parametrize("first", [0, 1])
def test_two_bars_joined_by_a_line_are_merged_whatever_they_read_as(first: int) -> None:
    bars = [stroke.points for stroke in load_references("ja")["三"].strokes]
    joined = np.concatenate(bars[first : first + 2])
    drawn = [bars[0], joined] if first else [joined, bars[2]]
    for read_as in (None, "ろ", "三"):
        answer = grade(Ink(tuple(map(Stroke, drawn))), load_references("ja")["三"], read_as=read_as)
        assert answer.verdict == "wrong_strokes"
        assert answer.hint is not None and answer.hint["key"] == "merged"


def test_being_read_as_another_character_counts_only_where_strokes_are_off() -> None:
    bars = [stroke.points for stroke in load_references("ja")["王"].strokes]
    king = load_references("ja")["王"]
    disordered = Ink(tuple(Stroke(bars[i]) for i in (0, 2, 1, 3)))
    assert grade(disordered, king, read_as="壬").verdict == "wrong_order"
    short = Ink(tuple(Stroke(bars[i]) for i in (1, 2, 3)))
    missing = grade(short, king, read_as="土")  # one missing stroke explains it as well
    assert (missing.verdict, missing.missing, missing.read_as) == ("wrong_strokes", (0,), "土")
    assert missing.hint == {"key": "missing", "params": {"reference": 0}}
    assert grade(Ink(disordered.strokes[:2]), king, read_as="二").verdict == "wrong_character"
    assert grade(short, king, read_as="王").verdict == "wrong_strokes"


def test_an_accepted_order_is_correct() -> None:
    left_to_right = [0, 1, 2, 4, 3, 5, 6, 7, 8, 9]
    assert graded("紙", lambda s: [s[i] for i in left_to_right]).verdict == "correct"


def test_a_single_point_is_graded_and_refused() -> None:
    ink = Ink((Stroke(np.array([[5, 5]], np.float32)),))
    assert grade(ink, load_references("ja")["海"]).verdict in ("unreadable", "wrong_strokes")


def is_dot(character: str, place: int) -> bool:
    return load_references("ja")[character].strokes[place].type[:1] == "㇔"


@pytest.mark.parametrize("character", [*"太犬玉丼刃斥", *characters("joyo")[::60]])
@pytest.mark.parametrize("at", [0, -1])
def test_a_dot_may_be_tapped_anywhere_on_it(character: str, at: int) -> None:
    reference = load_references("ja")[character]
    for place in (n for n in range(len(reference.strokes)) if is_dot(character, n)):
        tap = reference.strokes[place].points[at] * 300
        for points in (tap[None], np.stack([tap, tap - 2])):
            strokes = [stroke.points * 300 for stroke in reference.strokes]
            strokes[place] = points.astype(np.float32)
            ink = Ink(tuple(Stroke(points) for points in strokes))
            answer = grade(ink, reference, read_as="大" if character != "大" else "太")
            assert answer.verdict == "acceptable", (place, answer.strokes[place])
            assert answer.strokes[place].faults == ("too_short",)


def test_a_tap_beside_the_dot_or_for_a_long_stroke_is_wrong() -> None:
    tap = np.array([[60, 60]], np.float32)
    assert graded("太", lambda s: [*s[:3], tap]).verdict == "wrong_strokes"
    for place in range(3):
        tapped = graded("太", lambda s, n=place: [*s[:n], s[n].mean(0)[None], *s[n + 1 :]])
        assert tapped.verdict == "wrong_strokes"


@pytest.mark.parametrize("character", RINGED)
@pytest.mark.parametrize("start", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("step", [1, -1])
def test_a_ring_starts_anywhere_and_runs_either_way(
    character: str, start: float, step: int
) -> None:
    reference = load_references("ja")[character]
    place = next(n for n, s in enumerate(reference.strokes) if is_ring(s.points))

    def turned(strokes: list[Points]) -> list[Points]:
        loop = resample(strokes[place], 41)[:-1]
        loop = np.roll(loop, -int(start * len(loop)), axis=0)[::step]
        ring = np.concatenate([loop, loop[:2]]).astype(np.float32)
        return [*strokes[:place], ring, *strokes[place + 1 :]]

    assert graded(character, turned).verdict == "correct"


def test_a_ring_left_open_by_half_is_wrong() -> None:
    assert graded("ぺ", lambda s: [s[0], s[1][: len(s[1]) // 2]]).verdict == "wrong_strokes"
