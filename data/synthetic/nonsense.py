"""Ink that is not a character, which a recognizer must learn to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from data.ink.sequence import StrokeSequences, joined
from data.references.reference import Reference
from data.synthetic.deformation import POINTS
from data.synthetic.letters import letters, syllables
from data.synthetic.mistakes import Array, Booleans, Generator, Mistakes, StrokePlan
from data.synthetic.synthesizer import Drawing, Synthesizer
from data.synthetic.writer import WriterModel

KINDS = ("scribble", "jumble", "half", "latin", "letter", "syllable")
# Without those that look like a kanji or kana: T and 丁, L and レ, 2 and 乙.
LATIN = "ABEFGHKMNPQRSWYabdefghijkmnpqrsuwy345689"
MAX_SCRIBBLE_STROKES = 8
MIN_JUMBLE_STROKES = 5
MIN_WHOLE_STROKES, MIN_HALF_STROKES = 7, 3  # of a character that is half drawn, and of the half
MAX_HALF = 0.65  # fraction of the character's strokes


class Nonsense:
    """Draws ink of six kinds with a synthesizer's writers.

    "scribble": curves that wind at random. "jumble": strokes of many characters in one box.
    "half": the first strokes of a character, unless they form a part that is itself a character.
    "latin": Latin letters and digits, where `references` has them. "letter": Greek, Cyrillic and
    joined Latin letters. "syllable": Korean ones. `kinds` lists those that the synthesizer's
    characters and `references` allow.
    """

    def __init__(self, synthesizer: Synthesizer, references: Mapping[str, Reference]) -> None:
        self._synthesizer = synthesizer
        counts = synthesizer.counts
        self._few_strokes = np.flatnonzero(counts <= MAX_SCRIBBLE_STROKES)
        self._many_strokes = np.flatnonzero(counts >= min(MIN_JUMBLE_STROKES, counts.max()))
        self._halves = [
            (label, sorted(kept))
            for label, character in enumerate(synthesizer.characters)
            if (kept := halves(references[character]))
        ]
        scripts = {
            "latin": {one: references[one] for one in LATIN if one in references},
            "letter": letters(),
            "syllable": syllables(),
        }
        self._scripts = {kind: Synthesizer(list(s), s) for kind, s in scripts.items() if s}
        is_possible = {
            "scribble": len(self._few_strokes) > 0,
            "jumble": True,
            "half": len(self._halves) > 0,
        }
        self.kinds = tuple(k for k in KINDS if is_possible.get(k, k in self._scripts))

    def draw(
        self, kind: str, count: int, generator: Generator, *, model: WriterModel | None = None
    ) -> Drawing:
        """Draw `count` inks of one of `kinds`; their labels are -1."""
        draw = {"scribble": self._scribble, "jumble": self._jumble, "half": self._half}
        if kind in draw:
            drawing = draw[kind](count, generator, model)
        else:
            script = self._scripts[kind]
            labels = generator.integers(len(script.characters), size=count)
            drawing = script.draw(labels, generator, model=model)
        return replace(drawing, labels=np.full(count, -1))

    def sequences(
        self, count: int, generator: Generator, *, model: WriterModel | None = None
    ) -> StrokeSequences:
        """`count` inks, the kinds equally probable; the canonical stroke of every sample is -1."""
        counts = generator.multinomial(count, np.full(len(self.kinds), 1 / len(self.kinds)))
        parts = [
            self.draw(kind, of_kind, generator, model=model).sequences(generator)
            for kind, of_kind in zip(self.kinds, counts.tolist(), strict=True)
            if of_kind
        ]
        batch = joined(parts)
        return batch._replace(strokes=np.full_like(batch.strokes, -1))

    def _scribble(self, count: int, generator: Generator, model: WriterModel | None) -> Drawing:
        labels = generator.choice(self._few_strokes, count)
        drawn = self._synthesizer.draw(labels, generator, model=model)
        return replace(drawn, points=_winding_curves(len(drawn.points), generator))

    def _jumble(self, count: int, generator: Generator, model: WriterModel | None) -> Drawing:
        labels = generator.choice(self._many_strokes, count)
        drawn = self._synthesizer.draw(labels, generator, model=model)
        points = drawn.points[generator.permutation(len(drawn.points))]
        points = points - points.mean(axis=1, keepdims=True)
        places = generator.uniform(0.15, 0.85, (len(points), 1, 2)).astype(np.float32)
        return replace(drawn, points=points + places)

    def _half(self, count: int, generator: Generator, model: WriterModel | None) -> Drawing:
        chosen = [self._halves[n] for n in generator.integers(len(self._halves), size=count)]
        labels = np.array([label for label, _ in chosen])
        kept = np.array([generator.choice(counts) for _, counts in chosen])
        drawn = self._synthesizer.draw(labels, generator, model=model, mistakes=Mistakes.none())
        rows = drawn.plan.canonical < kept[drawn.plan.ink]
        return replace(drawn, points=drawn.points[rows], plan=_selected(drawn.plan, rows))


def halves(reference: Reference) -> set[int]:
    """The numbers of first strokes that form no part of the character, nor nearly all of it."""
    whole = len(reference.strokes)
    if whole < MIN_WHOLE_STROKES:
        return set()
    parts = reference.components.walk() if reference.components else ()
    complete = {len(part.strokes) for part in parts if 0 in part.strokes}
    return set(range(MIN_HALF_STROKES, int(whole * MAX_HALF) + 1)) - complete


def _winding_curves(count: int, generator: Generator) -> Array:
    """Curves that wind at random all over the unit box: (count, POINTS, 2) float32."""
    size = (count, 1)
    bend = generator.normal(0, 0.25, size) + generator.normal(0, 0.35, (count, POINTS))
    heading = generator.uniform(0, 2 * np.pi, size) + np.cumsum(bend, axis=1)
    length = np.exp(generator.normal(-0.6, 0.7, size)) / POINTS
    path = np.cumsum(length * np.exp(1j * heading), axis=1)
    path += generator.random(size) + 1j * generator.random(size) - path.mean(axis=1, keepdims=True)
    return np.ascontiguousarray(path.astype(np.complex64)).view(np.float32).reshape(-1, POINTS, 2)


def _selected(plan: StrokePlan, rows: Booleans) -> StrokePlan:
    """Some strokes of a plan; the faults stay those of the whole inks."""
    columns = {f.name: getattr(plan, f.name)[rows] for f in fields(plan) if f.name != "faults"}
    return replace(plan, **columns)
