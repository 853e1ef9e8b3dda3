"""Which reference stroke each drawn stroke is.

The assignment of strokes is optimal as a whole, so that one mistake does not spoil the rest. Joins
are found after it: one drawn stroke may be two or three reference strokes, and two drawn strokes
may be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kanji.matching.costs import (
    DOT_LENGTH,
    JOIN_COST,
    ORDER_MARGIN,
    PLACE_WEIGHT,
    POINTS,
    SHAPE_WEIGHT,
    STRETCH,
    UNMATCHED_COST,
    Unit,
    are_taps,
    assign,
    pair_costs,
    short_join_costs,
    stacked,
    tap_shifts,
)
from kanji.matching.geometry import (
    Array,
    Curve,
    centres,
    fit,
    lengths,
    mean,
    norms,
    resample_all,
    to_box,
)
from kanji.matching.miscount import find_miscount
from kanji.matching.rings import turned_rings
from kanji.matching.sides import Assigned, Pairs, Side, assigned, target_of
from kanji.matching.strays import without_far_strokes

LENGTH_FLOOR = 0.06  # added to both lengths in their ratio; larger = dots may vary more
MAX_RUN = 3  # reference strokes that one drawn stroke may join
MAX_BREAK = 2  # drawn strokes that one reference stroke may be broken into
RUNS_TRIED = 6  # joins whose total cost is computed in each round, the most promising ones
FAR_MARGIN = 0.1  # by which it may cost more to leave out far strokes. Larger = more are left out
MOST_FITS = 3  # of the ink to its best matches; more = slower
NEVER = 9.0  # cost of a join that is not allowed; more than any assignment would accept

BestMatch = tuple[int, int, bool]  # the units of both sides, and whether the drawn one is backwards
Option = tuple[float, list[Unit], list[Unit]]  # a total cost, and the units of both sides


class Match(NamedTuple):
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
    def total(self) -> int:
        """How many strokes the reference has."""
        return sum(len(one.reference) for one in self.matches) + len(self.missing)

    @property
    def cost(self) -> float:
        """The distances of all matches, and what joins and strokes without a match cost."""
        distances = sum(one.distance for one in self.matches)
        joins = sum(len(one.drawn) + len(one.reference) - 2 for one in self.matches)
        unmatched = len(self.missing) + len(self.extra)
        return distances + JOIN_COST * joins + UNMATCHED_COST * unmatched


def match(drawn: Sequence[Curve], reference: Sequence[Curve]) -> Matching:
    """Matches the curves `drawn` to the curves `reference`: lists of (N, 2) arrays of any scale."""
    target = target_of(reference)
    ink = resample_all(turned_rings(drawn, [reference[n] for n in sorted(target.rings)]), POINTS)
    best = _match(ink, target.side)
    for kept in without_far_strokes(ink):
        far = tuple(n for n in range(len(ink)) if n not in kept)
        option = _with_far_strokes(_match(ink[kept], target.side), kept, far)
        if option.cost < best.cost + FAR_MARGIN:
            best = option
    return replace(best, ink=ink)


def _with_far_strokes(near: Matching, kept: list[int], far: tuple[int, ...]) -> Matching:
    """The matching of the strokes `kept`, by the indexes of all strokes; those `far` are extra."""
    matches = tuple(one._replace(drawn=tuple(kept[n] for n in one.drawn)) for one in near.matches)
    extra = sorted([*far, *(kept[n] for n in near.extra)])
    return Matching(matches, near.missing, tuple(extra), far)


def _match(ink: Array, right: Side) -> Matching:
    """The matching of `ink` (D, POINTS, 2) of any scale with the reference in its box."""
    ink, target = to_box(ink), right.curves
    left = Side.of_strokes(ink)
    left, settled = _settled(left, right, assigned(left, right), fits=MOST_FITS)
    left, right, found = _with_joins(left, right, settled)
    if found is not settled:
        left, found = _settled(left, right, found, fits=1)
    found = _in_order(found)
    joins = sum(len(strokes) - 1 for strokes in (*left.strokes, *right.strokes))
    is_one_off = abs(len(ink) - len(target)) == 1
    miscount = find_miscount(ink, target) if is_one_off else None
    if miscount and miscount.cost <= found.total + JOIN_COST * joins + ORDER_MARGIN:
        drawn, reference = Side.of(miscount.drawn), Side.of(miscount.reference)
        is_backwards = pair_costs(drawn.curves, reference.measured)[1]
        return _matching(drawn, reference, miscount.pairs, is_backwards)
    return _matching(left, right, found.pairs, found.is_backwards)


def on_wire(reference: tuple[int, ...]) -> int | list[int] | None:
    """The reference strokes of a drawn stroke in JSON: one index, a list of several, or null."""
    return reference[0] if len(reference) == 1 else list(reference) or None


def _in_order(found: Assigned) -> Assigned:
    """The canonical order where the counts agree, unless another order is clearly cheaper."""
    rows, columns = found.costs.shape
    in_order = found.costs.diagonal()
    fits_in_order = rows == columns and in_order.max() <= UNMATCHED_COST
    if fits_in_order and in_order.sum() <= found.total + ORDER_MARGIN:
        return found._replace(pairs=[(n, n) for n in range(rows)])
    return found


def _settled(left: Side, right: Side, found: Assigned, *, fits: int) -> tuple[Side, Assigned]:
    """The drawn units on their best matches, and what is found there.

    They are moved and scaled until the best matches stay the same, at most `fits` times. `found`:
    where they are.
    """
    before: list[BestMatch] = []
    for _ in range(fits):
        best = _best_matches(found)
        if best == before:
            break
        left, before = _fitted(left, best, right), best
        found = assigned(left, right)
    return left, found


def _best_matches(found: Assigned) -> list[BestMatch]:
    """The pairs that cost at most twice the median."""
    if not found.pairs:
        return []
    rows, columns = np.array(found.pairs).T
    costs = found.costs[rows, columns].tolist()
    is_backwards = found.is_backwards[rows, columns].tolist()
    limit = 2.0 * _median(costs)
    each = zip(found.pairs, costs, is_backwards, strict=True)
    return [(*pair, reverse) for pair, cost, reverse in each if cost <= limit]


def _fitted(left: Side, best: list[BestMatch], right: Side) -> Side:
    """The drawn units moved and scaled to lie on their `best` matches."""
    rows, columns, is_backwards = map(list, zip(*best, strict=True))
    forwards = _forwards(left.curves[rows], np.array(is_backwards, bool))
    scale, offset = fit(forwards, right.curves[columns], stretch=STRETCH)
    return Side(left.strokes, left.curves * scale + offset)


def _median(values: list[float]) -> float:
    """As NumPy's median, which takes longer for a few values than all the rest of a fit."""
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _forwards(ink: Array, is_backwards: npt.NDArray[np.bool_]) -> Array:
    """`ink` (S, K, 2) with the strokes reversed that are backwards (S,)."""
    return np.where(is_backwards[:, None, None], ink[:, ::-1], ink)


