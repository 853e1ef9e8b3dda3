"""Top-1 and top-10 on real handwriting, clean and with mistakes put in.

`python -m tests.bench.recognition [--model MODEL.onnx] [--candidates joyo] [--every 1]`
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from data.characters import characters
from data.references.store import load_references
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import recognize
from tests.bench.injection import INJECTIONS
from tests.bench.people import MISLABELLED, PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental", "tegaki-zh_TW-timed")


def main(argv: list[str] | None = None) -> None:
    """Prints a line for each source and mistake: inks that can be known, hits, milliseconds.

    Hits are also given of those inks alone that are labelled as they are drawn.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--candidates", default="all", help="all, joyo or jinmeiyo")
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    parser.add_argument("--only", nargs="*", default=list(INJECTIONS), help="which mistakes")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    recognizer, references = Recognizer.load(args.model), load_references()
    allowed = set(characters(args.candidates))
    for source in SOURCES:
        inks = [ink for ink in people(source) if ink.char in allowed][:: args.every]
        for name in args.only if inks else ():
            generator = np.random.default_rng(args.seed)
            ranks, spent, rightly = [], [], []
            for ink in inks:
                drawn = INJECTIONS[name](ink, generator)
                if drawn is None:
                    continue
                begun = time.perf_counter()
                answer = recognize(recognizer, drawn, references, candidates=allowed)
                spent.append(time.perf_counter() - begun)
                found = [candidate.character for candidate in answer.candidates]
                ranks.append(found.index(ink.char) if ink.char in found else 10)
                rightly.append((source, ink.char) not in MISLABELLED)
            rank = np.array(ranks)
            hits = [
                f"top-{most} {(rank < most).mean():7.2%} ({(rank[rightly] < most).mean():7.2%})"
                for most in (1, 10)
            ]
            print(
                f"{source:18} {name:20} {len(rank):5} inks, {', '.join(hits)},"
                f" median {np.median(spent) * 1000:.2f} ms"
            )


if __name__ == "__main__":
    main()
