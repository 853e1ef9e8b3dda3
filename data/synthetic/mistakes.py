"""Random mistakes in an ink: which strokes are drawn, in which order and in which direction."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from data.synthetic.writer import Writers

Array = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Generator = np.random.Generator

FAULTS = ("order", "direction", "missing", "extra", "broken", "merged")
MAX_STROKES = 60  # of an ink, its extra and broken strokes included
MIN_STROKES_FOR_MISSING = 3  # an ink with fewer strokes never loses one


@dataclass(frozen=True)
class Mistakes:
    """The fraction of inks in which each mistake happens, in addition to the writers' habits.

    `order` scales the writers' habit of exchanging strokes. `shuffled` inks have a random order.
    `direction`, `missing`, `extra`, `broken`: one or two strokes are drawn backwards, left out,
    drawn twice, or drawn in two pieces. `merged` inks have some of their pen lifts left out.

    Raises ValueError for a fraction outside 0 to 1.
    """

    order: float = 1.0
    shuffled: float = 0.04
    direction: float = 0.12
    missing: float = 0.1
    extra: float = 0.06
    broken: float = 0.03
    merged: float = 0.15

    def __post_init__(self) -> None:
        wrong = [f.name for f in fields(self) if not 0 <= getattr(self, f.name) <= 1]
        if wrong:
            raise ValueError(f"the mistakes {', '.join(wrong)} must be fractions from 0 to 1")

    @classmethod
    def none(cls) -> Mistakes:
        """No mistakes at all. A writer who joins strokes still joins them."""
        return cls(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class StrokePlan:
    """The strokes of a batch of inks in the order drawn, ink after ink.

    Each array has a value for each drawn stroke, (S,), except `faults`.

    `ink`: int64, the ink of the stroke. `canonical`: int64, the index of the canonical stroke.
    `is_backwards`: bool. `is_lifted`: bool, the pen was lifted before this stroke.
    `begin`, `end`: float32, the part of the canonical stroke that is drawn, from 0 to 1.
    `is_extra`: bool, the second drawing of a stroke.
    `faults`: (B, 6) bool, which of FAULTS each ink has.
    """

    ink: Integers
    canonical: Integers
    is_backwards: Booleans
    is_lifted: Booleans
    begin: Array
    end: Array
    is_extra: Booleans
    faults: Booleans


def plan_strokes(
    counts: Integers, writers: Writers, mistakes: Mistakes, generator: Generator
) -> StrokePlan:
    """Plan one ink for each writer. `counts`: (B,) int64, the canonical strokes of each ink.

    The stages draw from `generator` in a fixed order, so that a seed always gives the same ink.
    """
    batch = _CanonicalStrokes.of(counts, generator)
    order_key = _order_keys(batch, writers, mistakes)
    is_backwards = _backwards(batch, mistakes)
    is_kept, is_doubled, is_broken = _kept_doubled_broken(batch, mistakes)
    pieces = _pieces(batch, is_backwards, is_kept, is_doubled, is_broken)
    pieces = pieces.take(np.lexsort((pieces.sort_key(order_key), batch.ink[pieces.row])))

    ink, canonical = batch.ink[pieces.row], batch.canonical[pieces.row]
    is_first = np.concatenate([[True], ink[1:] != ink[:-1]])
    is_lifted = is_first | ~_joined(batch, ink, writers, mistakes)
    has_fault = [
        batch.any_in_ink(ink[1:], (canonical[1:] < canonical[:-1]) & ~is_first[1:]),
        batch.any_in_ink(batch.ink, is_backwards & is_kept),
        batch.any_in_ink(batch.ink, ~is_kept),
        batch.any_in_ink(ink, pieces.is_extra),
        batch.any_in_ink(ink, pieces.begin > 0),
        batch.any_in_ink(ink, ~is_lifted),
    ]
    return StrokePlan(
        ink,
        canonical,
        is_backwards[pieces.row],
        is_lifted,
        pieces.begin,
        pieces.end,
        pieces.is_extra,
        np.stack(has_fault, axis=1),
    )


@dataclass(frozen=True)
class _CanonicalStrokes:
    """The canonical strokes of a batch of inks, ink after ink, and the source of randomness.

    `counts`, `first`: (B,), the number of strokes of each ink and the row of its first one.
    `ink`, `canonical`: (S,), the ink of each row and the index of the stroke in its ink.
    """

    counts: Integers
    first: Integers
    ink: Integers
    canonical: Integers
    generator: Generator

    @classmethod
    def of(cls, counts: Integers, generator: Generator) -> _CanonicalStrokes:
        ink = np.repeat(np.arange(len(counts)), counts)
        first = np.cumsum(counts) - counts
        return cls(counts, first, ink, np.arange(len(ink)) - first[ink], generator)

    def random_rows(self) -> Integers:
        """The row of one random stroke of each ink."""
        offset = (self.generator.random(len(self.counts)) * self.counts).astype(np.int64)
        return np.asarray(self.first + offset)

    def happens(self, fraction: float | Array, *, min_strokes: int = 1) -> Booleans:
        """In which inks something happens: in `fraction` of those with `min_strokes` or more."""
        is_chosen = self.generator.random(len(self.counts)) < fraction
        return np.asarray(is_chosen & (self.counts >= min_strokes))

    def any_in_ink(self, ink: Integers, condition: Booleans) -> Booleans:
        """The inks with a stroke for which `condition` holds; `ink` says whose stroke it is."""
        return np.asarray(np.bincount(ink[condition], minlength=len(self.counts)) > 0)


@dataclass(frozen=True)
class _Pieces:
    """What the pen draws, stroke by stroke: a row for each whole stroke or piece of one.

    `row`: the canonical stroke; `is_second`: the second piece or the second drawing of its stroke.
    """

    row: Integers
    is_second: Booleans
    begin: Array
    end: Array
    is_extra: Booleans

    def sort_key(self, order_key: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The place of each piece in its ink, where `order_key` is that of canonical strokes."""
        return np.asarray(order_key[self.row] + 1e-3 * self.is_second)

    def take(self, order: Integers) -> _Pieces:
        """The pieces in another order."""
        return _Pieces(*(getattr(self, f.name)[order] for f in fields(self)))


