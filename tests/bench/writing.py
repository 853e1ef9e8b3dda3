"""Faults reported while a character is still being written, on real handwriting.

`python -m tests.bench.writing`

Every prefix of clean ink is graded: a fault there is a false alarm. For ink with two neighbours
exchanged or one stroke reversed, the prefix that ends with the first wrong stroke is graded, which
should be reported then, and the prefix one stroke longer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.grading.so_far import SoFar, grade_so_far
from tests.bench.grading import canonical_samples
from tests.bench.injection import Injection, neighbours_exchanged, one_reversed
from tests.bench.people import PEOPLE
from tests.bench.table import percent, table

SOURCES = ("kanjicanvas", "mcyph-supplemental")
MISTAKES = {"exchanged": neighbours_exchanged, "reversed": one_reversed}

Samples = Sequence[tuple[Ink, Reference]]


def main() -> None:
    """Prints a row for each source."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    rows = []
    for source in SOURCES:
        samples = canonical_samples(source)
        alarms = false_alarms(samples)
        found = (rate for change in MISTAKES.values() for rate in detected(samples, change))
        rates = map(percent, (float(np.mean(alarms)), *found))
        rows.append([source, len(samples), len(alarms), *rates])
    told = [f"{name}: {when}" for name in MISTAKES for when in ("at once", "a stroke later")]
    print(table(["source", "inks", "beginnings", "called wrong", *told], rows))


def false_alarms(samples: Samples) -> list[bool]:
    """Whether each prefix of the clean inks has a fault."""
    return [
        not _prefix(ink, reference, count).is_right
        for ink, reference in samples
        for count in range(1, len(ink.strokes) + 1)
    ]


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
