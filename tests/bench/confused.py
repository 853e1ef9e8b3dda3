"""Draws `docs/confused.png`: what the shipped recognizer mistakes for what.

`python -m tests.bench.confused docs/confused.png [--count 20000]`

Synthetic ink of kanji by a messy hand, read among all kanji by the network alone.
One pair of cells a confusion: the ink as drawn, and the strokes of what it was read as.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from data.cache import replacing
from data.characters import characters
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.recognizer.recognize import Recognizer
from kanji.training.confusions import Confusion, confusion_sheet

BATCH = 250
MESSY = WriterModel(sloppiness=2.4)  # of tidy hands hardly one in a thousand is misread
PAIRS = 24  # that are drawn


def main() -> None:
    """Writes the picture, and prints the pairs with how often each was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--count", type=int, default=20_000, help="inks that are read")
    args = parser.parse_args()
    found = confusions(args.count, np.random.default_rng(1))
    times = Counter((one.character, one.read) for one in found)
    example = {(one.character, one.read): one for one in found}
    most = times.most_common(PAIRS)
    print(f"{args.count} inks, {len(found)} misread")
    print(", ".join(f"{drawn} as {read} {count}" for (drawn, read), count in most))
    drawn = [example[pair] for pair, _ in most]
    with replacing(args.output) as temporary:
        image = confusion_sheet(drawn, load_references()).quantize(32)
        image.save(temporary, "PNG", optimize=True)


def confusions(count: int, generator: np.random.Generator) -> list[Confusion]:
    """The misread ones of `count` synthetic inks."""
    recognizer, kanji = Recognizer.load(), characters("all")
    known = np.array([recognizer.labels.index(character) for character in kanji])
    synthesizer = Synthesizer(kanji, load_references())
    found = []
    for _ in range(-(-count // BATCH)):
        drawn = generator.integers(len(kanji), size=BATCH)
        drawing = synthesizer.draw(drawn, generator, model=MESSY, mistakes=Mistakes.none())
        read = recognizer.run(drawing.sequences(generator)).logits[:, known].argmax(axis=1)
        inks = list(drawing.inks(kanji, generator)) if (read != drawn).any() else []
        for n in np.flatnonzero(read != drawn):
            strokes = [stroke.points for stroke in inks[n].strokes]
            found.append(Confusion(kanji[drawn[n]], kanji[read[n]], strokes))
    return found


if __name__ == "__main__":
    main()
