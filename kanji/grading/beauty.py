"""How well proportioned a character is, whether or not it is right: four scores from 0 to 100.

Each score compares the drawing with the reference in something that a teacher looks at: relative
lengths of strokes, gaps between neighbours, strokes that should be parallel, and the ink's centre
of gravity. The four are among the qualities that calligraphy assessment uses (survey:
10.1007/s00530-024-01396-8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.references.reference import Reference
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, centres, lengths, mean, norms, resample_all, to_box
from kanji.matching.match import Matching

# The deviation that halves each score. Larger = more lenient.
PROPORTIONS_HALF = 0.25  # standard deviation of the logarithms of drawn over reference lengths
SPACING_HALF = 0.10  # mean difference of neighbours' distances, in boxes
PARALLELISM_HALF = 0.14  # mean difference of angles, radians
BALANCE_HALF = 0.05  # distance of the ink's centres of gravity, in boxes

LENGTH_FLOOR = 0.05  # added to both lengths in their ratio, so that dots may vary more
PARALLEL = 0.17  # radians within which two strokes of the reference count as parallel
STRAIGHT = 0.93  # chord over length, above which a stroke of the reference has one direction

MODELS_KEPT = 300  # of about 1 kB each; more = faster for many characters

Indexes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Beauty:
    """Scores from 0 to 100; None where a score does not apply, as 一 has no gaps."""

    proportions: float | None
    spacing: float | None
    parallelism: float | None
    balance: float

    def to_dict(self) -> dict[str, float | None]:
        """The scores with one decimal, for the JSON answer."""
        return {
            name: None if value is None else round(value, 1)
            for name, value in self.__dict__.items()
        }


def beauty(reference: Reference, matching: Matching) -> Beauty | None:
    """The scores of a drawing, by the strokes that match one to one; None where there are none."""
    pairs = [one for one in matching.matches if len(one.drawn) == len(one.reference) == 1]
    if not pairs:
        return None
    drawn = matching.ink[[one.drawn[0] for one in pairs]]
    is_backwards = np.array([one.is_backwards for one in pairs])
    drawn[is_backwards] = drawn[is_backwards, ::-1]
    own = Written.of(to_box(drawn))
    target = _model(reference, tuple(one.reference[0] for one in pairs))
    return Beauty(
        _proportions(own, target),
        _spacing(own, target),
        _parallelism(own, target),
        _balance(own, target),
    )


class Written(NamedTuple):
    """What is measured of S strokes in the unit box.

    `lengths`: (S,); `centres`: (S, 2); `angles`: (S,), of the chords, in radians; `gravity`: (2,),
    the mean of the centres, weighted by length.
    """

    lengths: Array
    centres: Array
    angles: Array
    gravity: Array

    @classmethod
    def of(cls, curves: Array) -> Written:
        """Of `curves` (S, POINTS, 2)."""
        chord = curves[:, -1] - curves[:, 0]
        along, middle = lengths(curves), centres(curves)
        weights = along + 1e-9
        gravity = (middle * weights[:, None]).sum(axis=0) / weights.sum()
        return cls(along, middle, np.arctan2(chord[:, 1], chord[:, 0]), gravity)


class Model(NamedTuple):
    """Strokes of a reference.

    `nearest`: (S,), the nearest other stroke of each, and `gaps`, how far it is. `parallel`:
    (2, P), the pairs of strokes that are parallel, and `between`, (P,), their angles.
    """

    written: Written
    nearest: Indexes
    gaps: Array
    parallel: Indexes
    between: Array


@lru_cache(maxsize=MODELS_KEPT)
def _model(reference: Reference, strokes: tuple[int, ...]) -> Model:
    curves = to_box(resample_all([reference.strokes[n].points for n in strokes], POINTS))
    written = Written.of(curves)
    distances = norms(written.centres[:, None] - written.centres[None])
    np.fill_diagonal(distances, np.inf)
    chord = curves[:, -1] - curves[:, 0]
    is_straight = norms(chord) > STRAIGHT * np.maximum(written.lengths, 1e-9)
    pairs = np.stack(np.triu_indices(len(curves), 1))
    between = _between(written, pairs)
    is_parallel = (np.abs(between) < PARALLEL) & is_straight[pairs].all(axis=0)
    return Model(
        written,
        distances.argmin(axis=1),
        distances.min(axis=1),
        pairs[:, is_parallel],
        between[is_parallel],
    )


def _score(deviation: float, half: float) -> float:
    return float(100 * 0.5 ** (deviation / half))


def _proportions(drawn: Written, target: Model) -> float | None:
    """By how much the ratios of drawn to reference lengths vary."""
    if len(drawn.lengths) < 2:
        return None
    ratio = np.log((drawn.lengths + LENGTH_FLOOR) / (target.written.lengths + LENGTH_FLOOR))
    return _score(float(ratio.std()), PROPORTIONS_HALF)


def _spacing(drawn: Written, target: Model) -> float | None:
    """By how much the gaps differ between strokes that are nearest neighbours in the reference."""
    if len(drawn.lengths) < 2:
        return None
    gaps = norms(drawn.centres - drawn.centres[target.nearest])
    return _score(float(mean(np.abs(gaps - target.gaps))), SPACING_HALF)


def _parallelism(drawn: Written, target: Model) -> float | None:
    """By how much the angles differ between strokes that are parallel in the reference."""
    if not target.between.size:
        return None
    differences = np.abs(_wrapped(_between(drawn, target.parallel) - target.between))
    return _score(float(mean(differences)), PARALLELISM_HALF)


def _balance(drawn: Written, target: Model) -> float:
    """How far the centre of gravity of the ink is from that of the reference."""
    return _score(math.dist(drawn.gravity, target.written.gravity), BALANCE_HALF)


def _between(written: Written, pairs: Indexes) -> Array:
    """The angles (P,) between strokes, of `pairs` (2, P)."""
    first, second = written.angles[pairs]
    return _wrapped(first - second)


def _wrapped(angle: Array) -> Array:
    """An angle in radians, between minus and plus half a turn."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
