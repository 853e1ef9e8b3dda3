"""What tells a slip of the pen from how much people vary anyway."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kanji.grading.variation import LENGTH_FLOOR, USUAL_STROKES
from kanji.matching.geometry import Array, norms

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

    def at(self, strokes: npt.NDArray[np.int64]) -> Slips:
        """The limits of some of the strokes (M,)."""
        return Slips(self.sizes[strokes], self.odds)

    def over(
        self, deviation: Array, place_covariance: Array, variances: Array, neatness: Array
    ) -> Array:
        """(N, 3): place, length and turn over their limits.

        A slip of size s explains a deviation d of variance v better by exp((s d - s s / 2) / v)
        times (Neyman and Pearson), and one as large as d by exp(d d / 2 v); where the best of size
        s or more reaches the odds, d is at its limit. `deviation`: (N, 4). `place_covariance`:
        (N, 2, 2), and `variances`: (N, 2), of length and turn; both of a writer of `neatness`
        (N, 1) 1.
        """
        place = norms(deviation[:, :2])
        squares = np.maximum(mahalanobis(deviation[:, :2], place_covariance), 1e-12)
        size = np.stack([place, *np.abs(deviation[:, 2:]).T], axis=1)
        spread = np.stack([place**2 / squares, *variances.T], axis=1) * neatness**2
        of_this_size = self.sizes / 2 + self.odds * spread / self.sizes
        limits = np.where(of_this_size > self.sizes, np.sqrt(2 * self.odds * spread), of_this_size)
        return np.asarray(size / limits)


def mahalanobis(residual: Array, covariance: Array) -> Array:
    """The squared Mahalanobis distances (N,) of `residual` (N, D) by `covariance` (N, D, D)."""
    solved = np.linalg.solve(covariance, residual[..., None])[..., 0]
    return np.asarray((residual * solved).sum(axis=1))
