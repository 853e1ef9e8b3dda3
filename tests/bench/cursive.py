"""Top-1 and top-10 on cursive ink: the sample of CASIA's OLHWDB1.0, classes shared with joyo.

`python -m tests.bench.cursive [--model MODEL.onnx]`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from data.characters import characters
from data.corpora.files import read_inks
from data.references.store import load_references
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import recognize
from tests.bench.people import PEOPLE

SAMPLE = PEOPLE.with_name("olhwdb-sample.pot")
JOINED = 0.7  # pen strokes over canonical ones, below which an ink counts as cursive


def main(argv: list[str] | None = None) -> None:
    """Prints top-1 and top-10 of all and of the most cursive inks, candidates joyo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    args = parser.parse_args(argv)
    if not SAMPLE.exists():
        print(f"skipped: no sample of OLHWDB at {SAMPLE}")
        return
    recognizer, joyo, references = (
        Recognizer.load(args.model),
        characters("joyo"),
        load_references(),
    )
    allowed = set(joyo)
    inks = [ink for ink in read_inks(SAMPLE) if ink.char in allowed]
    ranks = []
    for ink in inks:
        found = recognize(recognizer, ink, references, candidates=joyo).candidates
        read = [candidate.character for candidate in found]
        ranks.append(read.index(ink.char) if ink.char in read else 10)
    rank = np.array(ranks)
    lifted = np.array([len(ink.strokes) / len(references[ink.char].strokes) for ink in inks])
    for name, part in (("all", lifted > 0), ("cursive", lifted < JOINED)):
        print(
            f"{name:8} {part.sum():5} inks, top-1 {(rank[part] == 0).mean():7.2%},"
            f" top-10 {(rank[part] < 10).mean():7.2%}"
        )


if __name__ == "__main__":
    main()
