"""How kanji outside the official lists are read: `python -m tests.bench.rare [--model MODEL.onnx]`.

The ink is synthetic, of writers as people are, without mistakes and from a seed of its own, since
there is no ink of people. With the candidates `kanjivg` it should be read; with the official kanji
as candidates no answer is right, and none should be sure.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from data.characters import characters
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from kanji.recognizer.recognize import SHIPPED, SURE_PROBABILITY, Recognizer
from kanji.recognizer.second_look import recognize
from tests.bench.table import percent, table

SEED = 20_000_017


def main(argv: list[str] | None = None) -> None:
    """Prints top-1 and top-10 with all kanji, and how many answers are wrong and sure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=1000, help="inks")
    args = parser.parse_args(argv)
    recognizer, references = Recognizer.load(args.model), load_references()
    official = set(characters("all"))
    rare = [c for c in characters("kanjivg") if c not in official]
    generator = np.random.default_rng(SEED)
    labels = generator.integers(len(rare), size=args.count)
    drawing = Synthesizer(rare, references).draw(labels, generator, mistakes=Mistakes.none())
    inks = list(drawing.inks(rare, generator))
    sure = [recognize(recognizer, ink, references, top=1).best.probability for ink in inks]
    wrong = percent(float(np.mean(np.array(sure) >= SURE_PROBABILITY)))
    rows = [["joyo and jinmeiyo", "surely another kanji", wrong]]
    if set(rare) <= set(recognizer.labels):
        everything, ranks = characters("kanjivg"), []
        for ink in inks:
            answer = recognize(recognizer, ink, references, candidates=everything)
            ranked = [candidate.character for candidate in answer.candidates]
            ranks.append(ranked.index(ink.char) if ink.char in ranked else len(ranked))
        rank = np.array(ranks)
        rows += [["kanjivg", f"top-{top}", percent((rank < top).mean())] for top in (1, 10)]
    print(table(["candidates", f"of {len(inks)} inks", "rate"], rows))


if __name__ == "__main__":
    main()
