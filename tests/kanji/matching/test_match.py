"""Tests of kanji.matching.match and .miscount: problems built from their answers."""

from __future__ import annotations

import numpy as np
import pytest

from kanji.matching.costs import JOIN_COST, POINTS, Unit, pair_costs, short_join_costs
from kanji.matching.geometry import Curve, resample_all
from kanji.matching.match import Matching, _joins, match
from kanji.matching.miscount import find_miscount


def line(*points: tuple[float, float]) -> Curve:
    return np.array(points, np.float32)


# 王: all places differ.
TOP, MIDDLE, BOTTOM = (line((0.2, y), (0.8, y)) for y in (0.1, 0.4, 0.9))
DOWN = line((0.5, 0.1), (0.5, 0.9))
KING = [TOP, DOWN, MIDDLE, BOTTOM]


def pairs(matching: Matching) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(one.drawn, one.reference) for one in matching.matches]


def test_a_copy_of_any_scale_matches_in_order() -> None:
    matching = match([stroke * 250 + 40 for stroke in KING], KING)
    assert pairs(matching) == [((i,), (i,)) for i in range(4)]
    assert not any(m.is_backwards for m in matching.matches)
    assert max(m.place + m.shape for m in matching.matches) < 1e-6
    assert (matching.missing, matching.extra) == ((), ())


def test_the_order_drawn_is_recovered() -> None:
    order = [2, 0, 3, 1]
    matching = match([KING[i] for i in order], KING)
    assert [m.reference[0] for m in matching.matches] == order


def test_only_the_reversed_stroke_is_backwards() -> None:
    matching = match([TOP, DOWN[::-1], MIDDLE, BOTTOM], KING)
    assert [m.is_backwards for m in matching.matches] == [False, True, False, False]
    assert matching.matches[1].reference == (1,)


def test_a_missing_stroke_does_not_spoil_the_rest() -> None:
    matching = match([TOP, DOWN, BOTTOM], KING)
    assert pairs(matching) == [((0,), (0,)), ((1,), (1,)), ((2,), (3,))]
    assert matching.missing == (2,)


def test_an_extra_stroke_does_not_spoil_the_rest() -> None:
    matching = match([TOP, line((0.05, 0.3), (0.15, 0.6)), DOWN, MIDDLE, BOTTOM], KING)
    assert matching.extra == (1,)
    assert [m.reference[0] for m in matching.matches] == [0, 1, 2, 3]


def test_one_drawn_stroke_may_run_through_two() -> None:
    merged = np.concatenate([MIDDLE, BOTTOM])
    matching = match([TOP, DOWN, merged], KING)
    assert pairs(matching)[2] == ((2,), (2, 3))
    assert (matching.missing, matching.extra) == ((), ())


def test_two_drawn_strokes_may_be_one() -> None:
    halves = [line((0.5, 0.1), (0.5, 0.5)), line((0.5, 0.5), (0.5, 0.9))]
    matching = match([TOP, *halves, MIDDLE, BOTTOM], KING)
    assert pairs(matching)[1] == ((1, 2), (1,))
    assert (matching.missing, matching.extra) == ((), ())


def test_a_dot_is_matched_or_extra() -> None:
    matching = match([line((5, 5))], [TOP])
    assert len(matching.matches) + len(matching.extra) == 1


def test_strokes_too_close_to_tell_apart_are_taken_in_canonical_order() -> None:
    close = [TOP, line((0.2, 0.5), (0.8, 0.5)), line((0.2, 0.53), (0.8, 0.53)), BOTTOM]
    crossed = [TOP, line((0.2, 0.52), (0.8, 0.52)), line((0.2, 0.51), (0.8, 0.51)), BOTTOM]
    assert [m.reference[0] for m in match(crossed, close).matches] == [0, 1, 2, 3]
    assert [m.reference[0] for m in match([KING[i] for i in (0, 2, 1, 3)], KING).matches] == [
        0, 2, 1, 3,
    ]  # fmt: skip


ACROSS, UPRIGHT = line((0.1, 0.4), (0.9, 0.4)), line((0.5, 0), (0.5, 1))
WORK = [TOP, DOWN, line((0, 0.9), (1, 0.9))]  # 工


def test_a_join_in_a_character_of_few_strokes_is_not_a_missing_stroke() -> None:
    cross = match([np.concatenate([ACROSS, UPRIGHT])], [ACROSS, UPRIGHT])
    assert pairs(cross) == [((0,), (0, 1))]
    work = match([TOP, np.concatenate(WORK[1:])], WORK)
    assert pairs(work) == [((0,), (0,)), ((1,), (1, 2))]


def test_a_perfect_join_costs_one_join() -> None:
    parts = [Unit((n,), one) for n, one in enumerate(resample_all([ACROSS, UPRIGHT], POINTS))]
    (curve,) = resample_all([np.concatenate([part.curve for part in parts])], POINTS)
    costs, _ = pair_costs(curve[None], np.stack([part.curve for part in parts]))
    ((total, _, joined),) = _joins([Unit((0,), curve)], parts, costs, longest=2)
    assert [unit.strokes for unit in joined] == [(0, 1)]
    assert total == pytest.approx(JOIN_COST)


def test_a_missing_or_extra_stroke_leaves_the_others_matched_in_order() -> None:
    curves = resample_all(KING, POINTS)
    for missing in range(4):
        rest = [n for n in range(4) if n != missing]
        too_few = find_miscount(curves[rest], curves)
        assert too_few is not None
        assert too_few.pairs == [(n, of) for n, of in enumerate(rest)]
        too_many = find_miscount(curves, curves[rest])
        assert too_many is not None
        assert too_many.pairs == [(of, n) for n, of in enumerate(rest)]


def test_strokes_compared_one_by_one_cost_what_they_cost_among_all() -> None:
    generator = np.random.default_rng(2)
    drawn, reference = generator.random((2, 3, 4, POINTS, 2))
    drawn[1, 2] = drawn[1, 2, 0]  # a tap
    reference[1, 2] *= 0.01
    for one, other, each, is_backwards, join in zip(
        drawn,
        reference,
        *(part[..., 0, 0] for part in pair_costs(drawn[:, :, None], reference[:, :, None])),
        short_join_costs(drawn[:, :, None], reference[:, :, None])[..., 0, 0],
        strict=True,
    ):
        costs, backwards = pair_costs(one, other)
        np.testing.assert_allclose(each, costs.diagonal(), rtol=1e-12)
        assert is_backwards.tolist() == backwards.diagonal().tolist()
        np.testing.assert_allclose(join, short_join_costs(one, other).diagonal(), rtol=1e-12)


def test_a_scribble_matches_in_no_order() -> None:
    scribble = np.random.default_rng(3).normal(0, 40, (3, POINTS, 2)).cumsum(axis=1)
    assert find_miscount(scribble, resample_all(KING, POINTS)) is None
