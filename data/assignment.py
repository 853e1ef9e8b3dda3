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
    if cost.shape[0] > cost.shape[1]:
        columns, rows = least_cost_assignment(cost.T)
        order = np.argsort(rows)
        return rows[order], columns[order]
    rows = np.arange(len(cost))
    if not len(cost):
        return rows, rows.copy()
    favourites = cost.argmin(axis=1)
    least = cost[rows, favourites].tolist()  # NaN where one is
    if not all(one > -np.inf for one in least):
        raise ValueError("a cost is not a number or -inf; allowed: finite numbers and inf")
    if np.inf not in least and len(set(favourites.tolist())) == len(rows):
        return rows, favourites  # no assignment is cheaper than each row's cheapest column
    return rows, _augmented(cost, favourites)


def _augmented(cost: Array, favourites: Integers) -> Integers:
    """The column of each row, by shortest augmenting paths from the rows without one.

    The prices of rows and columns keep cost - row price - column price at 0 for pairs and at 0 or
    more elsewhere. D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE
    Transactions on Aerospace and Electronic Systems 52(4), 2016. In lists, as NumPy takes four
    times as long for rows of a dozen numbers.
    """
    count, width = cost.shape
    rows = cost.tolist()
    column_of, row_of = [FREE] * count, [FREE] * width
    row_prices, column_prices = [min(row) for row in rows], [0.0] * width
    if np.inf in row_prices:
        raise ValueError("every assignment has a pair that is forbidden")
    for row, column in enumerate(favourites.tolist()):
        if row_of[column] == FREE:
            column_of[row], row_of[column] = column, row
    for lonely in [row for row, column in enumerate(column_of) if column == FREE]:
        _augment(lonely, rows, (row_prices, column_prices), (column_of, row_of))
    return np.array(column_of, np.intp)


def _augment(
    start: int,
    cost: list[list[float]],
    prices: tuple[list[float], list[float]],
    pairs: tuple[list[int], list[int]],
) -> None:
    """Find the cheapest path from the row `start` to a free column, and swap the pairs on it."""
    (row_prices, column_prices), (column_of, row_of) = prices, pairs
    distances = [np.inf] * len(row_of)
    before = [FREE] * len(row_of)  # the row from which the path reaches a column
    open_columns = list(range(len(row_of)))  # the columns to which the path may still go
    row, length, visited = start, 0.0, [start]
    while True:
        for column in open_columns:
            through = length + cost[row][column] - row_prices[row] - column_prices[column]
            if through < distances[column]:
                distances[column], before[column] = through, row
        length = min(distances[column] for column in open_columns)
        if length == np.inf:
            raise ValueError("every assignment has a pair that is forbidden")
        nearest = [column for column in open_columns if distances[column] == length]
        column = next((one for one in nearest if row_of[one] == FREE), nearest[0])
        open_columns.remove(column)
        if row_of[column] == FREE:
            break
        row = row_of[column]
        visited.append(row)
    row_prices[start] += length
    for row in visited[1:]:
        row_prices[row] += length - distances[column_of[row]]
        column_prices[column_of[row]] -= length - distances[column_of[row]]
    while True:
        row = before[column]
        row_of[column] = row
        column_of[row], column = column, column_of[row]
        if row == start:
            return
