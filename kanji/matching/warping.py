"""Dynamic time warping of pen paths along chains of points, many at a time.

One row of the dynamic programme is a handful of array operations, whatever the number of paths. So
the paths of a block of inks are warped together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kanji.matching.geometry import Array

DIRECTION_WEIGHT = 0.12  # larger = the direction counts more, compared with the place
FREE_SKIP = 2  # points of the chain that may be skipped in one step at no cost
SKIP_COST = 0.035  # of each further point; larger = fewer strokes count as missing
TOGETHER = 64  # paths that are warped at a time

Indexes = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Course:
    """Points (N, 2) on several curves: `curve` (N,), the curve of each point, in order."""

    points: Array
    curve: Indexes

    def headings(self) -> Array:
        """The unit direction at each point along its curve: (N, 2)."""
        step = np.zeros_like(self.points)
        is_same = self.curve[1:] == self.curve[:-1]
        moved = np.diff(self.points, axis=0)
        step[:-1][is_same] += moved[is_same]
        step[1:][is_same] += moved[is_same]
        length = np.sqrt(step[:, :1] ** 2 + step[:, 1:] ** 2)
        return np.asarray(step / np.maximum(length, 1e-9))


def warped(paths: Sequence[Course], chains: Sequence[Course]) -> list[Indexes]:
    """For each path (N points) the point of its chain (M) at each of its points, ascending: (N,).

    The sum of distances, differences in direction and skipped points is minimal.
    """
    places: list[Indexes] = [np.zeros(0, np.int64)] * len(paths)
    for group in _groups([len(chain.points) for chain in chains]):
        found = _warped_together([_costs(paths[n], chains[n]) for n in group])
        for n, place in zip(group, found, strict=True):
            places[n] = place
    return places


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indexes of at most TOGETHER chains of similar lengths."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for first in range(0, len(order), TOGETHER):
        yield order[first : first + TOGETHER]


def _costs(path: Course, chain: Course) -> Costs:
    """What each point of a path costs at each point of the chain: (N, M)."""
    of_path, of_chain = path.points.astype(np.float32), chain.points.astype(np.float32)
    cost = (of_path[:, :1] - of_chain[:, 0]) ** 2
    cost += (of_path[:, 1:] - of_chain[:, 1]) ** 2
    np.sqrt(cost, out=cost)
    cost += DIRECTION_WEIGHT
    weighted = (DIRECTION_WEIGHT * path.headings()).astype(np.float32)
    cost -= weighted @ chain.headings().T.astype(np.float32)
    return cost


def _warped_together(costs: Sequence[Costs]) -> list[Indexes]:
    """The cheapest ascending places for each matrix (N, M) of costs."""
    lengths = np.array([len(cost) for cost in costs])
    ends = np.array([cost.shape[1] - 1 for cost in costs])
    totals = np.full((lengths.max(), ends.max() + 1, len(costs)), np.inf, np.float32)
    for n, cost in enumerate(costs):
        totals[: len(cost), : cost.shape[1], n] = cost
    skipped = _skip_costs(np.arange(totals.shape[1]) + 1)
    totals[0] += skipped[:, None]
    for before, row in zip(totals, totals[1:], strict=False):
        row += _best_steps(before)
    # The points of the chain that are left when the path ends are skipped too.
    left = ends - np.arange(totals.shape[1])[:, None]
    last = totals[lengths - 1, :, np.arange(len(costs))].T + _skip_costs(left + 1)
    return _traced(totals, lengths, np.argmin(last, axis=0))


def _skip_costs(steps: Indexes) -> Costs:
    """What it costs to go ahead by `steps` points, before the first and after the last point."""
    return np.asarray(SKIP_COST * np.maximum(steps - 1 - FREE_SKIP, 0), np.float32)


def _best_steps(totals: Costs) -> Costs:
    """The least cost (M, B) of getting to each place in one step from `totals` (M, B)."""
    # The least over steps of any length, as a running minimum: a skip costs by its length.
    ramp = np.asarray(SKIP_COST * np.arange(len(totals)), np.float32)[:, None]
    best = np.minimum.accumulate(totals - ramp, axis=0)
    best += ramp
    for step in range(FREE_SKIP + 1):
        ahead = best[step:]
        np.minimum(ahead, totals[: len(ahead)], out=ahead)
    return best


def _traced(totals: Costs, lengths: Indexes, last: Indexes) -> list[Indexes]:
    """The places of each path, from the one where it ends back to its first point."""
    count, chain, paths = totals.shape
    steps = np.arange(-chain + 1, chain)
    price = np.asarray(np.where(steps <= FREE_SKIP, 0, SKIP_COST * steps), np.float32)
    price[steps < 0] = np.inf
    places = np.zeros((count, paths), np.int64)
    places[lengths - 1, np.arange(paths)] = last
    froms = np.arange(chain)[:, None]
    for row in range(count - 1, 0, -1):
        from_each = totals[row - 1] + price[places[row] - froms + chain - 1]
        before = np.argmin(from_each, axis=0)
        places[row - 1] = np.where(row < lengths, before, places[row - 1])
    return [places[:length, n] for n, length in enumerate(lengths.tolist())]
