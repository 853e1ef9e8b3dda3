"""Synthetic drawings of joyo kanji, the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer

STROKES = 12  # of the characters whose reading and grading is timed
SEED = 1


class Drawing(NamedTuple):
    """An ink, each of whose points knows its canonical stroke, and what it is to be."""

    ink: Ink
    reference: Reference


def drawings(count: int, *, strokes: int | None = None) -> list[Drawing]:
    """`count` drawings without a mistake, each by another writer; `strokes` of each character.

    Strokes have the few points at which they were deformed, and no times. Each is drawn by itself.
    """
    references = load_references()
    synthesizer, names = _synthesizer(strokes)
    generator = np.random.default_rng(SEED)
    labels = generator.integers(len(names), size=count)
    drawn = synthesizer.draw(labels, generator, mistakes=Mistakes.none())
    strokes_of: list[list[Stroke]] = [[] for _ in labels]
    for points, ink, canonical in zip(
        drawn.points, drawn.plan.ink, drawn.plan.canonical, strict=True
    ):
        label = np.full(len(points), canonical, np.int16)
        strokes_of[ink].append(Stroke(points, None, label))
    return [
        Drawing(Ink(tuple(strokes), names[label]), references[names[label]])
        for strokes, label in zip(strokes_of, labels, strict=True)
    ]


@cache
def _synthesizer(strokes: int | None) -> tuple[Synthesizer, Sequence[str]]:
    references = load_references()
    names = [
        name
        for name in characters("joyo")
        if strokes is None or len(references[name].strokes) == strokes
    ]
    return Synthesizer(names, references), names
