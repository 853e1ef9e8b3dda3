"""Which reference stroke each drawn stroke is.

Optimal assignment, so that one error does not spoil the rest, and after it joins: one drawn
stroke for a run of two or three reference strokes, two drawn strokes for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from kanji.geometry import (
    Array,
    Curve,
    centres,
    fit,
    lengths,
    place_distances,
    resample,
    resample_all,
    shape_distances,
    to_box,
)

POINTS = 16  # a stroke's samples; more = finer hooks, slower
LEAST_SIDE = 0.35  # box side, share of the longer; smaller = thin characters are stretched more
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
LENGTH_FLOOR = 0.06  # added to both lengths in their ratio; larger = dots may vary more
MAX_RUN = 3  # reference strokes that one drawn stroke may run through


@dataclass(frozen=True)
class Match:
    """One drawn stroke, or two that are one; `reference` has more than one where merged.

    `place`, `shape`: distances in reference boxes; `length_ratio`: drawn length over wanted;
    `shift`: the drawn centre less the wanted one, in boxes, x right and y down.
    """

    drawn: tuple[int, ...]
    reference: tuple[int, ...]
    is_backwards: bool
    place: float
    shape: float
    length_ratio: float
    shift: tuple[float, float]

    @property
    def distance(self) -> float:
        """Of place and shape together, as the assignment weighs them."""
        return PLACE_WEIGHT * self.place + SHAPE_WEIGHT * self.shape


@dataclass(frozen=True)
class Matching:
    """Matches in the order of their first drawn stroke, and what is left on either side."""

    matches: tuple[Match, ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]


@dataclass(frozen=True)
class _Unit:
    """A curve that stands for one or more strokes."""

    strokes: tuple[int, ...]
    curve: Array


def match(drawn: list[Curve], reference: list[Curve]) -> Matching:
    """The best correspondence of `drawn` to `reference`: lists of (N, 2) curves of any scale."""
    ink = to_box(resample_all(drawn, POINTS), least_side=LEAST_SIDE)
    wanted = to_box(resample_all(reference, POINTS), least_side=LEAST_SIDE)
    left = [_Unit((i,), curve) for i, curve in enumerate(ink)]
    right = [_Unit((j,), curve) for j, curve in enumerate(wanted)]
    for _ in range(2):
        left = _laid_on(left, right)
    left, right = _joined(left, right)
    return _described(_laid_on(left, right), right)


def _costs(drawn: Array, wanted: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Cost of each pair and whether it is backwards: two (D, R) arrays."""
    forwards = shape_distances(drawn, wanted)
    backwards = shape_distances(drawn[:, ::-1], wanted)
    length = np.minimum(lengths(drawn)[:, None], lengths(wanted)[None])
    bias = np.where(forwards > DOUBTFUL, REVERSAL_COST, DIRECTION_BIAS * length)
    is_backwards = backwards + bias < forwards
    shape = np.where(is_backwards, backwards + REVERSAL_COST, forwards)
    return PLACE_WEIGHT * place_distances(drawn, wanted) + SHAPE_WEIGHT * shape, is_backwards


def _assign(costs: Array) -> tuple[list[tuple[int, int]], float]:
    """Pairs of an optimal assignment in which any stroke may stay alone, and the total cost."""
    rows, columns = costs.shape
    square = np.full((rows + columns, rows + columns), UNMATCHED_COST)
    square[:rows, :columns] = costs
    square[rows:, columns:] = 0.0
    chosen = linear_sum_assignment(square)
    pairs = [(int(i), int(j)) for i, j in zip(*chosen, strict=True) if i < rows and j < columns]
    return pairs, float(square[chosen].sum())


def _pairs(costs: Array) -> list[tuple[int, int]]:
    """Each stroke its own, where as many were drawn and no other pairing is clearly cheaper."""
    pairs, total = _assign(costs)
    rows, columns = costs.shape
    own = costs.diagonal()
    if rows == columns and own.max() <= UNMATCHED_COST and own.sum() <= total + EXPECTED:
        return [(n, n) for n in range(rows)]
    return pairs


def _curves(units: list[_Unit]) -> Array:
    return np.stack([unit.curve for unit in units])


