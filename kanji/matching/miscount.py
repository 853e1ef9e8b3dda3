"""One stroke too few or too many, in the canonical order otherwise.

The assignment is free of any order, and lays the ink on the reference by strokes that may be the
wrong ones. Here every place is tried where a stroke may lack or be one too many, or where two may
be joined or one broken; the ink is laid on the reference anew for each.
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
    shortness,
)
from kanji.matching.geometry import Array, fit, resample

JOIN_IN_TURN = 1.5  # times JOIN_COST; larger = more strokes are missing, and fewer are joined


@dataclass(frozen=True)
class Reading:
    """Units of the drawn strokes and of the reference's, those that are pairs, and the cost."""

    left: list[Unit]
    right: list[Unit]
    pairs: list[tuple[int, int]]
    cost: float


def in_turn(ink: Array, wanted: Array) -> Reading | None:
    """The cheapest reading of `ink` (D, K, 2) as `wanted` (R, K, 2), where D and R differ by one.

    Both lie in their boxes. None where some stroke fits in no reading.
    """
    is_short = len(ink) < len(wanted)
    fewer, more = (ink, wanted) if is_short else (wanted, ink)
    found: list[Reading] = []
    for units, pairs, cost in _ways(more):
        curves = np.stack([units[at].curve for at in pairs])
        drawn, of = (fewer, curves) if is_short else (curves, fewer)
        scale, offset = fit(drawn, of, stretch=STRETCH)
        each = pair_costs(drawn * scale + offset, of)[0].diagonal()
        if each.max() > UNMATCHED_COST:
            continue
        joined = next((n for n, at in enumerate(pairs) if len(units[at].strokes) > 1), None)
        if is_short and joined is not None:
            at = slice(joined, joined + 1)
            cost += float(shortness(drawn[at] * scale + offset, of[at])[0, 0])
        whole = [Unit((n,), curve) for n, curve in enumerate(fewer)]
        left, right = (whole, units) if is_short else (units, whole)
        left = [Unit(unit.strokes, unit.curve * scale + offset) for unit in left]
        both = [(n, at) if is_short else (at, n) for n, at in enumerate(pairs)]
        found.append(Reading(left, right, both, cost + float(each.sum())))
    return min(found, key=lambda reading: reading.cost, default=None)


def _ways(more: Array) -> Iterator[tuple[list[Unit], list[int], float]]:
    """Units of the longer side, those that the other's strokes are in turn, and what it costs."""
    units = [Unit((n,), curve) for n, curve in enumerate(more)]
    for at in range(len(more)):
        yield units, [n for n in range(len(more)) if n != at], UNMATCHED_COST
    for at in range(len(more) - 1):
        curve = resample(np.concatenate([more[at], more[at + 1]]), POINTS)
        run = [*units[:at], Unit((at, at + 1), curve), *units[at + 2 :]]
        yield run, list(range(len(run))), JOIN_IN_TURN * JOIN_COST
