"""Synthetic ink: a reference as a writer might have written it, with mistakes and their labels.

Strokes are deformed first and resampled afterwards, as `data.ink.sequence` does with real ink, so
that the number of points says nothing about the character.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.errors import ReferenceMissing
from data.ink import Ink, Stroke
from data.ink.geometry import resample
from data.ink.sequence import PEN_UP_MEASURE, StrokeSequences, sampled
from data.references.reference import Reference
from data.synthetic.deformation import ALONG, POINTS, Complex, deform
from data.synthetic.kinematics import Device, Trace, trace
from data.synthetic.mistakes import (
    Array,
    Booleans,
    Generator,
    Integers,
    Mistakes,
    StrokePlan,
    plan_strokes,
)
from data.synthetic.running_hand import simplified
from data.synthetic.writer import WriterModel, Writers

CORNER = 0.7  # radians of turning between points from which a stroke has a corner
MARGIN = 3  # points at each end of a stroke at which it is never broken


@dataclass(frozen=True)
class Drawing:
    """A batch of B inks in the unit box, without times.

    `points`: (S, POINTS, 2) float32, x right, y down; `plan` says what each of its rows is.
    `labels`: (B,) int64, indexes into the synthesizer's `characters`. `writers`: one for each ink.
    `is_form`: (B,) bool, whether an ink follows another form, whose strokes are not the
    reference's.
    """

    points: Array
    plan: StrokePlan
    labels: Integers
    writers: Writers
    is_form: Booleans

    def sequences(self, generator: Generator) -> StrokeSequences:
        """The inks as the recognizer reads them, with the canonical stroke of each sample."""
        lift = PEN_UP_MEASURE * generator.uniform(0.85, 1.2, len(self.labels))
        is_first = np.arange(len(self.points) * POINTS) % POINTS == 0
        strokes_of_each = np.bincount(self.plan.ink, minlength=len(self.labels))
        read = sampled(
            self.points.reshape(-1, 2),
            np.repeat(self.plan.is_lifted, POINTS) & is_first,
            strokes_of_each * POINTS,
            pen_up=lift,
        )
        strokes = self.plan.canonical[read.point // POINTS]
        return StrokeSequences(read.features, np.where(self.is_form[:, None], -1, strokes))

    def polylines(self) -> tuple[Array, Integers]:
        """What the pen leaves on paper: lines (S', POINTS, 2) float32, and their inks, ascending.

        Between two joined strokes there is a line too.
        """
        joined = np.flatnonzero(~self.plan.is_lifted)
        begin, end = self.points[joined - 1, -1:], self.points[joined, :1]
        links = begin + (end - begin) * ALONG[:, None]
        ink = np.concatenate([self.plan.ink, self.plan.ink[joined]])
        order = np.argsort(ink, kind="stable")
        return np.concatenate([self.points, links])[order], ink[order]

    def trace(self, generator: Generator, *, device: Device | None = None) -> Trace:
        """The same inks as a device would record them, with times."""
        return trace(self.points, self.plan, self.writers, generator, device=device)

    def inks(
        self,
        characters: Sequence[str],
        generator: Generator,
        *,
        device: Device | None = None,
    ) -> Iterator[Ink]:
        """The inks with times and the canonical stroke of every point.

        `characters`: what `labels` are indexes into.
        """
        recorded = self.trace(generator, device=device)
        points, t, canonical = recorded.points, recorded.t, recorded.canonical
        stroke, ink = recorded.stroke_offsets, recorded.ink_offsets
        for row, label in enumerate(self.labels):
            bounds = stroke[ink[row] : ink[row + 1] + 1]
            strokes = tuple(
                Stroke(points[a:b], t[a:b], canonical[a:b])
                for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
            )
            yield Ink(strokes, characters[label], "synthetic")


class Synthesizer:
    """Draws batches of ink of `characters` from references.

    `forms`: the fraction of inks that follow another accepted form of their character, where it
    has one. `counts`: (C,) int64, the number of strokes of each character's reference. Raises
    ReferenceMissing for characters without a reference.
    """

    def __init__(
        self,
        characters: Sequence[str],
        references: Mapping[str, Reference],
        *,
        forms: float = 0.0,
    ) -> None:
        self.characters = tuple(characters)
        self.forms = forms
        missing = [c for c in self.characters if c not in references]
        if missing:
            raise ReferenceMissing(
                f"the reference sets have no strokes for {len(missing)} of {len(self.characters)}"
                f" characters, {''.join(missing[:10])} among them: add a set, or choose other"
                " candidates"
            )
        shapes = [references[c] for c in characters]
        self.counts = np.array([len(reference.strokes) for reference in shapes])
        # All other forms follow the references themselves, those of one character in a row.
        self._forms = np.array([len(reference.forms) for reference in shapes])
        self._first_form = len(shapes) + np.cumsum(self._forms) - self._forms
        shapes += [form for reference in shapes for form in reference.forms]
        strokes = [[resample(s.points, POINTS) for s in shape.strokes] for shape in shapes]
        self._counts = np.array([len(group) for group in strokes])
        self._first = np.cumsum(self._counts) - self._counts
        flat = np.concatenate([np.stack(group) for group in strokes])
        self._strokes = (flat[..., 0] + 1j * flat[..., 1]).astype(np.complex64)

    def draw(
        self,
        labels: Integers,
        generator: Generator,
        *,
        model: WriterModel | None = None,
        mistakes: Mistakes | None = None,
        writers: Writers | None = None,
    ) -> Drawing:
        """Draw one ink for each label (B,), each by a new writer of `model` unless `writers` given.

        The same arguments and state of `generator` give the same ink.
        """
        model = model or WriterModel()
        writers = writers or model.sample(len(labels), generator)
        shapes, is_form = self._shapes(labels, generator)
        plan = plan_strokes(self._counts[shapes], writers, mistakes or Mistakes(), generator)
        strokes = self._strokes[self._first[shapes][plan.ink] + plan.canonical]
        points = deform(_drawn_parts(strokes, plan), plan, writers, model, generator)
        if model.running:
            points, plan = simplified(points, plan, writers.running, generator)
        flat = points.view(np.float32).reshape(*points.shape, 2)
        return Drawing(flat, plan, labels, writers, is_form)

    def _shapes(self, labels: Integers, generator: Generator) -> tuple[Integers, Booleans]:
        """(B,) each: the reference or form that each ink follows, and whether it is a form."""
        if not self.forms:
            return labels, np.zeros(len(labels), bool)
        forms = self._forms[labels]
        is_form = (generator.random(len(labels)) < self.forms) & (forms > 0)
        form = self._first_form[labels] + (generator.random(len(labels)) * forms).astype(np.int64)
        return np.where(is_form, form, labels), is_form


def _drawn_parts(strokes: Complex, plan: StrokePlan) -> Complex:
    """The part of each stroke that is drawn, in the direction of the pen; changes `strokes`.

    A stroke in two pieces is broken at its sharpest corner, where it has one: フ as 一 and 丿.
    """
    for row in np.flatnonzero((plan.begin > 0) | (plan.end < 1)):
        at = np.linspace(*_piece(strokes[row], plan.begin[row], plan.end[row]), POINTS)
        strokes[row] = np.interp(at, ALONG, strokes[row])
    strokes[plan.is_backwards] = strokes[plan.is_backwards, ::-1]
    return strokes


def _piece(stroke: Complex, begin: float, end: float) -> tuple[float, float]:
    """The part of a broken stroke, from 0 to 1: from or to its corner, if it has one inside."""
    step = np.diff(stroke)
    turn = np.abs(np.angle(step[1:] * step[:-1].conj()))[MARGIN:-MARGIN]
    if turn.max() < CORNER:
        return begin, end
    corner = float(ALONG[1 + MARGIN + turn.argmax()])
    return (corner, 1.0) if begin > 0 else (0.0, corner)
