"""Top-1 and top-10 on real handwriting: `python -m tests.bench.recognition [MODEL.onnx]`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from kanji.recognition import SHIPPED, Recognizer
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental", "tegaki-zh_TW-timed")


def main(path: Path = SHIPPED) -> None:
    """Prints a line for each source: inks that the recognizer can know, and its hits."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    recognizer = Recognizer.load(path)
    for source in SOURCES:
        ranks, spent = [], []
        for ink in people(source):
            if ink.char not in recognizer.labels:
                continue
            begun = time.perf_counter()
            found = [c.character for c in recognizer.recognize(ink, top=10)]
            spent.append(time.perf_counter() - begun)
            ranks.append(found.index(ink.char) if ink.char in found else 10)
        rank = np.array(ranks)
        print(
            f"{source}: {len(rank)} inks, top-1 {(rank == 0).mean():.2%},"
            f" top-10 {(rank < 10).mean():.2%}, median {np.median(spent) * 1000:.2f} ms"
        )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
