"""Alarms while a character is still being written, on real handwriting.

`python -m tests.bench.writing`

Of clean ink every prefix is graded: an alarm is false. Of ink with two neighbours exchanged, or a
stroke reversed, the prefix that ends with the first wrong stroke is graded: it should be told then.
"""

from __future__ import annotations

import time

import numpy as np

from data.ink import Ink
from data.references.store import load_references
from kanji.grading.so_far import grade_so_far
from tests.bench.grading import is_canonical
from tests.bench.injection import neighbours_exchanged, one_reversed
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")


def main() -> None:
    """Prints a line for each source."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    references = load_references("ja")
    for source in SOURCES:
        inks = [
            ink
            for ink in people(source)
            if ink.char in references
            and len(ink.strokes) == len(references[ink.char].strokes)
            and is_canonical(ink, references[ink.char])
        ]
        alarms, spent = [], []
        for ink in inks:
            for count in range(1, len(ink.strokes) + 1):
                begun = time.perf_counter()
                alarms.append(not _so_far(ink, count).is_right)
                spent.append(time.perf_counter() - begun)
        told = {}
        for name, change in (("swap", neighbours_exchanged), ("reversal", one_reversed)):
            generator = np.random.default_rng(1)
            caught = []
            for ink in inks:
                wrong = change(ink, generator)
                if wrong is None:
                    continue
                first = next(
                    n
                    for n, (a, b) in enumerate(zip(ink.strokes, wrong.strokes, strict=True))
                    if a is not b
                )
                found = _so_far(wrong, first + 1)
                caught.append(bool(found.strokes[first].faults))
                told[f"{name}_told_one_later"] = told.get(f"{name}_told_one_later", 0) + (
                    caught[-1]
                    or (first + 2 <= len(wrong.strokes) and not _so_far(wrong, first + 2).is_right)
                ) / len(inks)
            told[f"{name}_told_at_once"] = float(np.mean(caught))
        print(
            f"{source:20} {len(inks)} inks, {len(alarms)} strokes, false alarms"
            f" {np.mean(alarms):.2%}, median {np.median(spent) * 1000:.2f} ms, "
            + ", ".join(f"{name} {share:.2%}" for name, share in told.items())
        )


def _so_far(ink: Ink, count: int):  # type: ignore[no-untyped-def]
    assert ink.char is not None
    return grade_so_far(Ink(ink.strokes[:count], ink.char), load_references("ja")[ink.char])


if __name__ == "__main__":
    main()
