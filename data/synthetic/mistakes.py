"""What goes wrong in an ink, drawn at random: which strokes, in which order, which way."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from data.synthetic.writer import Writers

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Generator = np.random.Generator

FAULTS = ("order", "direction", "missing", "extra", "broken", "merged")
MAX_STROKES = 60  # of an ink with its extra and broken strokes
LEAST_FOR_MISSING = 3  # strokes of an ink that one may be missing from


@dataclass(frozen=True)
class Mistakes:
    """Shares of inks in which each thing happens, on top of the writers' habits.

    `order` scales the writers' habit of exchanging strokes; `shuffled` inks are in no order at all;
    `direction`, `missing`, `extra`, `broken`: a stroke or two drawn backwards, left out, drawn
    twice, drawn in two pieces; `merged` inks have some of their pen lifts left out.
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
            raise ValueError(f"the mistakes {', '.join(wrong)} must be shares, from 0 to 1")

    @classmethod
    def none(cls) -> Mistakes:
        """No mistakes at all; a writer who joins strokes still does."""
        return cls(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Plan:
    """The strokes of a batch of inks in the order drawn, ink after ink: a row a stroke, (S,).

    `ink`: which ink; `canonical`: which of its strokes; `is_backwards`; `is_lifted`: the pen comes
    down anew; `begin`, `end`: which part of the stroke, from 0 to 1; `is_extra`: drawn before.
    `faults`: (B, 6) bool, which of FAULTS each ink has.
    """

    ink: Integers
    canonical: Integers
    is_backwards: Booleans
    is_lifted: Booleans
    begin: npt.NDArray[np.float32]
    end: npt.NDArray[np.float32]
    is_extra: Booleans
    faults: Booleans


def plan(counts: Integers, writers: Writers, mistakes: Mistakes, generator: Generator) -> Plan:
    """Plans an ink of `counts[i]` strokes for each writer i."""
    inks = len(counts)
    ink = np.repeat(np.arange(inks), counts)
    first = np.cumsum(counts) - counts
    canonical = np.arange(len(ink)) - first[ink]

    def one_of() -> Integers:
        """A stroke of each ink, as a row."""
        return np.asarray(first + (generator.random(inks) * counts).astype(np.int64))

    def happens(share: float | npt.NDArray[np.float32], least: int = 1) -> Booleans:
        return np.asarray((generator.random(inks) < share) & (counts >= least))

    key = canonical.astype(np.float64)
    for share in (writers.disorder * mistakes.order, writers.disorder * mistakes.order * 0.4):
        reach = generator.integers(1, 4, inks) * generator.choice((-1, 1), inks)
        key[one_of()] += np.where(happens(share, 2), reach * 1.01, 0)
    shuffled = happens(mistakes.shuffled, 2)
    key = np.where(shuffled[ink], generator.random(len(ink)), key)

    is_backwards = np.zeros(len(ink), bool)
    for part in (mistakes.direction, mistakes.direction / 3):
        is_backwards[one_of()] |= happens(part)
    kept = np.ones(len(ink), bool)
    kept[one_of()] &= ~happens(mistakes.missing, LEAST_FOR_MISSING)

    roomy = counts < MAX_STROKES // 2
    extra, broken = np.zeros(len(ink), bool), np.zeros(len(ink), bool)
    extra[one_of()] |= happens(mistakes.extra) & roomy
    broken[one_of()] |= happens(mistakes.broken) & roomy
    extra &= kept
    broken &= kept & ~extra

    rows = np.repeat(np.arange(len(ink)), kept.astype(np.int64) + extra + broken)
    again = np.concatenate([[False], rows[1:] == rows[:-1]])
    cut = generator.uniform(0.3, 0.7, len(ink)).astype(np.float32)[rows]
    second, is_broken = again & broken[rows], broken[rows]
    # The pieces of a stroke that is drawn backwards come in the other order.
    tail = second != is_backwards[rows]
    begin = np.where(is_broken & tail, cut, 0).astype(np.float32)
    end = np.where(is_broken & ~tail, cut, 1).astype(np.float32)
    is_extra = again & extra[rows]

    order = np.lexsort((key[rows] + 1e-3 * again, ink[rows]))
    rows, begin, end, is_extra = rows[order], begin[order], end[order], is_extra[order]
    of = ink[rows]
    starts = np.concatenate([[True], of[1:] != of[:-1]])
    careless = happens(mistakes.merged) * generator.uniform(0.1, 0.6, inks)
    dropped = generator.random(len(rows)) < np.maximum(writers.joining, careless)[of]
    is_lifted = starts | ~dropped

    out_of_order = np.zeros(inks, bool)
    falls = (canonical[rows][1:] < canonical[rows][:-1]) & ~starts[1:]
    out_of_order[of[1:][falls]] = True

    def any_of(rows_of: Integers, which: Booleans) -> Booleans:
        return np.asarray(np.bincount(rows_of[which], minlength=inks) > 0)

    faults = [
        out_of_order,
        any_of(ink, is_backwards & kept),
        any_of(ink, ~kept),
        any_of(of, is_extra),
        any_of(of, (begin > 0)),
        any_of(of, ~is_lifted),
    ]
    return Plan(
        of,
        canonical[rows],
        is_backwards[rows],
        is_lifted,
        begin,
        end,
        is_extra,
        np.stack(faults, axis=1),
    )
