"""How well proportioned a character is, whether or not it is right: four scores from 0 to 100.

Each score compares the drawing with the reference in something that a teacher looks at: relative
lengths of strokes, gaps between neighbours, strokes that should be parallel, and the ink's centre
of gravity. The four are among the qualities that calligraphy assessment uses (survey:
10.1007/s00530-024-01396-8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.references.reference import Reference
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, centres, lengths, resample_all, to_box
from kanji.matching.match import Matching

# The deviation that halves each score. Larger = more lenient.
PROPORTIONS_HALF = 0.25  # standard deviation of the logarithms of drawn over reference lengths
SPACING_HALF = 0.10  # mean difference of neighbours' distances, in boxes
PARALLELISM_HALF = 0.14  # mean difference of angles, radians
BALANCE_HALF = 0.05  # distance of the ink's centres of gravity, in boxes

LENGTH_FLOOR = 0.05  # added to both lengths in their ratio, so that dots may vary more
PARALLEL = 0.17  # radians within which two strokes of the reference count as parallel
STRAIGHT = 0.93  # chord over length, above which a stroke of the reference has one direction


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
    target = resample_all([reference.strokes[o.reference[0]].points for o in pairs], POINTS)
    drawn, target = to_box(drawn), to_box(target)
    return Beauty(
        _proportions(drawn, target),
        _spacing(drawn, target),
        _parallelism(drawn, target),
        _balance(drawn, target),
    )


# Below, `drawn` and `target` are (S, POINTS, 2) in the unit box, stroke by stroke.


def _score(deviation: float, half: float) -> float:
    return float(100 * 0.5 ** (deviation / half))


def _proportions(drawn: Array, target: Array) -> float | None:
    """By how much the ratios of drawn to reference lengths vary."""
    if len(drawn) < 2:
        return None
    ratio = np.log((lengths(drawn) + LENGTH_FLOOR) / (lengths(target) + LENGTH_FLOOR))
    return _score(float(ratio.std()), PROPORTIONS_HALF)


def _spacing(drawn: Array, target: Array) -> float | None:
    """By how much the gaps differ between strokes that are nearest neighbours in the reference."""
    if len(drawn) < 2:
        return None
    drawn_centres, target_centres = centres(drawn), centres(target)
    distances = np.linalg.norm(target_centres[:, None] - target_centres[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    gaps = np.linalg.norm(drawn_centres - drawn_centres[nearest], axis=1)
    return _score(float(np.abs(gaps - distances.min(axis=1)).mean()), SPACING_HALF)


def _parallelism(drawn: Array, target: Array) -> float | None:
    """By how much the angles differ between strokes that are parallel in the reference."""
    chord = target[:, -1] - target[:, 0]
    is_straight = np.linalg.norm(chord, axis=1) > STRAIGHT * np.maximum(lengths(target), 1e-9)
    first, second = np.triu_indices(len(drawn), 1)
    target_angles = _angles(target)
    between = _wrapped(target_angles[first] - target_angles[second])
    is_parallel = np.abs(between) < PARALLEL
    is_parallel &= is_straight[first] & is_straight[second]
    if not is_parallel.any():
        return None
    drawn_angles = _angles(drawn)
    drawn_between = _wrapped(drawn_angles[first] - drawn_angles[second])
    differences = np.abs(_wrapped(drawn_between[is_parallel] - between[is_parallel]))
    return _score(float(differences.mean()), PARALLELISM_HALF)


def _balance(drawn: Array, target: Array) -> float:
    """How far the centre of gravity of the ink is from that of the reference."""
    distance = np.linalg.norm(_centre_of_gravity(drawn) - _centre_of_gravity(target))
    return _score(float(distance), BALANCE_HALF)


def _centre_of_gravity(curves: Array) -> Array:
    """The mean of the strokes' centres, weighted by length: (2,)."""
    weights = lengths(curves) + 1e-9
    return np.asarray((centres(curves) * weights[:, None]).sum(axis=0) / weights.sum())


def _angles(curves: Array) -> Array:
    """The angle of each chord, in radians: (S,)."""
    chord = curves[:, -1] - curves[:, 0]
    return np.asarray(np.arctan2(chord[:, 1], chord[:, 0]))


def _wrapped(angle: Array) -> Array:
    """An angle in radians, between minus and plus half a turn."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
