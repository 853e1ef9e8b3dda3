"""A second look at an ink that is read with doubt.

The network reads it again as if it were tilted, wider or narrower; then `matching.match` compares
its strokes with the best candidates' canonical ones, whatever their order. Where the network is
sure nothing else is asked, so that the common case costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from data.ink import Ink, Points, Stroke
from data.references.reference import Reference
from kanji.matching.match import match
from kanji.recognizer.recognize import Candidate, Reader, Recognition

DOUBTED = 0.995  # share of the best candidate below which it is doubted; larger = more second looks
TILT, STRETCH, SLANT = np.radians(5), 1.14, 0.1  # of the copies; larger = less like what was drawn
LIFTED = 0.65  # drawn strokes over the best's, below which ink is cursive; larger = fewer looks
LOOKED_AT = 6  # candidates that are compared; larger = slower
# Six numbers set by messy ink of people, and checked on a careful writer's:
# `python -m tests.bench.rereading [--fit]`. Synthetic ink would trust the distance too little.
TRUST = 0.45  # of the network's logarithm of the probability
WEIGHTS = (35.0, 2.0, 2.0, 1.7, 0.8)  # against distance, missing, extra, joined, reversed strokes


def recognize(
    reader: Reader,
    ink: Ink,
    references: Mapping[str, Reference],
    *,
    top: int = 10,
    candidates: Collection[str] | None = None,
) -> Recognition:
    """As `Recognizer.recognize`, and where in doubt copies read too and strokes compared.

    A doubted ink takes several times as long. Where one of the first candidates has no reference
    no strokes are compared. Raises RecognizerMissing as `Recognizer.recognize` does.
    """
    most = max(top, LOOKED_AT)
    found = reader.recognize(ink, top=most, candidates=candidates)
    if found.best.probability < DOUBTED * (1 - found.none):
        found = reader.recognize(ink, *copies(ink), top=most, candidates=candidates)
        found = Recognition(_compared(ink, found.candidates, references), found.none)
    return Recognition(found.candidates[:top], found.none)


def copies(ink: Ink) -> tuple[Ink, ...]:
    """The ink tilted, stretched and slanted, each both ways."""
    return tuple(_moved(ink, matrix) for matrix in _COPIES)


def _moved(ink: Ink, matrix: Points) -> Ink:
    return Ink(tuple(Stroke(stroke.points @ matrix.T) for stroke in ink.strokes))


_COPIES = np.array(
    [[[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in (TILT, -TILT)]
    + [[[width, 0], [0, 1]] for width in (STRETCH, 1 / STRETCH)]
    + [[[1, shear], [0, 1]] for shear in (SLANT, -SLANT)],
    np.float32,
)


def _compared(
    ink: Ink, ranked: tuple[Candidate, ...], references: Mapping[str, Reference]
) -> tuple[Candidate, ...]:
    """The first LOOKED_AT share what probability they have anew."""
    first = ranked[:LOOKED_AT]
    if any(one.character not in references for one in first):
        return ranked
    if len(ink.strokes) < LIFTED * len(references[first[0].character].strokes):
        return ranked  # of joined strokes the matching knows less than the network
    prior = np.log([max(one.probability, 1e-9) for one in first])
    apart = np.array([misfit(ink, references[one.character]) for one in first])
    scores = TRUST * prior - apart @ np.array(WEIGHTS)
    shares = np.exp(scores - scores.max())
    shares *= sum(one.probability for one in first) / shares.sum()
    anew = [Candidate(one.character, float(p)) for one, p in zip(first, shares, strict=True)]
    rest = ranked[LOOKED_AT:]
    return tuple(sorted([*anew, *rest], key=lambda one: -one.probability))


def misfit(ink: Ink, reference: Reference) -> tuple[float, ...]:
    """What WEIGHTS weigh: mean distance of the strokes in boxes, and four counts of them."""
    found = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
    distance = sum(one.distance for one in found.matches)
    strokes = max(len(ink.strokes), len(reference.strokes))
    joins = sum(len(one.reference) + len(one.drawn) - 2 for one in found.matches)
    turned = sum(one.is_backwards for one in found.matches)
    return distance / strokes, len(found.missing), len(found.extra), joins, turned
