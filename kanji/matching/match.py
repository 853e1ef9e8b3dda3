"""Which reference stroke each drawn stroke is.

The assignment of strokes is optimal as a whole, so that one mistake does not spoil the rest. Joins
are found after it: one drawn stroke may be two or three reference strokes, and two drawn strokes
may be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kanji.matching.costs import (
    JOIN_COST,
    ORDER_MARGIN,
    PLACE_WEIGHT,
    POINTS,
    SHAPE_WEIGHT,
    STRETCH,
    UNMATCHED_COST,
    Unit,
    assign,
    pair_costs,
    short_join_costs,
    stacked,
    tap_shifts,
    tapped_dots,
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
from kanji.matching.miscount import find_miscount
from kanji.matching.rings import turned_rings
from kanji.matching.strays import without_far_strokes

LENGTH_FLOOR = 0.06  # added to both lengths in their ratio; larger = dots may vary more
MAX_RUN = 3  # reference strokes that one drawn stroke may join
MAX_BREAK = 2  # drawn strokes that one reference stroke may be broken into
RUNS_TRIED = 6  # joins whose total cost is computed in each round, the most promising ones
FAR_MARGIN = 0.1  # by which it may cost more to leave out far strokes. Larger = more are left out
NEVER = 9.0  # cost of a join that is not allowed; more than any assignment would accept

Pairs = list[tuple[int, int]]  # indexes of a drawn unit and of its reference unit


@dataclass(frozen=True)
class Match:
    """One drawn stroke, or two that are one stroke of the reference.

    `drawn`, `reference`: stroke indexes; `reference` has several where strokes were joined.
    `place`: distance of the centres; `shape`: mean distance of the points with the centres on each
    other; both in sides of the reference's box. `length_ratio`: drawn length over reference length.
    `shift`: drawn centre minus reference centre in the same unit, x right and y down. `is_tap`:
    whether a short stroke was drawn as a point; `place` and `shift` are then from the nearest point
    of the reference.
    """

    drawn: tuple[int, ...]
    reference: tuple[int, ...]
    is_backwards: bool
    place: float
    shape: float
    length_ratio: float
    shift: tuple[float, float]
    is_tap: bool = False

    @property
    def distance(self) -> float:
        """Place and shape distance together, weighted as in the assignment."""
        return PLACE_WEIGHT * self.place + SHAPE_WEIGHT * self.shape


@dataclass(frozen=True)
class Matching:
    """Matches in the order of their first drawn stroke, and the strokes without a match.

    `missing`: reference strokes. `extra`: drawn strokes. `far`: of the extra ones, those so far
    from the others that the ink was measured without them. `ink`: (D, POINTS, 2), the drawn strokes
    in their own scale, at equal steps and with rings turned like the reference's.
    """

    matches: tuple[Match, ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]
    far: tuple[int, ...] = ()
    ink: Array = field(default_factory=lambda: np.zeros((0, POINTS, 2)), compare=False, repr=False)

    @property
    def cost(self) -> float:
        """The distances of all matches, and what joins and strokes without a match cost."""
        distances = sum(one.distance for one in self.matches)
        joins = sum(len(one.drawn) + len(one.reference) - 2 for one in self.matches)
        unmatched = len(self.missing) + len(self.extra)
        return distances + JOIN_COST * joins + UNMATCHED_COST * unmatched


def match(drawn: Sequence[Curve], reference: Sequence[Curve]) -> Matching:
    """Matches the curves `drawn` to the curves `reference`: lists of (N, 2) arrays of any scale."""
    ink = resample_all(turned_rings(drawn, reference), POINTS)
    target = to_box(resample_all(reference, POINTS))
    best = _match(ink, target)
    for kept in without_far_strokes(ink):
        far = tuple(n for n in range(len(ink)) if n not in kept)
        option = _with_far_strokes(_match(ink[kept], target), kept, far)
        if option.cost < best.cost + FAR_MARGIN:
            best = option
    return replace(best, ink=ink)


def _with_far_strokes(near: Matching, kept: list[int], far: tuple[int, ...]) -> Matching:
    """The matching of the strokes `kept`, by the indexes of all strokes; those `far` are extra."""
    matches = tuple(replace(one, drawn=tuple(kept[n] for n in one.drawn)) for one in near.matches)
    extra = sorted([*far, *(kept[n] for n in near.extra)])
    return Matching(matches, near.missing, tuple(extra), far)


def _match(ink: Array, target: Array) -> Matching:
    """The matching of `ink` (D, POINTS, 2) of any scale with `target` (R, POINTS, 2) in its box."""
    ink = to_box(ink)
    left = [Unit((i,), curve) for i, curve in enumerate(ink)]
    right = [Unit((j,), curve) for j, curve in enumerate(target)]
    for _ in range(2):
        left = _fitted(left, right)
    left, right = _with_joins(left, right)
    left = _fitted(left, right)
    pairs, total = _pairs(left, right)
    is_one_off = abs(len(ink) - len(target)) == 1
    miscount = find_miscount(ink, target) if is_one_off else None
    if miscount and miscount.cost <= total + ORDER_MARGIN:
        return _matching(miscount.drawn, miscount.reference, miscount.pairs)
    return _matching(left, right, pairs)


def on_wire(reference: tuple[int, ...]) -> int | list[int] | None:
    """The reference strokes of a drawn stroke in JSON: one index, a list of several, or null."""
    return reference[0] if len(reference) == 1 else list(reference) or None


def _pairs(left: list[Unit], right: list[Unit]) -> tuple[Pairs, float]:
    """The cheapest pairs, and the total cost with all joins.

    Where the counts agree, the canonical order is kept unless another order is clearly cheaper.
    """
    costs, _ = pair_costs(stacked(left), stacked(right))
    pairs, total = assign(costs)
    in_order = costs.diagonal()
    fits_in_order = len(left) == len(right) and in_order.max() <= UNMATCHED_COST
    if fits_in_order and in_order.sum() <= total + ORDER_MARGIN:
        pairs = [(n, n) for n in range(len(left))]
    joins = sum(len(unit.strokes) - 1 for unit in (*left, *right))
    return pairs, total + JOIN_COST * joins


def _fitted(left: list[Unit], right: list[Unit]) -> list[Unit]:
    """The drawn units moved and scaled to lie on their best matches."""
    ink, target = stacked(left), stacked(right)
    costs, is_backwards = pair_costs(ink, target)
    pairs, _ = assign(costs)
    if not pairs:
        return left
    rows, columns = np.array(pairs).T
    is_good = costs[rows, columns] <= 2.0 * np.median(costs[rows, columns])
    rows, columns = rows[is_good], columns[is_good]
    forwards = _forwards(ink[rows], is_backwards[rows, columns])
    scale, offset = fit(forwards, target[columns], stretch=STRETCH)
    return [Unit(unit.strokes, unit.curve * scale + offset) for unit in left]


def _forwards(ink: Array, is_backwards: npt.NDArray[np.bool_]) -> Array:
    """`ink` (S, K, 2) with the strokes reversed that are backwards (S,)."""
    return np.where(is_backwards[:, None, None], ink[:, ::-1], ink)


def _with_joins(left: list[Unit], right: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Both sides after every join that lowers the total cost, the best join first."""
    while True:
        costs, _ = pair_costs(stacked(left), stacked(right))
        pairs, total = assign(costs)
        best = (total - JOIN_COST, left, right)
        if len(pairs) < len(right):
            options = _joins(left, right, costs, longest=MAX_RUN)
            best = min([best, *options], key=lambda option: option[0])
        if len(pairs) < len(left):
            swapped = _joins(right, left, costs.T, longest=MAX_BREAK)
            best = min([best, *((c, b, a) for c, a, b in swapped)], key=lambda option: option[0])
        if best[1] is left and best[2] is right:
            return left, right
        _, left, right = best