def _order_keys(
    batch: _CanonicalStrokes, writers: Writers, mistakes: Mistakes
) -> npt.NDArray[np.float64]:
    """(S,), numbers by which the strokes of an ink are sorted: their indexes, some of them moved.

    Up to two strokes of an ink move by up to three places; a shuffled ink has random numbers.
    """
    inks, generator = len(batch.counts), batch.generator
    key = batch.canonical.astype(np.float64)
    disorder = writers.disorder * mistakes.order
    for fraction in (disorder, disorder * 0.4):
        places = generator.integers(1, 4, inks) * generator.choice((-1, 1), inks)
        rows = batch.random_rows()
        key[rows] += np.where(batch.happens(fraction, min_strokes=2), places * 1.01, 0)
    is_shuffled = batch.happens(mistakes.shuffled, min_strokes=2)
    return np.where(is_shuffled[batch.ink], generator.random(len(batch.ink)), key)


def _backwards(batch: _CanonicalStrokes, mistakes: Mistakes) -> Booleans:
    """(S,), which strokes are drawn backwards: up to two of an ink."""
    is_backwards = np.zeros(len(batch.ink), bool)
    for fraction in (mistakes.direction, mistakes.direction / 3):
        is_backwards[batch.random_rows()] |= batch.happens(fraction)
    return is_backwards


def _kept_doubled_broken(
    batch: _CanonicalStrokes, mistakes: Mistakes
) -> tuple[Booleans, Booleans, Booleans]:
    """(S,) each: which strokes are drawn at all, drawn twice, and drawn in two pieces."""
    is_kept = np.ones(len(batch.ink), bool)
    is_doubled, is_broken = np.zeros(len(batch.ink), bool), np.zeros(len(batch.ink), bool)
    has_room = batch.counts < MAX_STROKES // 2
    is_kept[batch.random_rows()] &= ~batch.happens(
        mistakes.missing, min_strokes=MIN_STROKES_FOR_MISSING
    )
    is_doubled[batch.random_rows()] |= batch.happens(mistakes.extra) & has_room
    is_broken[batch.random_rows()] |= batch.happens(mistakes.broken) & has_room
    is_doubled &= is_kept
    is_broken &= is_kept & ~is_doubled
    return is_kept, is_doubled, is_broken


def _pieces(
    batch: _CanonicalStrokes,
    is_backwards: Booleans,
    is_kept: Booleans,
    is_doubled: Booleans,
    is_broken: Booleans,
) -> _Pieces:
    """The kept strokes in canonical order: broken ones as two pieces, doubled ones twice."""
    repeats = is_kept.astype(np.int64) + is_doubled + is_broken
    row = np.repeat(np.arange(len(batch.ink)), repeats)
    is_second = np.concatenate([[False], row[1:] == row[:-1]])
    gap = batch.generator.uniform(0.3, 0.7, len(batch.ink)).astype(np.float32)[row]
    is_piece = is_broken[row]
    # The pieces of a stroke that is drawn backwards come in the other order.
    is_tail = (is_second & is_piece) != is_backwards[row]
    begin = np.where(is_piece & is_tail, gap, 0).astype(np.float32)
    end = np.where(is_piece & ~is_tail, gap, 1).astype(np.float32)
    return _Pieces(row, is_second, begin, end, is_second & is_doubled[row])


def _joined(
    batch: _CanonicalStrokes, ink: Integers, writers: Writers, mistakes: Mistakes
) -> Booleans:
    """Which drawn strokes would follow the one before without a pen lift; `ink`: whose they are."""
    inks, generator = len(batch.counts), batch.generator
    merging = batch.happens(mistakes.merged) * generator.uniform(0.1, 0.6, inks)
    return np.asarray(generator.random(len(ink)) < np.maximum(writers.joining, merging)[ink])
