"""Which canonical stroke each drawn stroke is, by the recognizer's LSTM.

The network computes an embedding of each sample of an ink. Samples of the same stroke have
embeddings close to each other, whatever the order and the direction in which the strokes were
drawn. The reference's own strokes pass through the same network, so this works for characters that
the network was never trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.assignment import least_cost_assignment
from data.ink import Ink
from data.ink.sequence import StrokeSequences, joined, stroke_sequences
from data.references.reference import Reference
from kanji.matching.match import on_wire
from kanji.recognizer.recognize import Recognizer

# Costs are negative logarithms of probabilities.
CHANGE_COST = 4.0  # of a change of stroke without a pen lift; larger = fewer strokes are joined
REPEAT_COST = 2.0  # of a second drawing of a stroke; larger = doubtful strokes are rather others
MAX_COST = 8.0  # costs are clipped to this, so that one stroke cannot change the whole assignment
# Half the squared distance of embeddings; a drawn stroke at least this far from every reference
# stroke is none of them. Larger = fewer strokes are rejected.
MAX_DISTANCE = 30.0

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StrokeReading:
    """Which reference strokes one drawn stroke is, by their index from 0, in the order drawn.

    `reference` is empty where the stroke is none of the reference's, and has more than one index
    where the pen was not lifted between strokes. `probability` is that of this reading.
    """

    reference: tuple[int, ...]
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """`reference` is an index, a list of indices where strokes were joined, or None."""
        return {"reference": on_wire(self.reference), "probability": round(self.probability, 4)}


def read_strokes(
    recognizer: Recognizer, ink: Ink, reference: Reference
) -> tuple[StrokeReading, ...]:
    """The reading of each drawn stroke of `ink`, an attempt at `reference`, in the order drawn."""
    drawn, canonical = stroke_sequences([ink]), stroke_sequences([reference.drawn()])
    distances = _distances(recognizer, drawn, canonical)
    likelihood = -distances
    scores = likelihood - np.logaddexp.reduce(likelihood, axis=1, keepdims=True)
    strokes = drawn.strokes[0]
    pieces = [
        piece
        for stroke in range(len(ink.strokes))
        for piece in _pieces(np.flatnonzero(strokes == stroke), scores)
    ]
    costs = np.stack([np.minimum(-scores[piece].mean(axis=0), MAX_COST) for piece in pieces])
    is_near = np.array([distances[piece].mean(axis=0).min() < MAX_DISTANCE for piece in pieces])
    assigned: list[list[int]] = [[] for _ in ink.strokes]
    probabilities = np.ones(len(ink.strokes))
    for number, column in _assigned(costs, is_near):
        stroke = int(strokes[pieces[number][0]])
        assigned[stroke].append(column)
        probabilities[stroke] = min(probabilities[stroke], np.exp(-costs[number, column]))
    return tuple(
        StrokeReading(tuple(dict.fromkeys(columns)), float(probability) if columns else 0.0)
        for columns, probability in zip(assigned, probabilities, strict=True)
    )


def _distances(recognizer: Recognizer, drawn: StrokeSequences, canonical: StrokeSequences) -> Array:
    """Half the squared distance of each drawn sample from the mean of each of K reference strokes.

    (STEPS, K) float64. Both inks go through the network as one batch.
    """
    samples, reference = recognizer.run(joined([drawn, canonical])).samples.astype(np.float64)
    strokes = canonical.strokes[0]
    centres = np.stack([reference[strokes == k].mean(axis=0) for k in range(strokes.max() + 1)])
    return np.asarray(((samples[:, None] - centres) ** 2).sum(axis=2) / 2)


def _pieces(samples: npt.NDArray[np.int64], scores: Array) -> list[npt.NDArray[np.int64]]:
    """The samples of one drawn stroke, split where the pen passes to another canonical stroke.

    The splits are those of the most probable path (Viterbi), on which each change of stroke costs
    CHANGE_COST. `scores`: (STEPS, K), the log-probability of each stroke at each sample.
    """
    here = scores[samples]
    total, previous = here[0].copy(), []
    for row in here[1:]:
        best = int(total.argmax())
        changes = total[best] - CHANGE_COST > total
        previous.append(np.where(changes, best, np.arange(len(total))))
        total = np.where(changes, total[best] - CHANGE_COST, total) + row
    path = [int(total.argmax())]
    for step in reversed(previous):
        path.append(int(step[path[-1]]))
    path.reverse()
    return np.split(samples, np.flatnonzero(np.diff(path)) + 1)


def _assigned(costs: Array, is_near: npt.NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """Pairs of a piece and its reference stroke, in the order drawn.

    `costs`: (pieces, K). Each reference stroke may be drawn a second time, at REPEAT_COST more. A
    piece that is not near any stroke, or that costs less to leave out, has no pair.
    """
    count = costs.shape[1]
    rows = np.flatnonzero(is_near)
    if not len(rows):
        return []
    columns = np.concatenate([costs, costs + REPEAT_COST], axis=1)[rows]
    unassigned = np.full((len(rows), len(rows)), MAX_COST + REPEAT_COST)
    columns = np.concatenate([columns, unassigned], axis=1)
    pairs = zip(*least_cost_assignment(columns), strict=True)
    return [(int(rows[i]), int(j) % count) for i, j in pairs if j < 2 * count]
