"""Grading: how fast, and which synthetic drawings are accepted and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from data.assignment import least_cost_assignment
from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import ACCEPTED, grade
from kanji.grading.order import accepted_orders
from kanji.grading.so_far import grade_so_far
from kanji.matching.geometry import resample_all
from kanji.matching.lookalikes import nearest
from service.bench.clock import median_ms
from service.bench.drawings import SEED, STROKES, Drawing, drawings
from service.bench.row import Row

AREA = "grading"
ASSIGNMENT = "resampling and one optimal assignment of the strokes"
POINTS = 12  # of each stroke in that assignment

Change = Callable[[Drawing, np.random.Generator], Drawing | None]


def rows(*, quick: bool) -> Iterator[Row]:
    """Speed on drawings of STROKES strokes, rates on drawings of all joyo kanji."""
    yield from _speed(20 if quick else 100)
    drawn = [one for one in drawings(60 if quick else 600) if _is_whole(one)]
    accepted = _accepted(drawn)
    yield Row(AREA, "synthetic drawings accepted", 100 * accepted, "%")
    for name, change in _changes(quick).items():
        generator = np.random.default_rng(SEED)
        changed = [other for one in drawn if (other := change(one, generator))]
        yield Row(AREA, f"refused: {name}", 100 * (1 - _accepted(changed)), "%")


def _speed(count: int) -> Iterator[Row]:
    drawn = drawings(count, strokes=STROKES)
    halves = [Ink(one.ink.strokes[: STROKES // 2]) for one in drawn]
    times = median_ms(
        {
            "grade": lambda n: grade(*drawn[n]),
            "so far": lambda n: grade_so_far(halves[n], drawn[n].reference),
            ASSIGNMENT: lambda n: _assigned(drawn[n]),
        },
        count,
    )
    yield Row(AREA, f"grading, {STROKES} strokes", times["grade"], "CPU ms")
    yield Row(AREA, "grading", times["grade"] / times[ASSIGNMENT], "times", ASSIGNMENT)
    yield Row(AREA, f"grading while writing, {STROKES // 2} strokes", times["so far"], "CPU ms")


def _assigned(one: Drawing) -> object:
    """The least that a grader has to do."""
    drawn, reference = (
        resample_all([stroke.points for stroke in some.strokes], POINTS)
        for some in (one.ink, one.reference)
    )
    distances = np.linalg.norm(drawn[:, None] - reference, axis=3).mean(axis=2)
    return least_cost_assignment(distances)


def _is_whole(one: Drawing) -> bool:
    """Whether each canonical stroke is drawn by itself and in its place."""
    made_of = [set(s.canonical.tolist()) for s in one.ink.strokes if s.canonical is not None]
    return made_of == [{n} for n in range(len(one.reference.strokes))]


def _accepted(drawn: Sequence[Drawing]) -> float:
    """The fraction that is accepted."""
    return float(np.mean([grade(*one).verdict in ACCEPTED for one in drawn]))


def _changes(quick: bool) -> dict[str, Change]:
    changes: dict[str, Change] = {
        "two strokes exchanged": _exchanged,
        "a stroke reversed": _reversed,
        "a stroke missing": _missing,
    }
    if not quick:  # finding the pairs takes a second
        references = load_references()
        pairs = nearest(characters("joyo"), references)
        changes["drawn for the kanji most like it"] = lambda one, _: (
            _instead(one, references[pairs[one.reference.character][0]])
            if one.reference.character in pairs
            else None
        )
    return changes


def _exchanged(one: Drawing, generator: np.random.Generator) -> Drawing | None:
    count = len(one.ink.strokes)
    if count < 2:
        return None
    first = int(generator.integers(count - 1))
    order = [*range(first), first + 1, first, *range(first + 2, count)]
    if tuple(order) in accepted_orders(one.reference):
        return None
    return _drawn(one, [one.ink.strokes[n] for n in order])


def _reversed(one: Drawing, generator: np.random.Generator) -> Drawing:
    at = int(generator.integers(len(one.ink.strokes)))
    strokes = list(one.ink.strokes)
    strokes[at] = Stroke(strokes[at].points[::-1].copy(), strokes[at].t)
    return _drawn(one, strokes)


def _missing(one: Drawing, generator: np.random.Generator) -> Drawing | None:
    count = len(one.ink.strokes)
    if count < 3:
        return None
    at = int(generator.integers(count))
    return _drawn(one, [stroke for n, stroke in enumerate(one.ink.strokes) if n != at])


def _instead(one: Drawing, reference: Reference) -> Drawing:
    return Drawing(replace(one.ink, char=reference.character), reference)


def _drawn(one: Drawing, strokes: Sequence[Stroke]) -> Drawing:
    return Drawing(replace(one.ink, strokes=tuple(strokes)), one.reference)
