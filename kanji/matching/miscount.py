"""Matching when one stroke is missing or extra and all others are in canonical order.

The assignment of `kanji.matching.match` ignores order. It fits the ink to the reference by pairs of
strokes that may be wrong when the counts differ. Here each position is tried at which one stroke
may be missing or extra, two may be joined, or one may be broken. The ink is fitted to the reference
again for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from kanji.matching.geometry import Array, fit, resample_all

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

    @property
    def curves(self) -> Array:
        """The curve of each partner: (S, K, 2)."""
        return np.stack([self.units[n].curve for n in self.partners])


def find_miscount(ink: Array, reference: Array) -> Miscount | None:
    """The cheapest match of `ink` (D, K, 2) with `reference` (R, K, 2), where D and R differ by 1.

    Both fill the unit box. Returns None where in every option some stroke does not fit.
    """
    is_short = len(ink) < len(reference)
    shorter, longer = (ink, reference) if is_short else (reference, ink)
    options = list(_options(longer))
    partners = np.stack([option.curves for option in options])
    pair = (shorter[None], partners) if is_short else (partners, shorter[None])
    drawn, target = np.broadcast_arrays(*pair)
    fits = [fit(*one, stretch=STRETCH) for one in zip(drawn, target, strict=True)]
    scales, offsets = (np.array(part)[:, None, None] for part in zip(*fits, strict=True))
    totals = _totals(options, drawn * scales + offsets, target, is_short=is_short)
    best = int(totals.argmin())
    if not totals[best] < np.inf:
        return None
    option, cost = options[best], float(totals[best])
    single = [Unit((n,), curve) for n, curve in enumerate(shorter)]
    left, right = (single, option.units) if is_short else (option.units, single)
    left = [Unit(unit.strokes, unit.curve * scales[best, 0] + offsets[best, 0]) for unit in left]
    pairs = [(n, k) if is_short else (k, n) for n, k in enumerate(option.partners)]
    return Miscount(left, right, pairs, cost)


def _totals(options: Sequence[_Option], drawn: Array, target: Array, *, is_short: bool) -> Array:
    """The cost of each of O options, inf where a stroke does not fit: (O,).

    `drawn`, already fitted, and `target`: the pairs of each option, (O, S, K, 2).
    """
    costs = pair_costs(drawn[:, :, None], target[:, :, None])[0][:, :, 0, 0]
    totals = np.array([option.cost for option in options]) + costs.sum(axis=1)
    if is_short:
        joined = [(n, o.joined) for n, o in enumerate(options) if o.joined is not None]
        at = tuple(np.array(joined, np.int64).reshape(-1, 2).T)
        short = short_join_costs(drawn[at][:, None], target[at][:, None])
        totals[at[0]] += short[:, 0, 0]
    return np.where(costs.max(axis=1) > UNMATCHED_COST, np.inf, totals)


def _options(longer: Array) -> Iterator[_Option]:
    """Each way to leave out one of the strokes of `longer` (S, K, 2), or to join two of them."""
    units = [Unit((n,), curve) for n, curve in enumerate(longer)]
    for k in range(len(longer)):
        partners = [n for n in range(len(longer)) if n != k]
        yield _Option(units, partners, None, UNMATCHED_COST)
    neighbours = list(np.concatenate([longer[:-1], longer[1:]], axis=1))
    for k, curve in enumerate(resample_all(neighbours, POINTS)):
        joined = [*units[:k], Unit((k, k + 1), curve), *units[k + 2 :]]
        yield _Option(joined, list(range(len(joined))), k, JOIN_FACTOR * JOIN_COST)
