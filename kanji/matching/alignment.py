"""Which canonical stroke each point of an ink belongs to, however the strokes were joined.

Two labellings are tried, and the one with the lower cost is kept. The first is the assignment of
`kanji.matching.match`, which allows any order and splits joined strokes. The second is tried where
the first leaves strokes unmatched or fewer strokes were drawn: dynamic time warping of the pen's
whole path along the strokes in canonical order. It follows cursive writing that joins many strokes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.ink import Ink
from data.references.reference import Reference
from kanji.matching.costs import STRETCH
from kanji.matching.geometry import (
    Array,
    Curve,
    distance_along,
    fit,
    resample,
    resample_all,
    to_box,
)
from kanji.matching.match import Match, match

PATH_POINTS = 160  # points that the pen's whole path is resampled to
STROKE_POINTS = 12  # points that each canonical stroke is resampled to
PIECE_POINTS = 12  # points at which a labelled piece is compared with its canonical stroke
DIRECTION_WEIGHT = 0.12  # larger = the direction counts more, compared with the place
FREE_SKIP = 2  # points of the reference that may be skipped in one step at no cost
SKIP_COST = 0.035  # of each further point; larger = fewer strokes count as missing
MISSING_COST = 0.35  # of a canonical stroke that has no point
DOUBTFUL_DISTANCE = 0.25  # distance, in boxes, at which the confidence is 0.5
DOUBT_WIDTH = 0.035  # width of the sigmoid around it, in boxes
SURE = 0.5  # confidence from which a stroke counts as aligned

Labels = npt.NDArray[np.int16]
Indexes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """The canonical stroke of each point.

    `canonical`: for each drawn stroke (N,) int16, the canonical stroke of each point, -1 for none.
    `confidence`: of each drawn stroke, 0 to 1. `missing`: canonical strokes that have no point.
    """

    canonical: tuple[Labels, ...]
    confidence: tuple[float, ...]
    missing: tuple[int, ...]

    @property
    def is_aligned(self) -> bool:
        """Whether every drawn stroke is labelled with confidence, and none is missing."""
        return not self.missing and min(self.confidence) >= SURE


def align(ink: Ink, reference: Reference) -> Alignment:
    """Aligns an ink with the canonical strokes of its character."""
    drawn: list[Curve] = [stroke.points for stroke in ink.strokes]
    canonical: list[Curve] = [stroke.points for stroke in reference.strokes]
    matching = match(drawn, canonical)
    labellings = [_labels_by_match(drawn, canonical, matching.matches)]
    if matching.missing or matching.extra or len(drawn) < len(canonical):
        labellings.append(_labels_by_path(drawn, canonical))
    options = [_with_confidence(drawn, canonical, labels) for labels in labellings]
    return min(options, key=lambda option: option[1])[0]


def _labels_by_match(
    drawn: Sequence[Curve], canonical: Sequence[Curve], matches: Sequence[Match]
) -> list[Labels]:
    """The labels by the assignment; a joined stroke is split by its path."""
    labels = [np.full(len(stroke), -1, np.int16) for stroke in drawn]
    for one in matches:
        for stroke in one.drawn:
            labels[stroke][:] = one.reference[0]
        if len(one.reference) > 1:
            step = -1 if one.is_backwards else 1
            run = one.reference[::step]
            curves = [canonical[k][::step] for k in run]
            split = _labels_by_path([drawn[stroke] for stroke in one.drawn], curves)
            for stroke, index in zip(one.drawn, split, strict=True):
                labels[stroke][:] = np.array(run)[index]
    return labels


def _labels_by_path(drawn: Sequence[Curve], canonical: Sequence[Curve]) -> list[Labels]:
    """For each point of each drawn stroke, the canonical stroke that the warped path is on."""
    lengths = np.array([_length(stroke) for stroke in drawn])
    fractions = lengths / max(lengths.sum(), 1e-9)
    counts = np.maximum(2, np.round(fractions * PATH_POINTS)).astype(int)
    curves = [resample(stroke, count) for stroke, count in zip(drawn, counts, strict=True)]
    # All strokes as one curve, so that they share one box.
    path = to_box(np.concatenate(curves)[None])[0]
    chain = to_box(resample_all(canonical, STROKE_POINTS)).reshape(-1, 2)
    places = _warped(path, chain, counts)
    for _ in range(2):
        scale, offset = fit(path[None], chain[places][None], stretch=STRETCH)
        path = path * scale + offset
        places = _warped(path, chain, counts)
    labels = (places // STROKE_POINTS).astype(np.int16)
    ends = np.cumsum(counts)
    return [
        labels[end - count + _nearest_samples(stroke, count)]
        for stroke, count, end in zip(drawn, counts, ends, strict=True)
    ]


def _nearest_samples(stroke: Curve, count: int) -> Indexes:
    """For each point of a stroke (N, 2), the nearest of `count` equal steps along it: (N,)."""
    along = distance_along(stroke)
    return np.asarray(np.round(along / max(along[-1], 1e-9) * (count - 1)), np.int64)


def _warped(path: Array, chain: Array, counts: npt.NDArray[np.int_]) -> Indexes:
    """The point of `chain` (M, 2) for each point of `path` (N, 2), never decreasing: (N,).

    `counts`: the number of points of each drawn stroke in `path`. The sum of distances, differences
    in direction and skips is minimal.
    """
    cost = np.linalg.norm(path[:, None] - chain[None], axis=2)
    path_headings = _headings(path, np.repeat(np.arange(len(counts)), counts))
    chain_headings = _headings(chain, np.arange(len(chain)) // STROKE_POINTS)
    cost = cost + DIRECTION_WEIGHT * (1 - path_headings @ chain_headings.T)
    places = np.arange(len(chain))
    total = cost[0] + SKIP_COST * np.maximum(places - FREE_SKIP, 0)
    previous = np.zeros(cost.shape, np.int64)
    for row in range(1, len(path)):
        best, previous[row] = _best_step(total)
        total = best + cost[row]
    last = total + SKIP_COST * np.maximum(places[-1] - places - FREE_SKIP, 0)
    return _traced(previous, int(np.argmin(last)))


def _best_step(total: Array) -> tuple[Array, Indexes]:
    """For each place (M,) the least cost of getting there in one step, and the place before.

    `total` (M,): the least cost of each place one point earlier.
    """
    places = np.arange(len(total))
    # The least of any skip, as a running minimum: the cost of a skip is linear in its length.
    lowered = total - SKIP_COST * places
    least = np.minimum.accumulate(lowered)
    source = np.maximum.accumulate(np.where(lowered <= least, places, 0))
    best = least + SKIP_COST * places
    for skip in range(FREE_SKIP + 1):
        free = np.full(len(total), np.inf)
        free[skip:] = total[: len(total) - skip]
        is_better = free < best
        best = np.where(is_better, free, best)
        source = np.where(is_better, places - skip, source)
    return best, source


def _traced(previous: Indexes, last: int) -> Indexes:
    """The path that ends at `last`, by the best previous place of each place (N, M): (N,)."""
    path = np.zeros(len(previous), np.int64)
    path[-1] = last
    for row in range(len(previous) - 1, 0, -1):
        path[row - 1] = previous[row, path[row]]
    return path


def _headings(points: Array, curve: npt.NDArray[np.int_]) -> Array:
    """Unit direction vectors of `points` (N, 2), which lie on several curves: (N, 2).

    `curve` (N,): the curve of each point, in order.
    """
    step = np.zeros_like(points)
    is_same = curve[1:] == curve[:-1]
    moved = np.diff(points, axis=0)
    step[:-1][is_same] += moved[is_same]
    step[1:][is_same] += moved[is_same]
    return np.asarray(step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9))


def _with_confidence(
    drawn: Sequence[Curve], canonical: Sequence[Curve], labels: Sequence[Labels]
) -> tuple[Alignment, float]:
    """The alignment of a labelling with its confidence, and its cost by canonical stroke."""
    pieces = _pieces(drawn, labels)
    strokes = sorted(pieces)
    if not strokes:
        missing = tuple(range(len(canonical)))
        return Alignment(tuple(labels), (0.0,) * len(drawn), missing), MISSING_COST
    curves = [np.concatenate([points for _, points in pieces[k]]) for k in strokes]
    distances = _distances(curves, [canonical[k] for k in strokes])
    missing = tuple(k for k in range(len(canonical)) if k not in pieces)
    confidence = np.array([0.0 if (label < 0).any() else 1.0 for label in labels])
    for k, distance in zip(strokes, distances.tolist(), strict=True):
        limit = 1 / (1 + np.exp((distance - DOUBTFUL_DISTANCE) / DOUBT_WIDTH))
        for number, _ in pieces[k]:
            confidence[number] = min(confidence[number], limit)
    unmatched = len(missing) + (confidence == 0).sum()
    cost = float(distances.sum() + MISSING_COST * unmatched)
    return Alignment(tuple(labels), tuple(confidence.tolist()), missing), cost / len(canonical)


def _pieces(drawn: Sequence[Curve], labels: Sequence[Labels]) -> dict[int, list[tuple[int, Array]]]:
    """For each canonical stroke: the drawn strokes that have points of it, and these points."""
    pieces: dict[int, list[tuple[int, Array]]] = {}
    for number, (stroke, label) in enumerate(zip(drawn, labels, strict=True)):
        for k in np.unique(label[label >= 0]).tolist():
            points = np.asarray(stroke[label == k], np.float64)
            pieces.setdefault(k, []).append((number, points))
    return pieces


def _distances(curves: Sequence[Curve], canonical: Sequence[Curve]) -> Array:
    """Mean distance of each curve from its canonical stroke, in boxes, in its better direction."""
    drawn = to_box(resample_all(curves, PIECE_POINTS))
    target = to_box(resample_all(canonical, PIECE_POINTS))
    backwards = np.linalg.norm(drawn[:, ::-1] - target, axis=2).mean(axis=1)
    forwards = np.linalg.norm(drawn - target, axis=2).mean(axis=1)
    drawn = np.where((backwards < forwards)[:, None, None], drawn[:, ::-1], drawn)
    scale, offset = fit(drawn, target, stretch=STRETCH)
    return np.asarray(np.linalg.norm(drawn * scale + offset - target, axis=2).mean(axis=1))


def _length(points: Curve) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
