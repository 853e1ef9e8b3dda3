"""Synthetic ink: a reference as a writer could have written it, with mistakes and their labels.

The strokes are deformed first and resampled afterwards, as `data.ink.sequence` does with real ink,
so that the number of points tells nothing about the class. A point is a complex number while it is
being moved: turning and stretching a stroke is then one multiplication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import ReferenceMissing
from data.ink import Ink, Stroke
from data.ink.geometry import evenly
from data.ink.sequence import PEN_UP_MEASURE, StrokeSequences, sampled
from data.references.reference import Reference
from data.synthetic.kinematics import Device, Trace, trace
from data.synthetic.mistakes import Integers, Mistakes, Plan, plan
from data.synthetic.writer import WriterModel, Writers

POINTS = 20  # a stroke is deformed as a polyline of so many points
BENDS = 4  # waves that bend a stroke, the first of them the bow
RIPPLES = 2  # waves of the elastic deformation
BOW = 0.15  # share of its chord that a stroke without corners may bend by
HOOK = 4  # points of a stroke's end that a hook moves

Array = npt.NDArray[np.float32]
Complex = npt.NDArray[np.complex64]

_ALONG = np.linspace(0, 1, POINTS, dtype=np.float32)
_WAVES = np.sin(np.pi * np.outer(np.arange(1, BENDS + 1), _ALONG)).astype(np.complex64)


@dataclass(frozen=True)
class Drawing:
    """A batch of inks in the unit box. `points`: (S, POINTS, 2) float32; `plan`: what each row is.

    `labels`: (B,) int64, indexes into the synthesizer's `characters`; `writers`: one for each ink;
    `is_form`: (B,) bool, drawn after another form, whose strokes are not the reference's.
    """

    points: Array
    plan: Plan
    labels: Integers
    writers: Writers
    is_form: npt.NDArray[np.bool_]

    def sequences(self, generator: np.random.Generator) -> StrokeSequences:
        """What the recognizer reads, and of which canonical stroke each sample is."""
        lift = PEN_UP_MEASURE * generator.uniform(0.85, 1.2, len(self.labels))
        found = sampled(
            self.points.reshape(-1, 2),
            np.repeat(self.plan.is_lifted, POINTS) & self._is_first(),
            self._sizes() * POINTS,
            pen_up=lift,
        )
        strokes = self.plan.canonical[found.point // POINTS]
        return StrokeSequences(found.features, np.where(self.is_form[:, None], -1, strokes))

    def polylines(self) -> tuple[Array, Integers]:
        """What the pen leaves on paper, (S', POINTS, 2), and which ink each line is of, rising.

        Between strokes that were joined it leaves a line too.
        """
        joined = np.flatnonzero(~self.plan.is_lifted)
        begin, end = self.points[joined - 1, -1:], self.points[joined, :1]
        links = begin + (end - begin) * _ALONG[:, None]
        ink = np.concatenate([self.plan.ink, self.plan.ink[joined]])
        order = np.argsort(ink, kind="stable")
        return np.concatenate([self.points, links])[order], ink[order]

    def trace(self, generator: np.random.Generator, *, device: Device | None = None) -> Trace:
        """The same inks as a device would record them, with times."""
        return trace(self.points, self.plan, self.writers, generator, device=device)

    def inks(
        self,
        characters: Sequence[str],
        generator: np.random.Generator,
        *,
        device: Device | None = None,
    ) -> Iterator[Ink]:
        """The inks with times, every point with its canonical stroke."""
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

    def _is_first(self) -> npt.NDArray[np.bool_]:
        return np.asarray(np.arange(len(self.points) * POINTS) % POINTS == 0)

    def _sizes(self) -> Integers:
        return np.bincount(self.plan.ink, minlength=len(self.labels))


class Synthesizer:
    """Draws batches of ink of `characters` from references.

    `forms`: the share of inks that follow another accepted form of the character, where it has any.
    `counts`: (C,), the strokes of each reference.
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
        every = [references[c] for c in characters]
        self.counts = np.array([len(reference.strokes) for reference in every])
        # After the references themselves all forms, those of a character in a row.
        of = np.array([len(reference.forms) for reference in every])
        self._forms, self._first_form = of, len(every) + np.cumsum(of) - of
        every += [form for reference in every for form in reference.forms]
        strokes = [[evenly(s.points, POINTS) for s in one.strokes] for one in every]
        self._counts = np.array([len(group) for group in strokes])
        self._first = np.cumsum(self._counts) - self._counts
        flat = np.concatenate([np.stack(group) for group in strokes])
        self._strokes = (flat[..., 0] + 1j * flat[..., 1]).astype(np.complex64)

    def draw(
        self,
        labels: Integers,
        generator: np.random.Generator,
        *,
        model: WriterModel | None = None,
        mistakes: Mistakes | None = None,
        writers: Writers | None = None,
    ) -> Drawing:
        """One ink for each label, each by a writer of its own unless `writers` says who."""
        model = model or WriterModel()
        writers = writers or model.sample(len(labels), generator)
        drawn = labels
        is_form = np.zeros(len(labels), bool)
        if self.forms:
            is_form = (generator.random(len(labels)) < self.forms) & (self._forms[labels] > 0)
            which = (generator.random(len(labels)) * self._forms[labels]).astype(np.int64)
            drawn = np.where(is_form, self._first_form[labels] + which, labels)
        wanted = plan(self._counts[drawn], writers, mistakes or Mistakes(), generator)
        points = _spans(self._strokes[self._first[drawn][wanted.ink] + wanted.canonical], wanted)
        points = _written(points, wanted, writers, model, generator)
        flat = points.view(np.float32).reshape(*points.shape, 2)
        return Drawing(flat, wanted, labels, writers, is_form)


def _spans(strokes: Complex, wanted: Plan) -> Complex:
    """The part of each stroke that is drawn, in the direction in which it is drawn."""
    for row in np.flatnonzero((wanted.begin > 0) | (wanted.end < 1)):
        at = np.linspace(wanted.begin[row], wanted.end[row], POINTS)
        strokes[row] = np.interp(at, _ALONG, strokes[row])
    strokes[wanted.is_backwards] = strokes[wanted.is_backwards, ::-1]
    return strokes


def _written(
    points: Complex,
    wanted: Plan,
    writers: Writers,
    model: WriterModel,
    generator: np.random.Generator,
) -> Complex:
    """The strokes (S, POINTS) as the writers' hands place and bend them."""
    inks, of = len(writers), wanted.ink
    strokes = len(points)

    def normal(*shape: int) -> Array:
        return generator.standard_normal(shape, np.float32)

    def plane(*shape: int) -> Complex:
        """Complex numbers whose two parts have a standard deviation of 1."""
        return generator.standard_normal((*shape, 2), np.float32).view(np.complex64)[..., 0]

    sloppy = writers.sloppiness * np.exp(model.ink_spread * normal(inks))
    error = sloppy[of] * np.where(wanted.is_extra, 2, 1)  # a second try lies beside the first
    centre = points.mean(axis=1)
    local = points - centre[:, None]
    length = np.abs(np.diff(points, axis=1)).sum(axis=1)
    local = _straightened(local, writers.curvature[of])
    turned = model.turn * normal(strokes) * error**model.turn_growth
    grown = model.stretch * normal(strokes) * error + 1j * turned
    local *= np.exp(grown.clip(-1 - 1j, 1 + 1j))[:, None]
    chord = local[:, -1] - local[:, 0]
    across = 1j * chord / np.maximum(np.abs(chord), 1e-6)
    bends = plane(strokes, BENDS) * (model.wobble / np.arange(1, BENDS + 1))
    bends[:, 0] += normal(strokes) * across * model.bow
    bends *= (error**model.bend_growth * (length + 0.05)).clip(0, 3)[:, None]
    local += (bends @ _WAVES).astype(np.complex64)
    centre += plane(strokes) * (model.place * error)
    points = local + centre[:, None] - np.complex64(0.5 + 0.5j)

    frequency, phase = plane(inks, RIPPLES) * 4, generator.random((inks, RIPPLES)) * 2 * np.pi
    height = plane(inks, RIPPLES) * (model.elastic * sloppy)[:, None]
    moved = np.zeros_like(points)
    for ripple in range(RIPPLES):
        f, p = frequency[of, ripple][:, None], phase[of, ripple].astype(np.float32)[:, None]
        moved += np.sin((points * f.conj()).real + p) * height[of, ripple][:, None]
    points += moved

    rounding = (writers.rounding * 0.5)[of][:, None]
    points[:, 1:-1] += rounding * ((points[:, :-2] + points[:, 2:]) / 2 - points[:, 1:-1])
    _hook(points, wanted, writers, generator)

    loose = np.maximum(sloppy, 1) ** model.tilt_growth / 3
    angle = writers.rotation + model.rotation * normal(inks) * loose
    slant = writers.slant + model.slant * normal(inks) * loose
    aspect = writers.aspect + model.aspect * normal(inks) * loose
    width, rise = np.exp(aspect / 2), np.exp(-aspect / 2)
    # x' = width x + slant y, y' = rise y, then turned, as a z + b conj(z)
    turn = np.exp(1j * angle)
    a = turn * ((width + rise) / 2 - 1j * slant / 2)
    b = turn * ((width - rise) / 2 + 1j * slant / 2)
    points = a.astype(np.complex64)[of][:, None] * points + (
        b.astype(np.complex64)[of][:, None] * points.conj()
    )
    return np.ascontiguousarray(points + np.complex64(0.5 + 0.5j), np.complex64)


def _straightened(local: Complex, curvature: Array) -> Complex:
    """Strokes (S, POINTS) with that much of their bending; corners stay corners."""
    chord = local[:, -1:] - local[:, :1]
    line = local[:, :1] + chord * _ALONG
    off = local - line
    # A stroke that leaves its chord by more than a bow does has corners: 乙 is never straightened.
    bow = np.abs(off).max(axis=1) / np.maximum(np.abs(chord[:, 0]), 1e-6)
    kept = np.where(bow < BOW, curvature, 1)[:, None]
    return np.asarray(line + off * kept, np.complex64)


def _hook(points: Complex, wanted: Plan, writers: Writers, generator: np.random.Generator) -> None:
    """Bends the ends of some strokes to where the pen goes next, in place."""
    towards = np.zeros(len(points), np.complex64)
    towards[:-1] = points[1:, 0] - points[:-1, -1]
    same = np.concatenate([wanted.ink[1:] == wanted.ink[:-1], [False]])
    hooked = same & (generator.random(len(points)) < writers.hooks[wanted.ink])
    reach = generator.uniform(0.05, 0.3, len(points)) * hooked
    size = np.abs(towards)
    towards *= (reach * np.minimum(1, 0.4 / np.maximum(size, 1e-6))).astype(np.float32)
    points[:, -HOOK:] += towards[:, None] * (np.arange(1, HOOK + 1, dtype=np.float32) / HOOK) ** 2
