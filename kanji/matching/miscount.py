"""Matching when one stroke is missing or extra and all others are in canonical order.

The assignment of `kanji.matching.match` ignores order. It fits the ink to the reference by pairs of
strokes that may be wrong when the counts differ. Here each position is tried at which one stroke
may be missing or extra, two may be joined, or one may be broken. The ink is fitted to the reference
again for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kanji.matching.costs import (
    JOIN_COST,
    POINTS,
    STRETCH,
    UNMATCHED_COST,
    Unit,
    pair_costs,
    short_join_costs,
)
from kanji.matching.geometry import Array, fit, resample

JOIN_FACTOR = 1.5  # times JOIN_COST; larger = more strokes count as missing, and fewer as joined


@dataclass(frozen=True)
class Miscount:
    """A match in which `drawn` and `reference` have one stroke more or less.

    `drawn`, already fitted to the reference, and `reference`: the units of either side. `pairs`:
    indexes into both, in canonical order. `cost`: the total cost.
    """

    drawn: list[Unit]
    reference: list[Unit]
    pairs: list[tuple[int, int]]
    cost: float


@dataclass(frozen=True)
class _Option:
    """One way to make up for the difference in number.

    `units`: those of the side with more strokes. `partners`: for each stroke of the other side, in
    order, the index of its unit. `joined`: the position in `partners` of the unit of two strokes,
    or None where one stroke is left out instead. `cost`: of the join or of what is left out.
    """

    units: list[Unit]
    partners: list[int]
    joined: int | None
    cost: float


def find_miscount(ink: Array, reference: Array) -> Miscount | None:
    """The cheapest match of `ink` (D, K, 2) with `reference` (R, K, 2), where D and R differ by 1.

    Both fill the unit box. Returns None where in every option some stroke does not fit.
    """
    longer = reference if len(ink) < len(reference) else ink
    options = (_fitted(ink, reference, option) for option in _options(longer))
    return min(
        (option for option in options if option), key=lambda option: option.cost, default=None
    )


def _options(longer: Array) -> Iterator[_Option]:
    """Each way to leave out one of the strokes of `longer` (S, K, 2), or to join two of them."""
    units = [Unit((n,), curve) for n, curve in enumerate(longer)]
    for k in range(len(longer)):
        partners = [n for n in range(len(longer)) if n != k]
        yield _Option(units, partners, None, UNMATCHED_COST)
    for k in range(len(longer) - 1):
        curve = resample(np.concatenate([longer[k], longer[k + 1]]), POINTS)
        joined = [*units[:k], Unit((k, k + 1), curve), *units[k + 2 :]]
        yield _Option(joined, list(range(len(joined))), k, JOIN_FACTOR * JOIN_COST)


def _fitted(ink: Array, reference: Array, option: _Option) -> Miscount | None:
    """The match by one option, or None where a stroke does not fit its partner."""
    is_short = len(ink) < len(reference)
    curves = np.stack([option.units[n].curve for n in option.partners])
    drawn, target = (ink, curves) if is_short else (curves, reference)
    scale, offset = fit(drawn, target, stretch=STRETCH)
    moved = drawn * scale + offset
    costs = pair_costs(moved, target)[0].diagonal()
    if costs.max() > UNMATCHED_COST:
        return None
    cost = option.cost
    if is_short and option.joined is not None:
        join = slice(option.joined, option.joined + 1)
        cost += float(short_join_costs(moved[join], target[join])[0, 0])
    single = [Unit((n,), curve) for n, curve in enumerate(ink if is_short else reference)]
    left, right = (single, option.units) if is_short else (option.units, single)
    left = [Unit(unit.strokes, unit.curve * scale + offset) for unit in left]
    pairs = [(n, k) if is_short else (k, n) for n, k in enumerate(option.partners)]
    return Miscount(left, right, pairs, cost + float(costs.sum()))