def _with_joins(left: Side, right: Side, found: Assigned) -> tuple[Side, Side, Assigned]:
    """Both sides after every join that lowers the total cost, best join first, and the pairs.

    `found`: before any join, and after it where there is none.
    """
    while True:
        pairs, costs = found.pairs, found.costs
        best: Option | None = None
        least = found.total - JOIN_COST
        if len(pairs) < len(right.strokes):
            options = _joins(left.units, right.units, costs, longest=MAX_RUN)
            best = min(options, key=lambda option: option[0], default=None)
        if len(pairs) < len(left.strokes):
            swapped = _joins(right.units, left.units, costs.T, longest=MAX_BREAK)
            others = [*([best] if best else []), *((c, b, a) for c, a, b in swapped)]
            best = min(others, key=lambda option: option[0], default=None)
        if best is None or best[0] >= least:
            return left, right, found
        left, right = (Side.of(units) for units in best[1:])
        found = assigned(left, right)


def _joins(whole: list[Unit], parts: list[Unit], costs: Array, *, longest: int) -> list[Option]:
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
        and parts[k + size - 1].strokes[0] - parts[k].strokes[0] == size - 1
    ]
    joined = [np.concatenate([unit.curve for unit in run]) for run in runs]
    curves = resample_all(joined, POINTS) if runs else ()
    return [
        Unit(tuple(unit.strokes[0] for unit in run), curve)
        for run, curve in zip(runs, curves, strict=True)
    ]


def _matching(
    left: Side, right: Side, pairs: Pairs, is_backwards: npt.NDArray[np.bool_]
) -> Matching:
    """The matches of `pairs` with their measures; units in no pair are extra or missing.

    `is_backwards`: (units of `left`, units of `right`).
    """
    matched_left, matched_right = {i for i, _ in pairs}, {j for _, j in pairs}
    matches = _matches(left, right, pairs, is_backwards)
    return Matching(
        tuple(sorted(matches, key=lambda match: match.drawn)),
        tuple(s for j, unit in enumerate(right.strokes) if j not in matched_right for s in unit),
        tuple(s for i, unit in enumerate(left.strokes) if i not in matched_left for s in unit),
    )


def _matches(
    left: Side, right: Side, pairs: Pairs, is_backwards: npt.NDArray[np.bool_]
) -> list[Match]:
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    is_reversed = is_backwards[rows, columns]
    ink, target = _forwards(left.curves[rows], is_reversed), right.curves[columns]
    shift = centres(ink) - right.measured.centres[columns]
    shape = mean(norms(ink - target - shift[:, None]), axis=1)
    target_lengths = right.measured.lengths[columns]
    is_tap = are_taps(ink) & (target_lengths <= DOT_LENGTH)
    if is_tap.any():
        nearest = tap_shifts(ink, target)[np.arange(len(ink)), np.arange(len(ink))]
        shift = np.where(is_tap[:, None], nearest, shift)
    place = norms(shift)
    ratio = (lengths(ink) + LENGTH_FLOOR) / (target_lengths + LENGTH_FLOOR)
    measures = zip(
        pairs,
        is_reversed.tolist(),
        place.tolist(),
        shape.tolist(),
        ratio.tolist(),
        map(tuple, shift.tolist()),
        is_tap.tolist(),
        strict=True,
    )
    return [Match(left.strokes[i], right.strokes[j], *rest) for (i, j), *rest in measures]
