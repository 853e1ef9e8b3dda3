"""Ink that is no character: what a recognizer must learn to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.ink.sequence import StrokeSequences, joined
from data.references.reference import Reference
from data.synthetic.mistakes import Mistakes, Plan
from data.synthetic.synthesizer import POINTS, Array, Drawing, Synthesizer
from data.synthetic.writer import WriterModel

KINDS = ("scribble", "jumble", "half", "letter")
# Without those that a kanji or kana looks like: T and 丁, L and レ, 2 and 乙.
LETTERS = "ABEFGHKMNPQRSWYabdefghijkmnpqrsuwy345689"
MOST_IN_SCRIBBLE = 8  # strokes
LEAST_IN_JUMBLE = 5
LEAST_IN_WHOLE, LEAST_IN_HALF = 7, 3  # strokes of what is half drawn, and of what is there of it
MOST_OF_HALF = 0.65  # share of its strokes

Generator = np.random.Generator


class Nonsense:
    """Makes ink of four kinds, as a synthesizer's writers would draw it.

    "scribble": curves that wind at random; "jumble": strokes of many characters in one box;
    "half": the first strokes of a character, unless they make a part that is a character itself;
    "letter": Latin letters and digits, where `references` has them.
    """

    def __init__(self, synthesizer: Synthesizer, references: Mapping[str, Reference]) -> None:
        self._synthesizer = synthesizer
        counts = synthesizer.counts
        self._few = np.flatnonzero(counts <= MOST_IN_SCRIBBLE)
        self._several = np.flatnonzero(counts >= min(LEAST_IN_JUMBLE, counts.max()))
        self._halves = [
            (label, sorted(kept))
            for label, character in enumerate(synthesizer.characters)
            if (kept := halves(references[character]))
        ]
        letters = [letter for letter in LETTERS if letter in references]
        self._letters = Synthesizer(letters, references) if letters else None
        possible = {
            "scribble": len(self._few),
            "half": len(self._halves),
            "letter": len(letters),
            "jumble": 1,
        }
        self.kinds = tuple(kind for kind in KINDS if possible[kind])

    def draw(
        self, kind: str, count: int, generator: Generator, *, model: WriterModel | None = None
    ) -> Drawing:
        """`count` inks of one of `kinds`; their labels are -1."""
        none = np.full(count, -1)
        if kind == "letter":
            assert self._letters is not None
            labels = generator.integers(len(self._letters.characters), size=count)
            return replace(self._letters.draw(labels, generator, model=model), labels=none)
        if kind == "half":
            return self._half(count, generator, model)
        among = self._few if kind == "scribble" else self._several
        drawn = self._synthesizer.draw(generator.choice(among, count), generator, model=model)
        if kind == "scribble":
            return replace(drawn, points=_scribbles(len(drawn.points), generator), labels=none)
        points = drawn.points[generator.permutation(len(drawn.points))]
        points = points - points.mean(axis=1, keepdims=True)
        places = generator.uniform(0.15, 0.85, (len(points), 1, 2)).astype(np.float32)
        return replace(drawn, points=points + places, labels=none)

    def sequences(
        self, count: int, generator: Generator, *, model: WriterModel | None = None
    ) -> StrokeSequences:
        """So many inks, of all kinds alike; none of their samples is of a canonical stroke."""
        shares = generator.multinomial(count, np.full(len(self.kinds), 1 / len(self.kinds)))
        parts = [
            self.draw(kind, share, generator, model=model).sequences(generator)
            for kind, share in zip(self.kinds, shares.tolist(), strict=True)
            if share
        ]
        made = joined(parts)
        return made._replace(strokes=np.full_like(made.strokes, -1))

    def _half(self, count: int, generator: Generator, model: WriterModel | None) -> Drawing:
        chosen = [self._halves[n] for n in generator.integers(len(self._halves), size=count)]
        labels = np.array([label for label, _ in chosen])
        kept = np.array([generator.choice(counts) for _, counts in chosen])
        drawn = self._synthesizer.draw(labels, generator, model=model, mistakes=Mistakes.none())
        rows = drawn.plan.canonical < kept[drawn.plan.ink]
        return replace(
            drawn,
            points=drawn.points[rows],
            plan=_rows(drawn.plan, rows),
            labels=np.full(count, -1),
        )


def halves(reference: Reference) -> set[int]:
    """How many first strokes make neither a part of a character nor nearly all of it."""
    whole = len(reference.strokes)
    if whole < LEAST_IN_WHOLE:
        return set()
    parts = reference.components.walk() if reference.components else ()
    complete = {len(part.strokes) for part in parts if 0 in part.strokes}
    return set(range(LEAST_IN_HALF, int(whole * MOST_OF_HALF) + 1)) - complete


def _scribbles(count: int, generator: Generator) -> Array:
    """Curves that wind at random, all over the unit box: (count, POINTS, 2)."""
    size = (count, 1)
    bend = generator.normal(0, 0.25, size) + generator.normal(0, 0.35, (count, POINTS))
    heading = generator.uniform(0, 2 * np.pi, size) + np.cumsum(bend, axis=1)
    length = np.exp(generator.normal(-0.6, 0.7, size)) / POINTS
    path = np.cumsum(length * np.exp(1j * heading), axis=1)
    path += generator.random(size) + 1j * generator.random(size) - path.mean(axis=1, keepdims=True)
    return np.ascontiguousarray(path.astype(np.complex64)).view(np.float32).reshape(-1, POINTS, 2)


def _rows(plan: Plan, rows: npt.NDArray[np.bool_]) -> Plan:
    return replace(
        plan,
        ink=plan.ink[rows],
        canonical=plan.canonical[rows],
        is_backwards=plan.is_backwards[rows],
        is_lifted=plan.is_lifted[rows],
        begin=plan.begin[rows],
        end=plan.end[rows],
        is_extra=plan.is_extra[rows],
    )
