"""The pen's whole path, followed along the canonical strokes: for strokes that were joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kanji.matching.costs import STRETCH
from kanji.matching.geometry import Curve, distance_along, fit, resample, resample_all, to_box
from kanji.matching.warping import Course, Indexes, warped

PATH_POINTS = 160  # points that the pen's whole path is resampled to
STROKE_POINTS = 12  # points that each canonical stroke is resampled to
ROUNDS = 3  # times that a path is warped; before each but the first it is fitted to its places

Labels = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class PenPath:
    """Strokes as drawn, curves (N, 2), and the canonical ones that they follow in their order."""

    drawn: Sequence[Curve]
    canonical: Sequence[Curve]

    @cached_property
    def counts(self) -> Indexes:
        """The points that each drawn stroke is resampled to."""
        lengths = np.array([distance_along(stroke)[-1] for stroke in self.drawn])
        fractions = lengths / max(lengths.sum(), 1e-9)
        return np.asarray(np.maximum(2, np.round(fractions * PATH_POINTS)), np.int64)

    def course(self) -> Course:
        """The drawn strokes as one course in the unit box."""
        pairs = zip(self.drawn, self.counts.tolist(), strict=True)
        points = np.concatenate([resample(stroke, count) for stroke, count in pairs])
        curve = np.repeat(np.arange(len(self.drawn)), self.counts)
        return Course(to_box(points[None])[0], curve)

    def chain(self) -> Course:
        """The canonical strokes as one course in the unit box, STROKE_POINTS of each."""
        points = to_box(resample_all(self.canonical, STROKE_POINTS)).reshape(-1, 2)
        return Course(points, np.arange(len(points)) // STROKE_POINTS)

    def labels(self, places: Indexes) -> list[Labels]:
        """The canonical stroke of each point of each drawn stroke, by the chain's point of each."""
        labels = (places // STROKE_POINTS).astype(np.int16)
        firsts = np.cumsum(self.counts) - self.counts
        return [
            labels[first + _nearest_samples(stroke, count)]
            for stroke, first, count in zip(
                self.drawn, firsts.tolist(), self.counts.tolist(), strict=True
            )
        ]


def labels_by_path(paths: Sequence[PenPath]) -> list[list[Labels]]:
    """For each path, the canonical stroke of each point of each of its drawn strokes."""
    courses, chains = [path.course() for path in paths], [path.chain() for path in paths]
    places = warped(courses, chains)
    for _ in range(ROUNDS - 1):
        courses = [_fitted(*each) for each in zip(courses, chains, places, strict=True)]
        places = warped(courses, chains)
    return [path.labels(place) for path, place in zip(paths, places, strict=True)]


def _fitted(course: Course, chain: Course, places: Indexes) -> Course:
    """A course, moved and stretched to lie on the chain's points that it was warped to."""
    scale, offset = fit(course.points[None], chain.points[places][None], stretch=STRETCH)
    return Course(course.points * scale + offset, course.curve)


def _nearest_samples(stroke: Curve, count: int) -> Indexes:
    """For each point of a stroke (N, 2), the nearest of `count` equal steps along it: (N,)."""
    along = distance_along(stroke)
    return np.asarray(np.round(along / max(along[-1], 1e-9) * (count - 1)), np.int64)
