"""Which canonical stroke each point of an ink belongs to, however the strokes were joined.

Two readings are tried and the better one is kept: the assignment of `matching.match`, which knows
any order and splits what was joined; and, where that leaves strokes over, a monotone one (dynamic
time warping of the pen's whole path along the strokes in canonical order), which follows cursive
writing that joins many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.ink import Ink
from data.references.reference import Reference
from kanji.matching.costs import STRETCH
from kanji.matching.geometry import Array, Curve, fit, resample, resample_all, to_box
from kanji.matching.match import LEAST_SIDE, Matching, match

DRAWN, WANTED = 160, 12  # points of the pen's path, and of each canonical stroke, that are compared
PIECE = 12  # points of a piece when it is judged
TURN_WEIGHT = 0.12  # larger = the direction counts more beside the place
JUMP = 2  # points of the reference that may be passed over at no cost
SKIP_COST = 0.035  # of each further one; larger = fewer strokes are taken for missing
MISSING_COST = 0.35  # of a canonical stroke that no point is of
DOUBTFUL, SOFT = (
    0.25,
    0.035,
)  # distance at which a stroke is as likely wrong as right, and its width
SURE = 0.5  # confidence from which a stroke counts as aligned

Labels = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Alignment:
    """`canonical`: for each drawn stroke (N,) int16, which stroke each point is of, -1 for none.

    `confidence`: of each drawn stroke, 0 to 1. `missing`: canonical strokes that no point is of.
    """

    canonical: tuple[Labels, ...]
    confidence: tuple[float, ...]
    missing: tuple[int, ...]

    @property
    def is_aligned(self) -> bool:
        """Whether every drawn stroke is surely something, and nothing is missing."""
        return not self.missing and min(self.confidence) >= SURE


def align(ink: Ink, reference: Reference) -> Alignment:
    """Aligns an ink with the strokes of its character."""
    drawn: list[Curve] = [stroke.points for stroke in ink.strokes]
    wanted: list[Curve] = [stroke.points for stroke in reference.strokes]
    found = match(drawn, wanted)
    readings = [_by_match(drawn, wanted, found)]
    if found.missing or found.extra or len(drawn) < len(wanted):
        readings.append(_by_path(drawn, wanted))
    judged = [_judged(drawn, wanted, labels) for labels in readings]
    return min(judged, key=lambda pair: pair[1])[0]


def labelled(ink: Ink, alignment: Alignment) -> Ink:
    """The ink with its stroke labels."""
    parts = zip(ink.strokes, alignment.canonical, alignment.confidence, strict=True)
    strokes = tuple(replace(s, canonical=labels, confidence=sure) for s, labels, sure in parts)
    return replace(ink, strokes=strokes)


def _by_match(drawn: Sequence[Curve], wanted: Sequence[Curve], found: Matching) -> list[Labels]:
    labels = [np.full(len(stroke), -1, np.int16) for stroke in drawn]
    for pair in found.matches:
        for stroke in pair.drawn:
            labels[stroke][:] = pair.reference[0]
        if len(pair.reference) > 1:
            run = pair.reference[::-1] if pair.is_backwards else pair.reference
            curves = [wanted[k][::-1] if pair.is_backwards else wanted[k] for k in run]
            split = _followed([drawn[stroke] for stroke in pair.drawn], curves)
            for stroke, of in zip(pair.drawn, split, strict=True):
                labels[stroke][:] = np.array(run)[of]
    return labels


def _by_path(drawn: Sequence[Curve], wanted: Sequence[Curve]) -> list[Labels]:
    return [labels.astype(np.int16) for labels in _followed(drawn, wanted)]


def _followed(drawn: Sequence[Curve], wanted: Sequence[Curve]) -> list[npt.NDArray[np.int64]]:
    """For each point of each drawn stroke the canonical stroke that the warped path is on."""
    lengths = np.array([_length(stroke) for stroke in drawn])
    share = lengths / max(lengths.sum(), 1e-9)
    counts = np.maximum(2, np.round(share * DRAWN)).astype(int)
    curves = [resample(stroke, count) for stroke, count in zip(drawn, counts, strict=True)]
    chain = to_box(resample_all(list(wanted), WANTED), least_side=LEAST_SIDE).reshape(-1, 2)
    owner = np.repeat(np.arange(len(wanted)), WANTED)
    # All as one curve, so that one box holds all.
    path = to_box(np.concatenate(curves)[None], least_side=LEAST_SIDE)[0]
    ends = np.cumsum(counts)
    at = _warped(path, chain, counts)
    for _ in range(2):
        scale, offset = fit(path[None], chain[at][None], stretch=STRETCH)
        path = path * scale + offset
        at = _warped(path, chain, counts)
    strokes = owner[at]
    found = []
    for stroke, count, end in zip(drawn, counts, ends, strict=True):
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        near = np.round(along / max(along[-1], 1e-9) * (count - 1)).astype(int)
        found.append(strokes[end - count + near])
    return found


def _warped(path: Array, chain: Array, counts: npt.NDArray[np.int_]) -> npt.NDArray[np.int64]:
    """The point of the chain (M, 2) for each of the path (N, 2): never back, at the least cost."""
    apart = np.linalg.norm(path[:, None] - chain[None], axis=2)
    ours = _headings(path, np.repeat(np.arange(len(counts)), counts))
    theirs = _headings(chain, np.arange(len(chain)) // WANTED)
    cost = apart + TURN_WEIGHT * (1 - ours @ theirs.T)
    places = np.arange(len(chain))
    total = cost[0] + SKIP_COST * np.maximum(places - JUMP, 0)
    back = np.zeros(cost.shape, np.int64)
    for row in range(1, len(path)):
        lowered = total - SKIP_COST * places
        least = np.minimum.accumulate(lowered)
        origin = np.maximum.accumulate(np.where(lowered <= least, places, 0))
        best, source = least + SKIP_COST * places, origin
        for jump in range(JUMP + 1):
            near = np.full(len(chain), np.inf)
            near[jump:] = total[: len(chain) - jump]
            closer = near < best
            best, source = np.where(closer, near, best), np.where(closer, places - jump, source)
        back[row], total = source, best + cost[row]
    at = np.zeros(len(path), np.int64)
    at[-1] = int(np.argmin(total + SKIP_COST * np.maximum(places[-1] - places - JUMP, 0)))
    for row in range(len(path) - 1, 0, -1):
        at[row - 1] = back[row, at[row]]
    return at


def _headings(points: Array, owner: npt.NDArray[np.int_]) -> Array:
    """Unit vectors (N, 2) along each curve of many in a row."""
    step = np.zeros_like(points)
    same = owner[1:] == owner[:-1]
    moved = np.diff(points, axis=0)
    step[:-1][same] += moved[same]
    step[1:][same] += moved[same]
    return np.asarray(step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9))


def _judged(
    drawn: Sequence[Curve], wanted: Sequence[Curve], labels: Sequence[Labels]
) -> tuple[Alignment, float]:
    """The alignment with its confidence, and what it costs on the whole."""
    pieces: dict[int, list[tuple[int, Array]]] = {}
    for number, (stroke, of) in enumerate(zip(drawn, labels, strict=True)):
        for k in np.unique(of[of >= 0]).tolist():
            pieces.setdefault(k, []).append((number, np.asarray(stroke[of == k], np.float64)))
    strokes = sorted(pieces)
    if not strokes:
        nothing = Alignment(tuple(labels), (0.0,) * len(drawn), tuple(range(len(wanted))))
        return nothing, MISSING_COST
    ours = np.stack([resample(np.concatenate([p for _, p in pieces[k]]), PIECE) for k in strokes])
    theirs = resample_all([wanted[k] for k in strokes], PIECE)
    ours, theirs = (to_box(curves, least_side=LEAST_SIDE) for curves in (ours, theirs))
    turned = np.linalg.norm(ours[:, ::-1] - theirs, axis=2).mean(axis=1)
    ours = np.where(
        (turned < np.linalg.norm(ours - theirs, axis=2).mean(axis=1))[:, None, None],
        ours[:, ::-1],
        ours,
    )
    scale, offset = fit(ours, theirs, stretch=STRETCH)
    distance = np.linalg.norm(ours * scale + offset - theirs, axis=2).mean(axis=1)
    missing = tuple(k for k in range(len(wanted)) if k not in pieces)
    sure = np.ones(len(drawn))
    for number, of in enumerate(labels):
        if (of < 0).any():
            sure[number] = 0.0
    for k, far in zip(strokes, distance.tolist(), strict=True):
        for number, _ in pieces[k]:
            sure[number] = min(sure[number], 1 / (1 + np.exp((far - DOUBTFUL) / SOFT)))
    cost = float(distance.sum() + MISSING_COST * (len(missing) + (sure == 0).sum()))
    return Alignment(tuple(labels), tuple(sure.tolist()), missing), cost / len(wanted)


def _length(points: Curve) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
