"""Tests of kanji.matching.match: problems built from their answers."""

from __future__ import annotations

import numpy as np

from kanji.matching.costs import POINTS
from kanji.matching.geometry import Curve, resample_all
from kanji.matching.match import Matching, match
from kanji.matching.miscount import in_turn


def line(*points: tuple[float, float]) -> Curve:
    return np.array(points, np.float32)


# 三, 口 and a slanting dash: places and directions all differ.
TOP, MIDDLE, BOTTOM = (line((0.2, y), (0.8, y)) for y in (0.1, 0.4, 0.9))
DOWN = line((0.5, 0.1), (0.5, 0.9))
KING = [TOP, DOWN, MIDDLE, BOTTOM]


def pairs(found: Matching) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(m.drawn, m.reference) for m in found.matches]


def test_a_copy_of_any_scale_matches_in_order() -> None:
    found = match([stroke * 250 + 40 for stroke in KING], KING)
    assert pairs(found) == [((i,), (i,)) for i in range(4)]
    assert not any(m.is_backwards for m in found.matches)
    assert max(m.place + m.shape for m in found.matches) < 1e-6
    assert (found.missing, found.extra) == ((), ())


def test_the_order_drawn_is_recovered() -> None:
    order = [2, 0, 3, 1]
    found = match([KING[i] for i in order], KING)
    assert [m.reference[0] for m in found.matches] == order


def test_only_the_reversed_stroke_is_backwards() -> None:
    found = match([TOP, DOWN[::-1], MIDDLE, BOTTOM], KING)
    assert [m.is_backwards for m in found.matches] == [False, True, False, False]
    assert found.matches[1].reference == (1,)


def test_a_missing_stroke_does_not_spoil_the_rest() -> None:
    found = match([TOP, DOWN, BOTTOM], KING)
    assert pairs(found) == [((0,), (0,)), ((1,), (1,)), ((2,), (3,))]
    assert found.missing == (2,)


def test_an_extra_stroke_does_not_spoil_the_rest() -> None:
    found = match([TOP, line((0.05, 0.3), (0.15, 0.6)), DOWN, MIDDLE, BOTTOM], KING)
    assert found.extra == (1,)
    assert [m.reference[0] for m in found.matches] == [0, 1, 2, 3]


def test_one_drawn_stroke_may_run_through_two() -> None:
    merged = np.concatenate([MIDDLE, BOTTOM])
    found = match([TOP, DOWN, merged], KING)
    assert pairs(found)[2] == ((2,), (2, 3))
    assert (found.missing, found.extra) == ((), ())


def test_two_drawn_strokes_may_be_one() -> None:
    halves = [line((0.5, 0.1), (0.5, 0.5)), line((0.5, 0.5), (0.5, 0.9))]
    found = match([TOP, *halves, MIDDLE, BOTTOM], KING)
    assert pairs(found)[1] == ((1, 2), (1,))
    assert (found.missing, found.extra) == ((), ())


def test_a_dot_and_coinciding_points_are_no_trouble() -> None:
    found = match([line((5, 5))], [TOP])
    assert len(found.matches) + len(found.extra) == 1


def test_where_nothing_tells_two_strokes_apart_they_came_in_their_order() -> None:
    close = [TOP, line((0.2, 0.5), (0.8, 0.5)), line((0.2, 0.53), (0.8, 0.53)), BOTTOM]
    crossed = [TOP, line((0.2, 0.52), (0.8, 0.52)), line((0.2, 0.51), (0.8, 0.51)), BOTTOM]
    assert [m.reference[0] for m in match(crossed, close).matches] == [0, 1, 2, 3]
    assert [m.reference[0] for m in match([KING[i] for i in (0, 2, 1, 3)], KING).matches] == [
        0, 2, 1, 3,
    ]  # fmt: skip


ACROSS, UPRIGHT = line((0.1, 0.4), (0.9, 0.4)), line((0.5, 0), (0.5, 1))
WORK = [TOP, DOWN, line((0, 0.9), (1, 0.9))]  # 工


def test_a_join_that_leaves_one_stroke_of_few_is_no_missing_stroke() -> None:
    cross = match([np.concatenate([ACROSS, UPRIGHT])], [ACROSS, UPRIGHT])
    assert pairs(cross) == [((0,), (0, 1))]
    work = match([TOP, np.concatenate(WORK[1:])], WORK)
    assert pairs(work) == [((0,), (0,)), ((1,), (1, 2))]


def test_a_stroke_too_few_or_too_many_is_read_in_turn() -> None:
    curves = resample_all(KING, POINTS)
    for lacks in range(4):
        found = in_turn(np.delete(curves, lacks, axis=0), curves)
        assert found is not None
        assert [pair[1] for pair in found.pairs] == [n for n in range(4) if n != lacks]
        other = in_turn(curves, np.delete(curves, lacks, axis=0))
        assert other is not None
        assert [pair[0] for pair in other.pairs] == [n for n in range(4) if n != lacks]


def test_what_fits_nowhere_is_read_in_no_turn() -> None:
    walk = np.random.default_rng(3).normal(0, 40, (3, POINTS, 2)).cumsum(axis=1)
    assert in_turn(walk, resample_all(KING, POINTS)) is None
