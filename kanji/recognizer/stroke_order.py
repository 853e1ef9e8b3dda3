"""Which canonical stroke each drawn stroke is, as the recognizer's LSTM reads it.

The network turns every sample of an ink into a place in a space where samples of the same stroke
lie together, in whatever order and direction they were drawn. The reference's own strokes pass
through the same network, so that a character that it was never trained on can be read as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from data.ink import Ink
from data.ink.sequence import StrokeSequences, joined, stroke_sequences
from data.references.reference import Reference
from kanji.matching.match import on_wire
from kanji.recognizer.recognize import Recognizer

CHANGE_COST = 4.0  # of passing to another stroke without a pen lift; larger = fewer are joined
AGAIN_COST = 2.0  # of a stroke drawn again; larger = a doubtful stroke is rather another one
WORST = 8.0  # costs are no larger, so that one stroke cannot turn the whole assignment
STRANGE = 30.0  # half a squared distance; a stroke that far from all others is none of them

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StrokeReading:
    """The reference strokes that a drawn stroke is, in the order drawn; none where it is no one's.

    More than one where the pen was not lifted between them. `probability`: of that reading.
    """

    reference: tuple[int, ...]
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """`reference` is an index, a list where strokes were joined, or None."""
        return {"reference": on_wire(self.reference), "probability": round(self.probability, 4)}


def read_strokes(
    recognizer: Recognizer, ink: Ink, reference: Reference
) -> tuple[StrokeReading, ...]:
    """Each drawn stroke of `ink`, an attempt at `reference`, in the order drawn."""
    drawn, wanted = stroke_sequences([ink]), stroke_sequences([reference.drawn()])
    distances = _distances(recognizer, drawn, wanted)
    likelihood = -distances
    scores = likelihood - np.logaddexp.reduce(likelihood, axis=1, keepdims=True)
    strokes = drawn.strokes[0]
    pieces = [
        piece
        for stroke in range(len(ink.strokes))
        for piece in _pieces(np.flatnonzero(strokes == stroke), scores)
    ]
    costs = np.stack([np.minimum(-scores[piece].mean(axis=0), WORST) for piece in pieces])
    near = np.array([distances[piece].mean(axis=0).min() < STRANGE for piece in pieces])
    found: list[list[int]] = [[] for _ in ink.strokes]
    sure = np.ones(len(ink.strokes))
    for number, column in _assigned(costs, near):
        stroke = int(strokes[pieces[number][0]])
        found[stroke].append(column)
        sure[stroke] = min(sure[stroke], np.exp(-costs[number, column]))
    return tuple(
        StrokeReading(tuple(dict.fromkeys(of)), float(probability) if of else 0.0)
        for of, probability in zip(found, sure, strict=True)
    )


def _distances(recognizer: Recognizer, drawn: StrokeSequences, wanted: StrokeSequences) -> Array:
    """Half the squared distance of each sample from each reference stroke's mean: (STEPS, K)."""
    samples, canonical = recognizer.run(joined([drawn, wanted])).samples.astype(np.float64)
    strokes = wanted.strokes[0]
    centres = np.stack([canonical[strokes == k].mean(axis=0) for k in range(strokes.max() + 1)])
    return np.asarray(((samples[:, None] - centres) ** 2).sum(axis=2) / 2)


def _pieces(samples: npt.NDArray[np.int64], scores: Array) -> list[npt.NDArray[np.int64]]:
    """A drawn stroke's samples, cut where the pen passes to another canonical stroke.

    The cuts are those of the likeliest path, in which each change costs CHANGE_COST.
    """
    here = scores[samples]
    total, back = here[0].copy(), []
    for row in here[1:]:
        best = int(total.argmax())
        changes = total[best] - CHANGE_COST > total
        back.append(np.where(changes, best, np.arange(len(total))))
        total = np.where(changes, total[best] - CHANGE_COST, total) + row
    path = [int(total.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    path.reverse()
    return np.split(samples, np.flatnonzero(np.diff(path)) + 1)


def _assigned(costs: Array, near: npt.NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """Pairs of a piece and its stroke; a stroke may be drawn again at a cost. In drawn order."""
    count = costs.shape[1]
    rows = np.flatnonzero(near)
    if not len(rows):
        return []
    twice = np.concatenate([costs, costs + AGAIN_COST], axis=1)[rows]
    twice = np.concatenate([twice, np.full((len(rows), len(rows)), WORST + AGAIN_COST)], axis=1)
    pairs = zip(*linear_sum_assignment(twice), strict=True)
    return [(int(rows[i]), int(j) % count) for i, j in pairs if j < 2 * count]
