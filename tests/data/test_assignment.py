import itertools

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from data.assignment import Array, least_cost_assignment

SHAPES = [(1, 1), (1, 4), (4, 1), (3, 3), (5, 8), (8, 5), (12, 12), (29, 29), (30, 64), (64, 30)]


def total(cost: Array) -> float:
    rows, columns = least_cost_assignment(cost)
    assert len(rows) == len(set(columns.tolist())) == min(cost.shape)
    assert (np.diff(rows) > 0).all()
    return float(cost[rows, columns].sum())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["any", "ties", "constant", "signed", "far apart", "forbidden"])
def test_the_cost_is_that_of_scipy(shape: tuple[int, int], kind: str) -> None:
    generator = np.random.default_rng(len(kind) + 100 * shape[0] + shape[1])
    for _ in range(20):
        cost = generator.random(shape)
        if kind == "ties":
            cost = np.floor(cost * 3)
        elif kind == "constant":
            cost = np.ones(shape)
        elif kind == "signed":
            cost -= 0.5
        elif kind == "far apart":
            cost = 10.0 ** (12 * cost - 6)
        elif kind == "forbidden":
            cost[generator.random(shape) < 0.3] = np.inf
            for n in range(min(shape)):
                cost[n, n] = 5.0  # so that there is an assignment
        expected = cost[linear_sum_assignment(cost)].sum()
        assert total(cost) == pytest.approx(expected, rel=1e-12)


def test_no_permutation_is_cheaper() -> None:
    cost = np.random.default_rng(5).integers(0, 9, (5, 5)).astype(float)
    permutations = itertools.permutations(range(5))
    assert total(cost) == min(cost[range(5), list(one)].sum() for one in permutations)


def test_without_rows_or_columns_there_are_no_pairs() -> None:
    for shape in ((0, 0), (0, 3), (3, 0)):
        rows, columns = least_cost_assignment(np.zeros(shape))
        assert len(rows) == len(columns) == 0


@pytest.mark.parametrize(
    "cost",
    [
        [[np.inf, np.inf], [1.0, 2.0]],
        [[1.0, np.inf], [2.0, np.inf]],
        [[np.nan, 1.0]],
        [[-np.inf, 1.0]],
    ],
)
def test_what_has_no_assignment_is_refused(cost: list[list[float]]) -> None:
    with pytest.raises(ValueError):
        least_cost_assignment(np.array(cost))
    with pytest.raises(ValueError):
        linear_sum_assignment(np.array(cost))
