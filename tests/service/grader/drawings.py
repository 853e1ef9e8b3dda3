"""Drawings that both graders must judge alike: right ones, and ones with every kind of mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any

import numpy as np

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")  # of people's ink
LENIENCIES = (1.0, 0.6, 1.5, 0.83)
FORMS = 0.2  # of the synthetic inks that follow another accepted form
BATCH = 500  # inks that are synthesized at a time
FAR = 1e6  # sides from the origin
PALM = 4.0  # sides of the character away

Generator = np.random.Generator
Change = Callable[[Ink, Generator], Ink | None]


@dataclass(frozen=True)
class Job:
    """A drawing to judge: an attempt at `character` so far, or as a whole."""

    character: str
    ink: Ink
    leniency: float
    read_as: str | None
    so_far: bool

    def to_wire(self) -> dict[str, Any]:
        """The job as `parity.mjs` reads it."""
        return {
            "kind": "so_far" if self.so_far else "grade",
            "character": self.character,
            "strokes": columns(self.ink),
            "leniency": self.leniency,
            "read_as": self.read_as,
        }


def columns(ink: Ink) -> list[dict[str, list[float]]]:
    """The strokes as the API takes them, with fractions."""
    strokes = []
    for stroke in ink.strokes:
        x, y = stroke.points.T.tolist()
        strokes.append({"x": x, "y": y} | ({} if stroke.t is None else {"t": stroke.t.tolist()}))
    return strokes


def known_characters() -> list[str]:
    """The kanji and kana that have references, in the order of the lists."""
    references = load_references()
    return [one for one in characters("all+kana") if one in references]


def jobs(count: int, seed: int) -> Iterator[Job]:
    """`count` jobs, the same ones for the same seed; with people's ink where it is there."""
    generator = np.random.default_rng(seed)
    known = known_characters()
    drawn = [_references(known, generator), *_changed(known, generator)]
    if PEOPLE.exists():
        drawn.append(_people(set(known), generator))
    turns = (ink for source in cycle(drawn) for ink in islice(source, 1))
    for number, ink in enumerate(islice(turns, count)):
        character = str(ink.char)
        other = known[int(generator.integers(len(known)))]
        so_far = number % 3 == 2
        strokes = int(generator.integers(1, len(ink.strokes) + 1)) if so_far else len(ink.strokes)
        yield Job(
            character,
            Ink(ink.strokes[:strokes], character),
            LENIENCIES[int(generator.integers(len(LENIENCIES)))],
            (None, character, other)[int(generator.integers(3))],
            so_far,
        )


def _references(known: list[str], generator: Generator) -> Iterator[Ink]:
    """References as they are, of all characters in a random order, again and again."""
    while True:
        for character in generator.permutation(known).tolist():
            reference = load_references()[character]
            for form in (reference, *reference.forms):
                yield Ink(form.drawn().strokes, character)


def _changed(known: list[str], generator: Generator) -> list[Iterator[Ink]]:
    """Synthetic inks with the mistakes of writers, and with each change."""
    changes: list[Change] = [*INJECTIONS.values(), *CHANGES]

    def inks() -> Iterator[Ink]:
        synthesizer = Synthesizer(known, load_references(), forms=FORMS)
        while True:
            labels = generator.integers(len(known), size=BATCH)
            yield from synthesizer.draw(labels, generator).inks(known, generator)

    def changed() -> Iterator[Ink]:
        for change, ink in zip(cycle(changes), inks(), strict=False):
            if (other := change(ink, generator)) is not None:
                yield Ink(other.strokes, ink.char)

    return [inks(), changed()]


def _people(known: set[str], generator: Generator) -> Iterator[Ink]:
    """People's inks in a random order, then again."""
    inks = [ink for source in SOURCES for ink in people(source) if ink.char in known]
    while True:
        for number in generator.permutation(len(inks)).tolist():
            yield inks[number]


def ring_from(ink: Ink, *, start: float, is_clockwise: bool) -> Ink:
    """`ink` with its last stroke, a ring, from `start`, a fraction of it, and either way."""
    ring = ink.strokes[-1].points[:-1]
    ring = np.roll(ring, -round(start * len(ring)), axis=0)
    ring = ring if is_clockwise else np.roll(ring[::-1], 1, axis=0)
    return replace(ink, strokes=(*ink.strokes[:-1], Stroke(np.concatenate([ring, ring[:1]]))))


def _tapped(ink: Ink, generator: Generator) -> Ink:
    """A stroke as one point."""
    strokes = list(ink.strokes)
    at = int(generator.integers(len(strokes)))
    strokes[at] = Stroke(strokes[at].points[-1:])
    return Ink(tuple(strokes))


def _palm(ink: Ink, generator: Generator) -> Ink:
    """A short stroke far from the others."""
    points = np.concatenate([stroke.points for stroke in ink.strokes])
    side = float(np.ptp(points, axis=0).max())
    away = generator.normal(0, 1, 2)
    begin = points.mean(axis=0) + PALM * side * away / np.linalg.norm(away)
    palm = Stroke(np.array([begin, begin + 0.05 * side], np.float32))
    at = int(generator.integers(len(ink.strokes) + 1))
    return Ink((*ink.strokes[:at], palm, *ink.strokes[at:]))


def _turned(ink: Ink, generator: Generator) -> Ink:
    """Turned as a whole by up to 40 degrees."""
    angle = np.radians(generator.uniform(-40, 40))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    return Ink(tuple(Stroke(stroke.points @ turn.T, stroke.t) for stroke in ink.strokes))


def _misplaced(ink: Ink, generator: Generator) -> Ink:
    """A stroke elsewhere, and another one larger."""
    strokes = list(ink.strokes)
    first, second = generator.integers(len(strokes), size=2).tolist()
    side = np.ptp(np.concatenate([stroke.points for stroke in strokes]), axis=0).max()
    shift = (side * generator.normal(0, 0.15, 2)).astype(np.float32)
    strokes[first] = Stroke(strokes[first].points + shift, strokes[first].t)
    points = strokes[second].points
    size = np.float32(np.exp(generator.normal(0, 0.5)))
    middle = points.mean(axis=0)
    strokes[second] = Stroke((points - middle) * size + middle, strokes[second].t)
    return Ink(tuple(strokes))


def _far(ink: Ink, _generator: Generator) -> Ink:
    """Far from the origin, with times since 1970."""
    columns = [
        (
            (stroke.points[:, 0].astype(float) + FAR).tolist(),
            (stroke.points[:, 1].astype(float) - FAR).tolist(),
            None if stroke.t is None else (stroke.t.astype(float) + 1.7e12).tolist(),
        )
        for stroke in ink.strokes
    ]
    return Ink.from_columns(columns)


def _another(ink: Ink, generator: Generator) -> Ink:
    """Another character."""
    known = known_characters()
    return load_references()[known[int(generator.integers(len(known)))]].drawn()


CHANGES: tuple[Change, ...] = (_tapped, _palm, _turned, _misplaced, _far, _another)
