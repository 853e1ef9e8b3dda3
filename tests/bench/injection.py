"""Mistakes injected into real ink: what people do by accident, done on purpose and seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from data.ink import Ink, Stroke

Generator = np.random.Generator
Injection = Callable[[Ink, Generator], Ink | None]  # None where the ink has too few strokes


def clean(ink: Ink, _generator: Generator) -> Ink:
    """As written."""
    return ink


def tilted(ink: Ink, generator: Generator) -> Ink:
    """Rotated by up to 10 degrees and stretched by up to 20 %."""
    angle = np.radians(generator.uniform(-10, 10))
    stretch = np.exp(generator.uniform(-1, 1) * np.log(1.2))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = (rotation @ np.diag([stretch, 1.0])).astype(np.float32)
    return _with(ink, [Stroke(s.points @ matrix.T, canonical=s.canonical) for s in ink.strokes])


def neighbours_exchanged(ink: Ink, generator: Generator) -> Ink | None:
    """Two consecutive strokes in the other order."""
    if len(ink.strokes) < 2:
        return None
    at = int(generator.integers(len(ink.strokes) - 1))
    return exchanged(ink, at, at + 1)


def distant_exchanged(ink: Ink, generator: Generator) -> Ink | None:
    """Two strokes that are not consecutive in the other order."""
    if len(ink.strokes) < 3:
        return None
    pairs = [(a, b) for a in range(len(ink.strokes)) for b in range(a + 2, len(ink.strokes))]
    return exchanged(ink, *pairs[int(generator.integers(len(pairs)))])


def one_reversed(ink: Ink, generator: Generator) -> Ink:
    """A stroke drawn from its other end."""
    return reversed_at(ink, int(generator.integers(len(ink.strokes))))


def two_joined(ink: Ink, generator: Generator) -> Ink | None:
    """Two consecutive strokes without a pen lift between them."""
    if len(ink.strokes) < 2:
        return None
    strokes = list(ink.strokes)
    at = int(generator.integers(len(strokes) - 1))
    pair = strokes[at : at + 2]
    labels = [stroke.canonical for stroke in pair if stroke.canonical is not None]
    joined = Stroke(
        np.concatenate([stroke.points for stroke in pair]),
        canonical=np.concatenate(labels) if len(labels) == 2 else None,
    )
    return _with(ink, [*strokes[:at], joined, *strokes[at + 2 :]])


def one_missing(ink: Ink, generator: Generator) -> Ink | None:
    """A stroke left out."""
    if len(ink.strokes) < 3:
        return None
    strokes = list(ink.strokes)
    strokes.pop(int(generator.integers(len(strokes))))
    return _with(ink, strokes)


def one_doubled(ink: Ink, generator: Generator) -> Ink:
    """A stroke drawn twice, the second time slightly beside the first."""
    strokes = list(ink.strokes)
    at = int(generator.integers(len(strokes)))
    extent = np.concatenate([stroke.points for stroke in strokes]).std()
    shift = generator.normal(0, 0.05 * extent, 2).astype(np.float32)
    strokes.insert(at + 1, Stroke(strokes[at].points + shift, canonical=strokes[at].canonical))
    return _with(ink, strokes)


INJECTIONS: dict[str, Injection] = {
    one.__name__: one
    for one in (
        clean,
        tilted,
        neighbours_exchanged,
        distant_exchanged,
        one_reversed,
        two_joined,
        one_missing,
        one_doubled,
    )
}


def exchanged(ink: Ink, first: int, second: int) -> Ink:
    """The ink with the strokes at two places exchanged."""
    strokes = list(ink.strokes)
    strokes[first], strokes[second] = strokes[second], strokes[first]
    return _with(ink, strokes)


def reversed_at(ink: Ink, at: int) -> Ink:
    """The ink with the stroke at one place drawn from its other end."""
    strokes = list(ink.strokes)
    strokes[at] = Stroke(strokes[at].points[::-1], canonical=strokes[at].canonical)
    return _with(ink, strokes)


def labelled_in_order(ink: Ink) -> Ink:
    """The ink, drawn in canonical order, with the canonical stroke of each point."""
    return _with(
        ink,
        [
            Stroke(stroke.points, canonical=np.full(len(stroke.points), n, np.int16))
            for n, stroke in enumerate(ink.strokes)
        ],
    )


def _with(ink: Ink, strokes: Sequence[Stroke]) -> Ink:
    return replace(ink, strokes=tuple(strokes))
