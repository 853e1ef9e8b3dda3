"""Recognition with a second look at ink that the network is not sure about.

The network reads distorted copies of the ink: tilted, stretched and slanted. Then
`matching.match` compares the drawn strokes with the canonical strokes of the best candidates,
whatever their order. Where the network is sure, nothing more is computed, so that the common case
costs nothing extra.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.ink import Ink, Points, Stroke
from data.references.reference import Reference
from kanji.matching.match import match
from kanji.recognizer.candidates import candidates_of_kind, kana_and_marks
from kanji.recognizer.recognize import (
    Candidate,
    Reader,
    Recognition,
    clear_reading,
    sure_reading,
)

# The network is sure if the best candidate has at least this fraction of the probability of all
# candidates; larger = more second looks.
SURE_FRACTION = 0.995
# Of the distorted copies: tilt in radians, factor of width, shear; larger = less like the ink.
TILT, STRETCH, SLANT = np.radians(5), 1.14, 0.1
# Drawn strokes over those of the best candidate; ink with a lower ratio is cursive, and its strokes
# are not compared, unless only one is missing. Larger = fewer comparisons.
MIN_STROKE_RATIO = 0.65
COMPARED = 6  # how many candidates are compared by their strokes; larger = slower
# These six weights were fitted to messy handwriting of people and checked on that of a careful
# writer: `python -m tests.bench.rereading [--fit]`. Fitted to synthetic ink, the weight of the
# distance would be too small.
NETWORK_WEIGHT = 0.45  # of the logarithm of the network's probability
# Of what `misfit` returns: distance, missing, extra, joined and reversed strokes.
MISFIT_WEIGHTS = (35.0, 2.0, 2.0, 1.7, 0.8)
# By which these are multiplied for kana: people bend the few strokes of a kana more than those of a
# kanji. Fitted to synthetic ink of learners (`python -m tests.bench.kana`).
KANA_MISFIT = 0.25
PROBABILITY_FLOOR = 1e-9  # so that the logarithm is finite

Array = npt.NDArray[np.float64]


def recognize(
    reader: Reader,
    ink: Ink,
    references: Mapping[str, Reference],
    *,
    top: int = 10,
    candidates: Collection[str] | None = None,
) -> Recognition:
    """Like `Recognizer.recognize`, with a second look where the network is not sure.

    A second look takes several times as long. The strokes are not compared if one of the best
    COMPARED candidates has no reference. Raises UnknownCandidates as `Recognizer.recognize` does.
    """
    count = max(top, COMPARED)
    answer = reader.recognize(ink, top=count, candidates=candidates)
    if is_doubtful(answer):
        answer = reader.recognize(ink, *distorted(ink), top=count, candidates=candidates)
        answer = replace(answer, candidates=_reranked(ink, answer.candidates, references))
    return replace(answer, candidates=answer.candidates[:top])


def careful_reading(
    reader: Reader, ink: Ink, target: str, references: Mapping[str, Reference]
) -> str | None:
    """Like `sure_reading`, but `target` where a second look at another reading is sure of it.

    This is what `grade` takes as `read_as`. An ink that reads as its target costs nothing more.
    """
    first = sure_reading(reader, ink, target)
    if first in (None, target):
        return first
    candidates = candidates_of_kind(target, reader.labels)
    answer = reader.recognize(ink, *distorted(ink), top=COMPARED, candidates=candidates)
    if all(one.character != target for one in answer.candidates):
        return first  # no comparison of strokes brings in what is not among them
    second = clear_reading(_reranked(ink, answer.candidates, references), target)
    return target if second == target else first


def is_doubtful(answer: Recognition) -> bool:
    """Whether the network's answer calls for a second look."""
    return answer.best.probability < SURE_FRACTION * (1 - answer.none - answer.outside)


def distorted(ink: Ink) -> tuple[Ink, ...]:
    """Six copies of the ink: tilted, stretched and slanted, each in both directions."""
    return tuple(_transformed(ink, matrix) for matrix in _DISTORTIONS)


def _transformed(ink: Ink, matrix: Points) -> Ink:
    return Ink(tuple(Stroke(stroke.points @ matrix.T) for stroke in ink.strokes))


_DISTORTIONS = np.array(
    [[[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in (TILT, -TILT)]
    + [[[width, 0], [0, 1]] for width in (STRETCH, 1 / STRETCH)]
    + [[[1, shear], [0, 1]] for shear in (SLANT, -SLANT)],
    np.float32,
)


def _reranked(
    ink: Ink, ranked: tuple[Candidate, ...], references: Mapping[str, Reference]
) -> tuple[Candidate, ...]:
    """Distributes the probability of the first COMPARED candidates by how their strokes fit."""
    first, rest = ranked[:COMPARED], ranked[COMPARED:]
    if any(one.character not in references for one in first):
        return ranked
    expected = len(references[first[0].character].strokes)
    if len(ink.strokes) < min(MIN_STROKE_RATIO * expected, expected - 1):
        return ranked  # the network reads joined strokes better than the matching does
    log_probabilities, misfits = evidence(ink, first, references)
    factor = KANA_MISFIT if first[0].character in kana_and_marks() else 1.0
    scores = NETWORK_WEIGHT * log_probabilities - factor * (misfits @ np.array(MISFIT_WEIGHTS))
    weights = np.exp(scores - scores.max())
    weights *= sum(one.probability for one in first) / weights.sum()
    reranked = [Candidate(one.character, float(p)) for one, p in zip(first, weights, strict=True)]
    return tuple(sorted([*reranked, *rest], key=lambda one: -one.probability))


def evidence(
    ink: Ink, candidates: tuple[Candidate, ...], references: Mapping[str, Reference]
) -> tuple[Array, Array]:
    """For N candidates the logarithm of their probability, (N,), and their misfit, (N, 5)."""
    probabilities = [max(one.probability, PROBABILITY_FLOOR) for one in candidates]
    misfits = [misfit(ink, references[one.character]) for one in candidates]
    return np.log(probabilities), np.array(misfits)


def misfit(ink: Ink, reference: Reference) -> tuple[float, ...]:
    """How badly the strokes of an ink fit a reference: five numbers, weighed by MISFIT_WEIGHTS.

    The mean distance per stroke, in boxes, and the counts of missing, extra, joined and reversed
    strokes.
    """
    matching = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
    distance = sum(one.distance for one in matching.matches)
    strokes = max(len(ink.strokes), len(reference.strokes))
    joins = sum(len(one.reference) + len(one.drawn) - 2 for one in matching.matches)
    reversals = sum(one.is_backwards for one in matching.matches)
    return distance / strokes, len(matching.missing), len(matching.extra), joins, reversals
