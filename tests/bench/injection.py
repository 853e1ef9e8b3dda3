"""Mistakes put into real ink, each seeded: what people do, done on purpose."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data.ink import Ink, Stroke

Generator = np.random.Generator
Injection = Callable[[Ink, Generator], Ink | None]


def clean(ink: Ink, _generator: Generator) -> Ink:
    """As written."""
    return ink


def tilted(ink: Ink, generator: Generator) -> Ink:
    """Turned by up to 10 degrees and stretched by up to 20 %."""
    angle = np.radians(generator.uniform(-10, 10))
    stretch = np.exp(generator.uniform(-1, 1) * np.log(1.2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    change = (turn @ np.diag([stretch, 1.0])).astype(np.float32)
    return _with(ink, [Stroke(s.points @ change.T, canonical=s.canonical) for s in ink.strokes])


def neighbours_exchanged(ink: Ink, generator: Generator) -> Ink | None:
    """Two strokes that follow each other, in the other order."""
    if len(ink.strokes) < 2:
        return None
    at = int(generator.integers(len(ink.strokes) - 1))
    return _exchanged(ink, at, at + 1)


def distant_exchanged(ink: Ink, generator: Generator) -> Ink | None:
    """Two strokes that do not follow each other, in the other order."""
    if len(ink.strokes) < 3:
        return None
    pairs = [(a, b) for a in range(len(ink.strokes)) for b in range(a + 2, len(ink.strokes))]
    return _exchanged(ink, *pairs[int(generator.integers(len(pairs)))])


def one_reversed(ink: Ink, generator: Generator) -> Ink:
    """A stroke drawn from its other end."""
    strokes = list(ink.strokes)
    at = int(generator.integers(len(strokes)))
    strokes[at] = Stroke(strokes[at].points[::-1], canonical=strokes[at].canonical)
    return _with(ink, strokes)


def two_joined(ink: Ink, generator: Generator) -> Ink | None:
    """A pen lift left out."""
    if len(ink.strokes) < 2:
        return None
    strokes = list(ink.strokes)
    at = int(generator.integers(len(strokes) - 1))
    pair = strokes[at : at + 2]
    known = [stroke.canonical for stroke in pair if stroke.canonical is not None]
    joined = Stroke(
        np.concatenate([stroke.points for stroke in pair]),
        canonical=np.concatenate(known) if len(known) == 2 else None,
    )
    return _with(ink, [*strokes[:at], joined, *strokes[at + 2 :]])


def one_missing(ink: Ink, generator: Generator) -> Ink | None:
    """A stroke forgotten."""
    if len(ink.strokes) < 3:
        return None
    strokes = list(ink.strokes)
    strokes.pop(int(generator.integers(len(strokes))))
    return _with(ink, strokes)


def one_doubled(ink: Ink, generator: Generator) -> Ink:
    """A stroke drawn twice, the second a little beside the first."""
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


def _exchanged(ink: Ink, first: int, second: int) -> Ink:
    strokes = list(ink.strokes)
    strokes[first], strokes[second] = strokes[second], strokes[first]
    return _with(ink, strokes)


def _with(ink: Ink, strokes: list[Stroke]) -> Ink:
    return Ink(tuple(strokes), char=ink.char, source=ink.source, writer=ink.writer)
