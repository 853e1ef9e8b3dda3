"""What it costs to take a drawn stroke for one of the reference, and the cheapest assignment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from kanji.matching.geometry import Array, lengths, place_distances, shape_distances

POINTS = 16  # a stroke's samples; more = finer hooks, slower
STRETCH = 1.6  # how far the fit may rescale an axis; larger = more lenient to proportions
PLACE_WEIGHT = 1.0  # larger = the place counts more in who is who
SHAPE_WEIGHT = 1.3  # larger = the shape counts more in who is who
DIRECTION_BIAS = 0.15  # share of length; larger = a stroke is called reversed less readily
DOUBTFUL = 0.09  # boxes of shape beyond which no bias helps a stroke; larger = fewer are reversed
REVERSAL_COST = 0.03  # larger = a reversed match is taken less readily
EXPECTED = 0.05  # what another order must be cheaper by; larger = fewer are found
UNMATCHED_COST = 0.35  # of a missing or an extra stroke; larger = worse matches are kept
JOIN_COST = 0.08  # of each join or break; larger = fewer are found
SHORT_JOIN = 0.35  # of a join that is drawn too short, as a logarithm; larger = fewer are found


@dataclass(frozen=True)
class Unit:
    """A curve that stands for one or more strokes."""

    strokes: tuple[int, ...]
    curve: Array


def stacked(units: list[Unit]) -> Array:
    """All in one (S, K, 2) array."""
    return np.stack([unit.curve for unit in units])


def pair_costs(drawn: Array, wanted: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Cost of each pair and whether it is backwards: two (D, R) arrays."""
    forwards = shape_distances(drawn, wanted)
    backwards = shape_distances(drawn[:, ::-1], wanted)
    length = np.minimum(lengths(drawn)[:, None], lengths(wanted)[None])
    bias = np.where(forwards > DOUBTFUL, REVERSAL_COST, DIRECTION_BIAS * length)
    is_backwards = backwards + bias < forwards
    shape = np.where(is_backwards, backwards + REVERSAL_COST, forwards)
    return PLACE_WEIGHT * place_distances(drawn, wanted) + SHAPE_WEIGHT * shape, is_backwards


def assign(costs: Array) -> tuple[list[tuple[int, int]], float]:
    """Pairs of an optimal assignment in which any stroke may stay alone, and the total cost."""
    rows, columns = costs.shape
    square = np.full((rows + columns, rows + columns), UNMATCHED_COST)
    square[:rows, :columns] = costs
    square[rows:, columns:] = 0.0
    chosen = linear_sum_assignment(square)
    pairs = [(int(i), int(j)) for i, j in zip(*chosen, strict=True) if i < rows and j < columns]
    return pairs, float(square[chosen].sum())


def shortness(drawn: Array, wanted: Array) -> Array:
    """What joins (D,) drawn for (R,) wanted cost for being too short for what they join: (D, R)."""
    # Where a stroke is missing, its neighbour is no join: it is too short for both.
    ratio = lengths(wanted)[None] / np.maximum(lengths(drawn), 1e-9)[:, None]
    return np.asarray(SHORT_JOIN * np.log(np.maximum(ratio, 1)))
