"""Faults reported while a character is still being written, on real handwriting.

`python -m tests.bench.writing`

Every prefix of clean ink is graded: a fault there is a false alarm. For ink with two neighbours
exchanged or one stroke reversed, the prefix that ends with the first wrong stroke is graded, which
should be reported then, and the prefix one stroke longer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.grading.so_far import SoFar, grade_so_far
from tests.bench.grading import canonical_samples
from tests.bench.injection import Injection, neighbours_exchanged, one_reversed
from tests.bench.people import PEOPLE

SOURCES = ("kanjicanvas", "mcyph-supplemental")
MISTAKES = {"swap": neighbours_exchanged, "reversal": one_reversed}

Samples = Sequence[tuple[Ink, Reference]]


def main() -> None:
    """Prints a line for each source."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    for source in SOURCES:
        samples = canonical_samples(source)
        alarms, seconds = false_alarms(samples)
        rates: dict[str, float] = {}
        for name, change in MISTAKES.items():
            at_once, one_later = detected(samples, change)
            rates |= {f"{name}_reported_one_later": one_later, f"{name}_reported_at_once": at_once}
        print(
            f"{source:20} {len(samples)} inks, {len(alarms)} strokes, false alarms"
            f" {np.mean(alarms):.2%}, median {np.median(seconds) * 1000:.2f} ms, "
            + ", ".join(f"{name} {rate:.2%}" for name, rate in rates.items())
        )


def false_alarms(samples: Samples) -> tuple[list[bool], list[float]]:
    """Whether each prefix of the clean inks has a fault, and the seconds that each grade took."""
    alarms, seconds = [], []
    for ink, reference in samples:
        for count in range(1, len(ink.strokes) + 1):
            started = time.perf_counter()
            alarms.append(not _prefix(ink, reference, count).is_right)
            seconds.append(time.perf_counter() - started)
    return alarms, seconds


def detected(samples: Samples, change: Injection) -> tuple[float, float]:
    """The fraction of mistakes reported at once, and by the next stroke at the latest.

    The first is of the inks that can have the mistake, the second of all inks.
    """
    generator = np.random.default_rng(1)
    at_once, one_later = [], 0
    for ink, reference in samples:
        wrong = change(ink, generator)
        if wrong is None:
            continue
        pairs = zip(ink.strokes, wrong.strokes, strict=True)
        first = next(n for n, (a, b) in enumerate(pairs) if a is not b)
        at_once.append(bool(_prefix(wrong, reference, first + 1).strokes[first].faults))
        one_later += at_once[-1] or (
            first + 2 <= len(wrong.strokes) and not _prefix(wrong, reference, first + 2).is_right
        )
    return float(np.mean(at_once)), one_later / len(samples)


def _prefix(ink: Ink, reference: Reference, count: int) -> SoFar:
    """The grade of the first `count` strokes."""
    return grade_so_far(Ink(ink.strokes[:count], ink.char), reference)


if __name__ == "__main__":
    main()
