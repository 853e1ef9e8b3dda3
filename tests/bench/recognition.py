"""Top-1 and top-10 on real handwriting, as written and with mistakes put in.

python -m tests.bench.recognition [--model MODEL.onnx] [--candidates joyo] [--every 1]
    [--json FILE]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Collection, Iterator

import numpy as np

from data.characters import characters
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import recognize
from service.bench.row import Row
from tests.bench.figures import add_json, write_figures
from tests.bench.mistake_sets import (
    SOURCES,
    MistakeSet,
    add_options,
    has_people,
    inks_by_source,
    mistake_sets,
)
from tests.bench.people import MISLABELLED

NOT_FOUND = 10  # the rank of a character that is not among the ten candidates


def main(argv: list[str] | None = None) -> None:
    """Prints a line for each source and mistake: number of inks, hits, milliseconds.

    In brackets are the hits without the inks that are labelled as another character than is drawn.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--candidates", default="all", help="all, joyo or jinmeiyo")
    add_json(parser)
    args = parser.parse_args(argv)
    if not has_people():
        return
    recognizer = Recognizer.load(args.model)
    allowed = set(characters(args.candidates))
    inks = inks_by_source((*SOURCES, "tegaki-zh_TW-timed"), allowed, every=args.every)
    inks = {source: some for source, some in inks.items() if some}
    rows: list[Row] = []
    for one in mistake_sets(inks, args.only, seed=args.seed):
        rows += measure(recognizer, one, allowed)
    write_figures(args.json, rows)


def measure(recognizer: Recognizer, inks: MistakeSet, allowed: Collection[str]) -> Iterator[Row]:
    """Recognizes the inks of a set, prints its line, and yields its hits."""
    references = load_references()
    ranks, seconds, is_labelled_right = [], [], []
    for ink in inks.inks:
        start = time.perf_counter()
        answer = recognize(recognizer, ink, references, candidates=allowed)
        seconds.append(time.perf_counter() - start)
        ranked = [candidate.character for candidate in answer.candidates]
        ranks.append(ranked.index(ink.char) if ink.char in ranked else NOT_FOUND)
        is_labelled_right.append((inks.source, ink.char) not in MISLABELLED)
    rank = np.array(ranks)
    certain = rank[is_labelled_right]
    hits = [
        f"top-{count} {(rank < count).mean():7.2%} ({(certain < count).mean():7.2%})"
        for count in (1, NOT_FOUND)
    ]
    for count in (1, NOT_FOUND):
        name = f"{inks.source}, {inks.mistake}, {len(rank)} inks: top-{count}"
        yield Row("recognition", name, 100 * float((rank < count).mean()), "%")
    print(
        f"{inks.source:18} {inks.mistake:20} {len(rank):5} inks, {', '.join(hits)},"
        f" median {np.median(seconds) * 1000:.2f} ms"
    )


if __name__ == "__main__":
    main()
