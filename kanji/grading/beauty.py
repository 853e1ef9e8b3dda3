"""How well proportioned a character is, apart from whether it is right: four scores from 0 to 100.

Each compares what a teacher looks at with the reference: the strokes' relative lengths, the gaps
between neighbours, strokes that should run alike, and where the ink's weight lies. The four are of
the qualities that calligraphy assessment uses (survey: 10.1007/s00530-024-01396-8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, centres, lengths, resample, to_box
from kanji.matching.match import LEAST_SIDE, Matching

# The deviation that halves a score. Larger = more lenient.
LENGTHS = 0.25  # standard deviation of the logarithm of lengths over the reference's
GAPS = 0.10  # mean difference of neighbours' distances, in boxes
ANGLES = 0.14  # mean difference from parallel, radians
WEIGHT = 0.05  # distance of the ink's centre, in boxes
PARALLEL = 0.17  # radians within which strokes of the reference are alike
STRAIGHT = 0.93  # chord over length of a stroke that has a direction


@dataclass(frozen=True)
class Beauty:
    """From 0 to 100 each, None where a character has nothing of the kind, as 一 has no gaps."""

    proportions: float | None
    spacing: float | None
    parallelism: float | None
    balance: float

    def to_dict(self) -> dict[str, float | None]:
        """Rounded, as the API answers."""
        return {
            name: None if value is None else round(value, 1)
            for name, value in self.__dict__.items()
        }


def beauty(ink: Ink, reference: Reference, matching: Matching) -> Beauty | None:
    """The scores of a drawing whose strokes were matched; None where nothing matches."""
    pairs = [one for one in matching.matches if len(one.drawn) == len(one.reference) == 1]
    if not pairs:
        return None
    drawn = np.stack([resample(ink.strokes[one.drawn[0]].points, POINTS) for one in pairs])
    turned = np.array([one.is_backwards for one in pairs])
    drawn[turned] = drawn[turned, ::-1]
    wanted = np.stack([resample(reference.strokes[o.reference[0]].points, POINTS) for o in pairs])
    drawn, wanted = (to_box(curves, least_side=LEAST_SIDE) for curves in (drawn, wanted))
    return Beauty(
        _proportions(drawn, wanted),
        _spacing(drawn, wanted),
        _parallelism(drawn, wanted),
        _balance(drawn, wanted),
    )


def _score(deviation: float, half: float) -> float:
    return float(100 * 0.5 ** (deviation / half))


def _proportions(drawn: Array, wanted: Array) -> float | None:
    if len(drawn) < 2:
        return None
    ratio = np.log((lengths(drawn) + 0.05) / (lengths(wanted) + 0.05))
    return _score(float(ratio.std()), LENGTHS)


def _spacing(drawn: Array, wanted: Array) -> float | None:
    """The distances of each stroke from its nearest neighbour in the reference."""
    if len(drawn) < 2:
        return None
    ours, theirs = centres(drawn), centres(wanted)
    apart = np.linalg.norm(theirs[:, None] - theirs[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    near = apart.argmin(axis=1)
    gaps = np.linalg.norm(ours - ours[near], axis=1) - apart.min(axis=1)
    return _score(float(np.abs(gaps).mean()), GAPS)


def _parallelism(drawn: Array, wanted: Array) -> float | None:
    """How far strokes that are alike in the reference run apart."""
    chord = wanted[:, -1] - wanted[:, 0]
    straight = np.linalg.norm(chord, axis=1) > STRAIGHT * np.maximum(lengths(wanted), 1e-9)
    theirs = np.arctan2(chord[:, 1], chord[:, 0])
    ahead = drawn[:, -1] - drawn[:, 0]
    ours = np.arctan2(ahead[:, 1], ahead[:, 0])
    first, second = np.triu_indices(len(drawn), 1)
    alike = np.abs(_turn(theirs[first] - theirs[second])) < PARALLEL
    alike &= straight[first] & straight[second]
    if not alike.any():
        return None
    wanted_turn = _turn(theirs[first] - theirs[second])[alike]
    apart = np.abs(_turn(_turn(ours[first] - ours[second])[alike] - wanted_turn))
    return _score(float(apart.mean()), ANGLES)


def _balance(drawn: Array, wanted: Array) -> float:
    weights = (lengths(curves) + 1e-9 for curves in (drawn, wanted))
    ours, theirs = (
        (centres(curves) * of[:, None]).sum(axis=0) / of.sum()
        for curves, of in zip((drawn, wanted), weights, strict=True)
    )
    return _score(float(np.linalg.norm(ours - theirs)), WEIGHT)


def _turn(angle: Array) -> Array:
    """An angle from minus to plus half a turn."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
