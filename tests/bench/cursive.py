"""Top-1 and top-10 accuracy on cursive ink: the joyo kanji of the sample of CASIA's OLHWDB1.0.

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
CURSIVE = 0.7  # drawn strokes over canonical ones, below which an ink counts as cursive
TOP = 10  # candidates that are ranked


def main(argv: list[str] | None = None) -> None:
    """Prints top-1 and top-10 accuracy of all inks and of the most cursive; candidates: joyo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    args = parser.parse_args(argv)
    if not SAMPLE.exists():
        print(f"skipped: no sample of OLHWDB at {SAMPLE}")
        return
    recognizer, references = Recognizer.load(args.model), load_references()
    joyo = characters("joyo")
    allowed = set(joyo)
    inks = [ink for ink in read_inks(SAMPLE) if ink.char in allowed]
    ranks = []
    for ink in inks:
        recognition = recognize(recognizer, ink, references, top=TOP, candidates=joyo)
        ranking = [candidate.character for candidate in recognition.candidates]
        ranks.append(ranking.index(ink.char) if ink.char in ranking else TOP)
    rank = np.array(ranks)
    ratio = np.array([len(ink.strokes) / len(references[ink.char].strokes) for ink in inks])
    for name, part in (("all", ratio > 0), ("cursive", ratio < CURSIVE)):
        print(
            f"{name:8} {part.sum():5} inks, top-1 {(rank[part] == 0).mean():7.2%},"
            f" top-{TOP} {(rank[part] < TOP).mean():7.2%}"
        )


if __name__ == "__main__":
    main()
