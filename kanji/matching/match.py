"""Which reference stroke each drawn stroke is.

Optimal assignment, so that one error does not spoil the rest, and after it joins: one drawn
stroke for a run of two or three reference strokes, two drawn strokes for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kanji.matching.costs import (
    EXPECTED,
    JOIN_COST,
    PLACE_WEIGHT,
    POINTS,
    SHAPE_WEIGHT,
    STRETCH,
    UNMATCHED_COST,
    Unit,
    assign,
    pair_costs,
    shortness,
    stacked,
)
from kanji.matching.geometry import (
    Array,
    Curve,
    centres,
    fit,
    lengths,
    resample,
    resample_all,
    to_box,
)
from kanji.matching.miscount import in_turn

LEAST_SIDE = 0.35  # box side, share of the longer; smaller = thin characters are stretched more
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


def match(drawn: list[Curve], reference: list[Curve]) -> Matching:
    """The best correspondence of `drawn` to `reference`: lists of (N, 2) curves of any scale."""
    ink = to_box(resample_all(drawn, POINTS), least_side=LEAST_SIDE)
    wanted = to_box(resample_all(reference, POINTS), least_side=LEAST_SIDE)
    left = [Unit((i,), curve) for i, curve in enumerate(ink)]
    right = [Unit((j,), curve) for j, curve in enumerate(wanted)]
    for _ in range(2):
        left = _laid_on(left, right)
    left, right = _joined(left, right)
    left = _laid_on(left, right)
    pairs, total = _pairs(left, right)
    other = in_turn(ink, wanted) if abs(len(drawn) - len(reference)) == 1 else None
    if other and other.cost <= total + EXPECTED:
        return _described(other.left, other.right, other.pairs)
    return _described(left, right, pairs)


def _pairs(left: list[Unit], right: list[Unit]) -> tuple[list[tuple[int, int]], float]:
    """The cheapest pairs, and what all costs.

    Each stroke is its own, where as many were drawn and no other pairing is clearly cheaper.
    """
    costs, _ = pair_costs(stacked(left), stacked(right))
    pairs, total = assign(costs)
    own = costs.diagonal()
    is_whole = len(left) == len(right) and own.max() <= UNMATCHED_COST
    if is_whole and own.sum() <= total + EXPECTED:
        pairs = [(n, n) for n in range(len(left))]
    joins = sum(len(unit.strokes) - 1 for unit in (*left, *right))
    return pairs, total + JOIN_COST * joins


def _laid_on(left: list[Unit], right: list[Unit]) -> list[Unit]:
    """The drawn units moved and scaled as their best matches say."""
    ink, wanted = stacked(left), stacked(right)
    costs, is_backwards = pair_costs(ink, wanted)
    pairs, _ = assign(costs)
    if not pairs:
        return left
    rows, columns = np.array(pairs).T
    worth = costs[rows, columns] <= 2.0 * np.median(costs[rows, columns])
    rows, columns = rows[worth], columns[worth]
    turned = np.where(is_backwards[rows, columns][:, None, None], ink[rows, ::-1], ink[rows])
    scale, offset = fit(turned, wanted[columns], stretch=STRETCH)
    return [Unit(unit.strokes, unit.curve * scale + offset) for unit in left]


def _joined(left: list[Unit], right: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Units after every join that makes the whole cheaper, the best one first."""
    while True:
        costs, _ = pair_costs(stacked(left), stacked(right))
        pairs, total = assign(costs)
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
    whole: list[Unit], parts: list[Unit], costs: Array, *, longest: int = MAX_RUN
) -> list[tuple[float, list[Unit], list[Unit]]]:
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
        Unit(
            tuple(unit.strokes[0] for unit in run),
            resample(np.concatenate([unit.curve for unit in run]), POINTS),
        )
        for run in runs
    ]
    whole_curves = stacked(whole)
    unit_curves = stacked(units)
    joined = pair_costs(whole_curves, unit_curves)[0] + shortness(whole_curves, unit_curves)
    single = np.array([len(unit.strokes) == 1 for unit in whole])
    gain = np.where(single, costs.min(axis=1), -np.inf)[:, None] - joined
    options = []
    for r in np.argsort(-gain.max(axis=0))[:6]:
        unit = units[r]
        k = next(k for k, part in enumerate(parts) if part.strokes[0] == unit.strokes[0])
        size = len(unit.strokes)
        column = np.where(single, joined[:, r] + JOIN_COST * (size - 1), 9.0)
        trial = np.concatenate([costs[:, :k], column[:, None], costs[:, k + size :]], axis=1)
        _, total = assign(trial)
        options.append((total, whole, [*parts[:k], unit, *parts[k + size :]]))
    return options


def _described(left: list[Unit], right: list[Unit], pairs: list[tuple[int, int]]) -> Matching:
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    ink, wanted = stacked(left)[rows], stacked(right)[columns]
    is_backwards = pair_costs(ink, wanted)[1].diagonal()
    ink = np.where(is_backwards[:, None, None], ink[:, ::-1], ink)
    shift = centres(ink) - centres(wanted)
    place = np.linalg.norm(shift, axis=1)
    shape = np.linalg.norm(ink - wanted - shift[:, None], axis=2).mean(axis=1)
    ratio = (lengths(ink) + LENGTH_FLOOR) / (lengths(wanted) + LENGTH_FLOOR)
    matches = [
        Match(
            left[i].strokes,
            right[j].strokes,
            bool(is_backwards[n]),
            float(place[n]),
            float(shape[n]),
            float(ratio[n]),
            (float(shift[n, 0]), float(shift[n, 1])),
        )
        for n, (i, j) in enumerate(pairs)
    ]
    used_left, used_right = {i for i, _ in pairs}, {j for _, j in pairs}
    return Matching(
        tuple(sorted(matches, key=lambda match: match.drawn)),
        tuple(s for j, unit in enumerate(right) if j not in used_right for s in unit.strokes),
        tuple(s for i, unit in enumerate(left) if i not in used_left for s in unit.strokes),
    )


def on_wire(reference: tuple[int, ...]) -> int | list[int] | None:
    """The reference strokes that a drawn stroke is: an index, a list of several, or None."""
    return reference[0] if len(reference) == 1 else list(reference) or None
