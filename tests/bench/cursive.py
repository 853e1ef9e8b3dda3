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
from tests.bench.table import percent, table

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
    parts = {"all": ratio > 0, f"fewer than {CURSIVE:g} of the strokes": ratio < CURSIVE}
    rows = (
        [name, part.sum(), *(percent((rank[part] < top).mean()) for top in (1, TOP))]
        for name, part in parts.items()
    )
    print(table(["ink", "inks", "top-1", f"top-{TOP}"], rows))


if __name__ == "__main__":
    main()