def _laid_on(left: list[_Unit], right: list[_Unit]) -> list[_Unit]:
    """The drawn units moved and scaled as their best matches say."""
    ink, wanted = _curves(left), _curves(right)
    costs, is_backwards = _costs(ink, wanted)
    pairs, _ = _assign(costs)
    if not pairs:
        return left
    rows, columns = np.array(pairs).T
    worth = costs[rows, columns] <= 2.0 * np.median(costs[rows, columns])
    rows, columns = rows[worth], columns[worth]
    turned = np.where(is_backwards[rows, columns][:, None, None], ink[rows, ::-1], ink[rows])
    scale, offset = fit(turned, wanted[columns], stretch=STRETCH)
    return [_Unit(unit.strokes, unit.curve * scale + offset) for unit in left]


def _joined(left: list[_Unit], right: list[_Unit]) -> tuple[list[_Unit], list[_Unit]]:
    """Units after every join that makes the whole cheaper, the best one first."""
    while True:
        costs, _ = _costs(_curves(left), _curves(right))
        pairs, total = _assign(costs)
        best = (total - JOIN_COST, left, right)
        if len(pairs) < len(right):
            best = min([best, *_merges(left, right, costs)], key=lambda option: option[0])
        if len(pairs) < len(left):
            swapped = _merges(right, left, costs.T, longest=2)
            best = min([best, *((c, b, a) for c, a, b in swapped)], key=lambda option: option[0])
        if best[1] is left and best[2] is right:
            return left, right
        _, left, right = best


def _merges(
    whole: list[_Unit], parts: list[_Unit], costs: Array, *, longest: int = MAX_RUN
) -> list[tuple[float, list[_Unit], list[_Unit]]]:
    """(total cost, whole, parts with one run made one) for the most promising runs."""
    runs = [
        parts[k : k + size]
        for size in range(2, longest + 1)
        for k in range(len(parts) - size + 1)
        if all(len(unit.strokes) == 1 for unit in parts[k : k + size])
    ]
    runs = [run for run in runs if all(b.strokes[0] - a.strokes[0] == 1 for a, b in pairwise(run))]
    if not runs:
        return []
    units = [
        _Unit(
            tuple(unit.strokes[0] for unit in run),
            resample(np.concatenate([unit.curve for unit in run]), POINTS),
        )
        for run in runs
    ]
    whole_curves = _curves(whole)
    unit_curves = _curves(units)
    joined, _ = _costs(whole_curves, unit_curves)
    # Where a stroke is missing, its neighbour is no join: it is too short for both.
    ratio = lengths(unit_curves)[None] / np.maximum(lengths(whole_curves), 1e-9)[:, None]
    joined = joined + SHORT_JOIN * np.log(np.maximum(ratio, 1))
    single = np.array([len(unit.strokes) == 1 for unit in whole])
    gain = np.where(single, costs.min(axis=1), -np.inf)[:, None] - joined
    options = []
    for r in np.argsort(-gain.max(axis=0))[:6]:
        unit = units[r]
        k = next(k for k, part in enumerate(parts) if part.strokes[0] == unit.strokes[0])
        size = len(unit.strokes)
        column = np.where(single, joined[:, r] + JOIN_COST * (size - 1), 9.0)
        trial = np.concatenate([costs[:, :k], column[:, None], costs[:, k + size :]], axis=1)
        _, total = _assign(trial)
        options.append((total, whole, [*parts[:k], unit, *parts[k + size :]]))
    return options


def _described(left: list[_Unit], right: list[_Unit]) -> Matching:
    ink, wanted = _curves(left), _curves(right)
    costs, is_backwards = _costs(ink, wanted)
    place = place_distances(ink, wanted)
    turned = shape_distances(ink[:, ::-1], wanted)
    shape = np.where(is_backwards, turned, shape_distances(ink, wanted))
    ink_length, wanted_length = lengths(ink), lengths(wanted)
    shift = centres(ink)[:, None] - centres(wanted)[None]
    pairs = _pairs(costs)
    matches = [
        Match(
            left[i].strokes,
            right[j].strokes,
            bool(is_backwards[i, j]),
            float(place[i, j]),
            float(shape[i, j]),
            float((ink_length[i] + LENGTH_FLOOR) / (wanted_length[j] + LENGTH_FLOOR)),
            (float(shift[i, j, 0]), float(shift[i, j, 1])),
        )
        for i, j in pairs
    ]
    used_left, used_right = {i for i, _ in pairs}, {j for _, j in pairs}
    return Matching(
        tuple(sorted(matches, key=lambda match: match.drawn)),
        tuple(s for j, unit in enumerate(right) if j not in used_right for s in unit.strokes),
        tuple(s for i, unit in enumerate(left) if i not in used_left for s in unit.strokes),
    )
