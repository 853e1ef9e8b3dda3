"""What tells a slip of the pen from how much people vary anyway."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kanji.grading.variation import LENGTH_FLOOR, USUAL_STROKES
from kanji.matching.geometry import Array

# Slips that a teacher names: of place in boxes, times too long (or too short), and turn. A measure
# is told where such a slip explains it better than the writer's own spread does.
SLIP_PLACE, SLIP_LENGTH, SLIP_TURN = 0.15, 1.6, math.radians(20)
# Logarithm of the odds against a slip in place, length and turn of one stroke of a character of the
# usual size. Larger = lenient, most of all where people vary much.
ODDS = np.array([5.3, 3.2, 5.3])


@dataclass(frozen=True, eq=False)
class Slips:
    """What decides between a slip and the writer's own spread.

    `sizes`: (N, 3), of a slip in each stroke's place, length and turn, in their own units.
    `odds`: (3,), the logarithm of the odds against each.
    """

    sizes: Array
    odds: Array

    @classmethod
    def of(cls, lengths: Array) -> Slips:
        """The limits for all strokes of a character, by their lengths (N,) in boxes."""
        growth = np.log((SLIP_LENGTH * lengths + LENGTH_FLOOR) / (lengths + LENGTH_FLOOR))
        place, turn = np.full(len(lengths), SLIP_PLACE), np.full(len(lengths), SLIP_TURN)
        odds = ODDS + math.log(max(len(lengths), 2) / USUAL_STROKES)
        return cls(np.stack([place, growth, turn], axis=1), odds)

    def over(self, deviations: Array, variances: Array) -> Array:
        """(..., N, 3): place, length and turn over their limits.

        A slip of size s explains a deviation d of variance v better by exp((s d - s s / 2) / v)
        times (Neyman and Pearson), and one as large as d by exp(d d / 2 v); where the best of size
        s or more reaches the odds, d is at its limit. `deviations`: (..., N, 3), from 0; their
        `variances` too, the place's along its own deviation.
        """
        of_this_size = self.sizes / 2 + self.odds * variances / self.sizes
        of_its_size = np.sqrt(2 * self.odds * variances)
        limits = np.where(of_this_size > self.sizes, of_its_size, of_this_size)
        return np.asarray(deviations / limits)