def _joins(
    whole: list[Unit], parts: list[Unit], costs: Array, *, longest: int
) -> list[tuple[float, list[Unit], list[Unit]]]:
    """(total cost, `whole`, `parts` with one run joined) for the most promising runs of `parts`.

    `costs`: of the pairs before, (whole, parts).
    """
    units = _runs(parts, longest)
    if not units:
        return []
    curves, joined_curves = stacked(whole), stacked(units)
    joined = pair_costs(curves, joined_curves)[0] + short_join_costs(curves, joined_curves)
    is_single = np.array([len(unit.strokes) == 1 for unit in whole])
    gain = np.where(is_single, costs.min(axis=1), -np.inf)[:, None] - joined
    options = []
    for r in np.argsort(-gain.max(axis=0))[:RUNS_TRIED]:
        unit = units[r]
        k = next(k for k, part in enumerate(parts) if part.strokes[0] == unit.strokes[0])
        size = len(unit.strokes)
        column = np.where(is_single, joined[:, r] + JOIN_COST * (size - 1), NEVER)
        trial = np.concatenate([costs[:, :k], column[:, None], costs[:, k + size :]], axis=1)
        _, total = assign(trial)
        options.append((total, whole, [*parts[:k], unit, *parts[k + size :]]))
    return options


def _runs(parts: list[Unit], longest: int) -> list[Unit]:
    """Every run of 2 to `longest` consecutive single strokes, joined into one unit."""
    runs = [
        parts[k : k + size]
        for size in range(2, longest + 1)
        for k in range(len(parts) - size + 1)
        if all(len(unit.strokes) == 1 for unit in parts[k : k + size])
    ]
    return [
        Unit(
            tuple(unit.strokes[0] for unit in run),
            resample(np.concatenate([unit.curve for unit in run]), POINTS),
        )
        for run in runs
        if all(b.strokes[0] - a.strokes[0] == 1 for a, b in pairwise(run))
    ]


