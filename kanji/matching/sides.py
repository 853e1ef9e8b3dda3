"""The two sides of a matching, drawn strokes and reference strokes, and the pairs of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kanji.matching.costs import POINTS, Unit, assign, pair_costs, stacked
from kanji.matching.geometry import Array, Curve, Measured, resample_all, to_box
from kanji.matching.rings import is_ring

# References that are kept as they are compared; each takes about 9 kB, and 0.1 ms to make again.
MOST_TARGETS = 300

Pairs = list[tuple[int, int]]  # indexes of a drawn unit and of its reference unit


@dataclass(frozen=True, eq=False)
class Side:
    """Units as arrays: `strokes`, the indexes of each; `curves`, (S, POINTS, 2)."""

    strokes: list[tuple[int, ...]]
    curves: Array

    @classmethod
    def of(cls, units: list[Unit]) -> Side:
        """The side of these units."""
        return cls([unit.strokes for unit in units], stacked(units))

    @classmethod
    def of_strokes(cls, curves: Array) -> Side:
        """The side whose units are single strokes."""
        return cls([(n,) for n in range(len(curves))], curves)

    @cached_property
    def measured(self) -> Measured:
        """The curves, measured once."""
        return Measured(self.curves)

    @property
    def units(self) -> list[Unit]:
        """The units one by one, as they are joined."""
        return [Unit(*one) for one in zip(self.strokes, self.curves, strict=True)]


class Assigned(NamedTuple):
    """The costs of all pairs, (D, R); which are backwards; the cheapest pairs; their total cost."""

    costs: Array
    is_backwards: npt.NDArray[np.bool_]
    pairs: Pairs
    total: float


def assigned(left: Side, right: Side) -> Assigned:
    """The cheapest pairs of the drawn units `left` and the reference's units `right`."""
    costs, is_backwards = pair_costs(left.curves, right.measured)
    return Assigned(costs, is_backwards, *assign(costs))


class Target(NamedTuple):
    """The reference curves as drawings are compared with them.

    `resampled`: (R, POINTS, 2). `side`: these in their box. `rings`: which of the curves are rings.
    """

    curves: tuple[Curve, ...]
    resampled: Array
    side: Side
    rings: frozenset[int]


def target_of(reference: Sequence[Curve]) -> Target:
    """The target of reference curves. It is kept where nobody can change the curves."""
    key = tuple(map(id, reference))
    if key not in _targets:
        resampled = resample_all(reference, POINTS)
        rings = frozenset(n for n, one in enumerate(reference) if is_ring(one))
        target = Target(tuple(reference), resampled, Side.of_strokes(to_box(resampled)), rings)
        if any(curve.flags.writeable for curve in reference):
            return target
        if len(_targets) >= MOST_TARGETS:
            _targets.clear()
        _targets[key] = target
        return target
    return _targets[key]


# By the identities of the curves, which stay theirs as long as the target holds the curves.
_targets: dict[tuple[int, ...], Target] = {}
