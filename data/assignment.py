"""The assignment of least total cost, without SciPy: importing that takes 40 MB and a second.

Rows and columns are strokes, so there are few, and most rows want a column of their own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

FREE = -1


def least_cost_assignment(cost: Array) -> tuple[Integers, Integers]:
    """The pairs of row and column of least total cost: row indexes in ascending order, columns.

    `cost`: (N, M); as many pairs as the shorter side is long. inf forbids a pair. As SciPy's
    `linear_sum_assignment`; equally cheap assignments may differ. Raises ValueError for NaN or
    -inf, and where every assignment has a forbidden pair.
    """
    cost = np.asarray(cost, np.float64)
    if cost.size and not cost.min() > -np.inf:  # the least is NaN where one is
        raise ValueError("a cost is not a number or -inf; allowed: finite numbers and inf")
    if cost.shape[0] > cost.shape[1]:
        columns, rows = least_cost_assignment(cost.T)
        order = np.argsort(rows)
        return rows[order], columns[order]
    rows = np.arange(len(cost))
    if not len(cost):
        return rows, rows.copy()
    favourites = cost.argmin(axis=1)
    is_feasible = bool((cost[rows, favourites] < np.inf).all())
    if is_feasible and len(set(favourites.tolist())) == len(rows):
        return rows, favourites  # no assignment is cheaper than each row's cheapest column
    return rows, _augmented(cost, favourites)


def _augmented(cost: Array, favourites: Integers) -> Integers:
    """The column of each row, by shortest augmenting paths from the rows without one.

    The prices of rows and columns keep cost - row price - column price at 0 for pairs and at 0 or
    more elsewhere. D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE
    Transactions on Aerospace and Electronic Systems 52(4), 2016.
    """
    count, width = cost.shape
    column_of = np.full(count, FREE)
    row_of = np.full(width, FREE)
    row_prices, column_prices = cost[np.arange(count), favourites], np.zeros(width)
    if not (row_prices < np.inf).all():
        raise ValueError("every assignment has a pair that is forbidden")
    for row, column in enumerate(favourites.tolist()):
        if row_of[column] == FREE:
            column_of[row], row_of[column] = column, row
    for lonely in np.flatnonzero(column_of == FREE).tolist():
        _augment(lonely, cost, (row_prices, column_prices), (column_of, row_of))
    return column_of


def _augment(
    start: int, cost: Array, prices: tuple[Array, Array], pairs: tuple[Integers, Integers]
) -> None:
    """Find the cheapest path from the row `start` to a free column, and swap the pairs on it."""
    (row_prices, column_prices), (column_of, row_of) = prices, pairs
    distances = np.full(cost.shape[1], np.inf)
    before = np.full(cost.shape[1], FREE)  # the row from which the path reaches a column
    is_done = np.zeros(cost.shape[1], bool)
    row, length, visited = start, 0.0, [start]
    while True:
        through = length + cost[row] - row_prices[row] - column_prices
        is_shorter = ~is_done & (through < distances)
        distances[is_shorter], before[is_shorter] = through[is_shorter], row
        open_distances = np.where(is_done, np.inf, distances)
        length = float(open_distances.min())
        if length == np.inf:
            raise ValueError("every assignment has a pair that is forbidden")
        nearest = np.flatnonzero(open_distances == length)
        free = nearest[row_of[nearest] == FREE]
        column = int(free[0] if len(free) else nearest[0])
        is_done[column] = True
        if len(free):
            break
        row = int(row_of[column])
        visited.append(row)
    row_prices[start] += length
    for row in visited[1:]:
        row_prices[row] += length - distances[column_of[row]]
    column_prices[is_done] -= length - distances[is_done]
    while True:
        row = int(before[column])
        row_of[column] = row
        column_of[row], column = column, int(column_of[row])
        if row == start:
            return
