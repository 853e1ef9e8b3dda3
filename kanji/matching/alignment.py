"""Which canonical stroke each point of an ink belongs to, however the strokes were joined.

Two labellings are tried, and the one with the lower cost is kept. The first is the assignment of
`kanji.matching.match`, which allows any order and splits joined strokes. The second is tried where
the first leaves strokes unmatched or fewer strokes were drawn: dynamic time warping of the pen's
whole path along the strokes in canonical order. It follows cursive writing that joins many strokes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.matching.costs import STRETCH
from kanji.matching.geometry import Array, Curve, fit, resample_all, to_box
from kanji.matching.match import Match, Matching, match
from kanji.matching.pen_path import Labels, PenPath, labels_by_path

PIECE_POINTS = 12  # points at which a labelled piece is compared with its canonical stroke
MISSING_COST = 0.35  # of a canonical stroke that has no point
DOUBTFUL_DISTANCE = 0.25  # distance, in boxes, at which the confidence is 0.5
DOUBT_WIDTH = 0.035  # width of the sigmoid around it, in boxes
CURSIVE = 2 / 3  # strokes drawn for each canonical one; below it only the pen's path is followed
SURE = 0.5  # confidence from which a stroke counts as aligned


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
    return align_all([(ink, reference)])[0]


def align_all(pairs: Sequence[tuple[Ink, Reference]]) -> list[Alignment]:
    """As `align`, of many inks. Together they take a fraction of the time that each alone takes."""
    assigned = [_Assigned.of(ink, reference) for ink, reference in pairs]
    paths = [one.paths() for one in assigned]
    labels = iter(labels_by_path([path for some in paths for path in some]))
    return [
        one.best(list(islice(labels, len(some)))) for one, some in zip(assigned, paths, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _Assigned:
    """One ink and the canonical strokes, curves (N, 2), and which is which by the assignment.

    `matching`: None for cursive ink, which the assignment cannot explain.
    """

    drawn: Sequence[Curve]
    canonical: Sequence[Curve]
    matching: Matching | None

    @classmethod
    def of(cls, ink: Ink, reference: Reference) -> _Assigned:
        drawn = [stroke.points for stroke in ink.strokes]
        canonical = [stroke.points for stroke in reference.strokes]
        is_cursive = len(drawn) < CURSIVE * len(canonical)
        return cls(drawn, canonical, None if is_cursive else match(drawn, canonical))

    @property
    def joined(self) -> list[Match]:
        """The matches of several canonical strokes, which the pen's path divides."""
        matches = self.matching.matches if self.matching else ()
        return [one for one in matches if len(one.reference) > 1]

    @property
    def is_doubtful(self) -> bool:
        """Whether the path of the whole ink may be better than the assignment."""
        if self.matching is None or self.matching.missing or self.matching.extra:
            return True
        return len(self.drawn) < len(self.canonical)

    def paths(self) -> list[PenPath]:
        """What the pen's path decides: each joined match, and then the whole ink if doubtful."""
        joined = [
            PenPath([self.drawn[n] for n in one.drawn], [self.canonical[k][::step] for k in run])
            for one in self.joined
            for step, run in [_run(one)]
        ]
        return joined + [PenPath(self.drawn, self.canonical)] * self.is_doubtful

    def best(self, by_path: Sequence[list[Labels]]) -> Alignment:
        """The labelling of lower cost, given the labels of each of `paths`."""
        labellings = list(by_path[-1:]) if self.is_doubtful else []
        if self.matching is not None:
            labellings.insert(0, self._by_match(self.matching, by_path))
        options = [_with_confidence(self.drawn, self.canonical, labels) for labels in labellings]
        return min(options, key=lambda option: option[1])[0]

    def _by_match(self, matching: Matching, by_path: Sequence[list[Labels]]) -> list[Labels]:
        """The labels by the assignment; a joined stroke is divided by its path."""
        labels = [np.full(len(stroke), -1, np.int16) for stroke in self.drawn]
        for one in matching.matches:
            for stroke in one.drawn:
                labels[stroke][:] = one.reference[0]
        for one, divided in zip(self.joined, by_path, strict=False):
            for stroke, index in zip(one.drawn, divided, strict=True):
                labels[stroke][:] = np.array(_run(one)[1])[index]
        return labels


def _run(one: Match) -> tuple[int, tuple[int, ...]]:
    """1 or -1 where a match was drawn backwards, and its canonical strokes as they were drawn."""
    step = -1 if one.is_backwards else 1
    return step, one.reference[::step]


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
