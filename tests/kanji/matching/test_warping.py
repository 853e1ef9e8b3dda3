"""Tests of kanji.matching.warping and .pen_path: the cheapest way, found by trying all."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from kanji.matching.geometry import Array
from kanji.matching.pen_path import PenPath, labels_by_path
from kanji.matching.warping import DIRECTION_WEIGHT, SKIP_COST, Course, _costs, _groups, warped

Line = tuple[tuple[float, float], tuple[float, float]]
RIGHT: Line = ((0, 0), (1, 0))
LEFT: Line = ((1, 0), (0, 0))
LOWER: Line = ((0, 0.5), (1, 0.5))


def course(*lines: Line, points: int = 10) -> Course:
    drawn = [np.linspace(*line, points) for line in lines]
    return Course(np.concatenate(drawn), np.repeat(np.arange(len(lines)), points))


def price(costs: Array, places: tuple[int, ...]) -> float:
    """What a way costs: its points, and each point of the chain after two that are skipped."""
    steps = np.diff([-1, *places, costs.shape[1]])
    skipped = np.maximum(steps - 1, 0)
    at_ends, between = skipped[[0, -1]], skipped[1:-1]
    # Between two points the first two are free, then all of them count, as one more step does.
    skips = np.maximum(at_ends - 2, 0).sum() + np.where(between > 1, between + 1, 0).sum()
    return float(costs[np.arange(len(places)), list(places)].sum() + SKIP_COST * skips)


@pytest.mark.parametrize("seed", range(6))
def test_no_way_is_cheaper_than_the_one_that_is_found(seed: int) -> None:
    generator = np.random.default_rng(seed)
    paths, chains = (
        [Course(generator.random((n, 2)), np.sort(generator.integers(0, 2, n))) for n in sizes]
        for sizes in ((3, 5, 4), (7, 6, 9))
    )
    for path, chain, places in zip(paths, chains, warped(paths, chains), strict=True):
        costs = _costs(path, chain)
        ways = combinations_with_replacement(range(len(chain.points)), len(path.points))
        least = min(price(costs, way) for way in ways)
        assert price(costs, tuple(places.tolist())) == pytest.approx(least, abs=1e-5)


def test_a_point_costs_its_distance_and_how_much_another_way_it_runs() -> None:
    chain = course(RIGHT)
    assert _costs(chain, chain).diagonal() == pytest.approx(np.zeros(10), abs=1e-6)
    against = _costs(course(LEFT), chain)[::-1].diagonal()
    assert against == pytest.approx(np.full(10, 2 * DIRECTION_WEIGHT), abs=1e-6)
    assert _costs(course(LOWER), chain).diagonal() == pytest.approx(np.full(10, 0.5), abs=1e-6)
    upright = course(((0, 0), (0, 1)))
    assert _costs(upright, chain)[0, 0] == pytest.approx(DIRECTION_WEIGHT, abs=1e-6)


def test_a_course_has_no_direction_from_one_stroke_to_the_next() -> None:
    both = course(RIGHT, LEFT, LOWER).headings()
    np.testing.assert_allclose(both[:10], [[1, 0]] * 10)
    np.testing.assert_allclose(both[10:20], [[-1, 0]] * 10)
    np.testing.assert_allclose(both[20:], [[1, 0]] * 10)
    alone = Course(np.array([[0.5, 0.5], [0.0, 0.0]]), np.array([0, 1]))
    assert not alone.headings().any()  # points


def test_of_two_strokes_in_one_place_the_pen_follows_the_one_of_its_direction() -> None:
    chain = course(RIGHT, LEFT)
    right, left = warped([course(RIGHT), course(LEFT)], [chain, chain])
    assert (right // 10).tolist() == [0] * 10
    assert (left // 10).tolist() == [1] * 10


def test_chains_are_warped_together_with_those_of_their_length() -> None:
    lengths = [5, 1, 4, 2, 3] * 30
    groups = list(_groups(lengths))
    assert [len(group) for group in groups] == [64, 64, 22]
    order = [n for group in groups for n in group]
    assert sorted(order) == list(range(150))
    assert [lengths[n] for n in order] == sorted(lengths)


def lines(*ends: Line) -> list[Array]:
    return [np.array(one, np.float64) for one in ends]


def test_a_path_has_its_points_by_length_and_its_chain_the_same_of_each_stroke() -> None:
    long, short = lines(((0, 0), (30, 0)), ((0, 9), (10, 9)))
    path = PenPath([long, short, long[:1]], [long, short])
    assert path.counts.tolist() == [120, 40, 2]  # a dot has two
    drawn = path.course()
    assert np.bincount(drawn.curve).tolist() == [120, 40, 2]
    assert (drawn.points.min(axis=0)[0], drawn.points.max(axis=0)[0]) == (0, 1)
    chain = path.chain()
    assert np.bincount(chain.curve).tolist() == [len(chain.points) // 2] * 2
    np.testing.assert_allclose(chain.points[0], [0, chain.points[0, 1]])


def test_two_strokes_in_one_line_are_divided_where_the_pen_turns() -> None:
    corner = np.array([[0, 0], [5, 0], [10, 0], [10, 5], [10, 10]], np.float64)
    ((labels,),) = labels_by_path([PenPath([corner], [corner[:3], corner[2:]])])
    assert labels[[0, 1]].tolist() == [0, 0] and labels[[3, 4]].tolist() == [1, 1]
