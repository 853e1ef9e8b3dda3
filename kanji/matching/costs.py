"""The cost of matching a drawn stroke to a reference stroke, and the cheapest assignment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.assignment import least_cost_assignment
from kanji.matching.geometry import (
    Array,
    Measured,
    centred_distances,
    centres,
    lengths,
    norms,
)

POINTS = 16  # points that each stroke is resampled to; more = finer hooks, slower
STRETCH = 1.6  # how far the fit may rescale an axis; larger = more lenient to proportions
PLACE_WEIGHT = 1.0  # larger = the place counts more in the assignment
SHAPE_WEIGHT = 1.3  # larger = the shape counts more in the assignment
DIRECTION_BIAS = 0.15  # fraction of the length; larger = fewer strokes are called reversed
BIAS_LIMIT = 0.09  # shape distance in boxes above which no bias applies; larger = fewer reversed
REVERSAL_COST = 0.03  # of a reversed match; larger = fewer are found
ORDER_MARGIN = 0.05  # by which another order must be cheaper; larger = fewer are found
UNMATCHED_COST = 0.35  # of a missing or an extra stroke; larger = worse matches are kept
JOIN_COST = 0.08  # of each join or break; larger = fewer are found
SHORT_JOIN_COST = 0.35  # times the logarithm of how much too short a join is; larger = fewer joins
TAP_SIDE = 0.05  # of a box: a drawn stroke no longer and no wider is a tap. Larger = lenient
DOT_LENGTH = 0.5  # of a box: a reference stroke that is no longer may be tapped. Larger = lenient


@dataclass(frozen=True)
class Unit:
    """One stroke, or several consecutive strokes that are treated as one.

    `strokes`: their indexes. `curve`: (POINTS, 2) float64.
    """

    strokes: tuple[int, ...]
    curve: Array


def stacked(units: list[Unit]) -> Array:
    """The curves of all units as one (S, POINTS, 2) array."""
    return np.stack([unit.curve for unit in units])


def pair_costs(drawn: Array, reference: Array | Measured) -> tuple[Array, npt.NDArray[np.bool_]]:
    """The cost of each pair of strokes, and whether the drawn one is backwards.

    Two (..., D, R) arrays. `drawn` is (..., D, K, 2) and `reference` (..., R, K, 2), in the same
    box. A tap on a short stroke has no direction, and it may lie anywhere on the stroke.
    """
    target = reference if isinstance(reference, Measured) else Measured(reference)
    own = Measured(drawn)
    both_ways = np.concatenate([own.centred, own.centred[..., ::-1]], axis=-2)
    shapes, count = centred_distances(both_ways, target.centred), drawn.shape[-3]
    forwards, backwards = shapes[..., :count, :], shapes[..., count:, :]
    length = np.minimum(own.lengths[..., None], target.lengths[..., None, :])
    bias = np.where(forwards > BIAS_LIMIT, REVERSAL_COST, DIRECTION_BIAS * length)
    is_backwards = backwards + bias < forwards
    place = norms(own.centres[..., None, :] - target.centres[..., None, :, :])
    if (taps := are_taps(drawn)).any():
        is_tap = taps[..., None] & (target.lengths <= DOT_LENGTH)[..., None, :]
        is_backwards &= ~is_tap
        place = np.where(is_tap, norms(tap_shifts(drawn, target.curves)), place)
    shape = np.where(is_backwards, backwards + REVERSAL_COST, forwards)
    return PLACE_WEIGHT * place + SHAPE_WEIGHT * shape, is_backwards


def are_taps(drawn: Array) -> npt.NDArray[np.bool_]:
    """Which strokes are taps: (..., D). `drawn` is (..., D, K, 2), in a box."""
    chords = np.abs(drawn[..., -1, :] - drawn[..., 0, :]) <= TAP_SIDE
    is_tap = np.asarray(chords[..., 0] & chords[..., 1])
    if is_tap.any():  # few strokes end where they begin
        is_tap &= (drawn.max(axis=-2) - drawn.min(axis=-2)).max(axis=-1) <= TAP_SIDE
    return is_tap


def tap_shifts(drawn: Array, reference: Array) -> Array:
    """From the nearest point of a reference stroke to the centre of a drawn one: (..., D, R, 2).

    `drawn` is (..., D, K, 2) and `reference` (..., R, K, 2).
    """
    offsets = centres(drawn)[..., None, None, :] - reference[..., None, :, :, :]
    nearest = np.linalg.norm(offsets, axis=-1).argmin(axis=-1)[..., None, None]
    return np.asarray(np.take_along_axis(offsets, nearest, axis=-2)[..., 0, :])


def assign(costs: Array) -> tuple[list[tuple[int, int]], float]:
    """The optimal assignment for `costs` (D, R): its (row, column) pairs and its total cost.

    Any row or column may stay without a partner, at UNMATCHED_COST each.
    """
    # What a pair saves, as a negative cost; 0 for one that is no better than no pair.
    rows, columns = least_cost_assignment(np.minimum(costs - 2 * UNMATCHED_COST, 0.0))
    chosen = zip(rows.tolist(), columns.tolist(), costs[rows, columns].tolist(), strict=True)
    found = [(row, column, cost) for row, column, cost in chosen if cost < 2 * UNMATCHED_COST]
    unmatched = costs.shape[0] + costs.shape[1] - 2 * len(found)
    total = sum(cost for _, _, cost in found) + UNMATCHED_COST * unmatched
    return [(row, column) for row, column, _ in found], total


def short_join_costs(drawn: Array, reference: Array) -> Array:
    """The extra cost of a join that is shorter than the strokes it joins: (..., D, R).

    `drawn` is (..., D, K, 2) and `reference`, each the strokes joined, (..., R, K, 2).
    """
    # Where a stroke is missing, its neighbour is no join: it is too short for both.
    ratio = lengths(reference)[..., None, :] / np.maximum(lengths(drawn), 1e-9)[..., None]
    return np.asarray(SHORT_JOIN_COST * np.log(np.maximum(ratio, 1)))