def _matching(left: list[Unit], right: list[Unit], pairs: Pairs) -> Matching:
    """The matches of `pairs` with their measures; units in no pair are extra or missing."""
    matched_left, matched_right = {i for i, _ in pairs}, {j for _, j in pairs}
    return Matching(
        tuple(sorted(_matches(left, right, pairs), key=lambda match: match.drawn)),
        tuple(s for j, unit in enumerate(right) if j not in matched_right for s in unit.strokes),
        tuple(s for i, unit in enumerate(left) if i not in matched_left for s in unit.strokes),
    )


def _matches(left: list[Unit], right: list[Unit], pairs: Pairs) -> list[Match]:
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    ink, target = stacked(left)[rows], stacked(right)[columns]
    is_backwards = pair_costs(ink, target)[1].diagonal()
    ink = _forwards(ink, is_backwards)
    shift = centres(ink) - centres(target)
    shape = np.linalg.norm(ink - target - shift[:, None], axis=2).mean(axis=1)
    is_tap = tapped_dots(ink, lengths(target)).diagonal()
    if is_tap.any():
        nearest = tap_shifts(ink, target)[np.arange(len(ink)), np.arange(len(ink))]
        shift = np.where(is_tap[:, None], nearest, shift)
    place = np.linalg.norm(shift, axis=1)
    ratio = (lengths(ink) + LENGTH_FLOOR) / (lengths(target) + LENGTH_FLOOR)
    return [
        Match(
            left[i].strokes,
            right[j].strokes,
            bool(is_backwards[n]),
            float(place[n]),
            float(shape[n]),
            float(ratio[n]),
            (float(shift[n, 0]), float(shift[n, 1])),
            bool(is_tap[n]),
        )
        for n, (i, j) in enumerate(pairs)
    ]
