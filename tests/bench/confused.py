"""Draw `docs/confused.png`: the characters that the shipped recognizer confuses.

`python -m tests.bench.confused docs/confused.png [--count 20000]`

The network alone reads synthetic ink of kanji by a messy writer; candidates are all kanji. The
picture has a pair of cells for each confusion: the ink as drawn, and the strokes of the character
that it was read as.
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
MESSY = WriterModel(sloppiness=2.4)  # of tidy ink hardly one in a thousand is misread
PAIRS = 24  # confusions in the picture


def main() -> None:
    """Write the picture, and print how often each pair occurred."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path, help="the picture to write")
    parser.add_argument("--count", type=int, default=20_000, help="inks to read")
    args = parser.parse_args()
    misread = confusions(args.count, np.random.default_rng(1))
    counts = Counter((one.character, one.read) for one in misread)
    example = {(one.character, one.read): one for one in misread}
    frequent = counts.most_common(PAIRS)
    print(f"{args.count} inks, {len(misread)} misread")
    print(", ".join(f"{drawn} as {read} {count}" for (drawn, read), count in frequent))
    examples = [example[pair] for pair, _ in frequent]
    with replacing(args.output) as temporary:
        image = confusion_sheet(examples, load_references()).quantize(32)
        image.save(temporary, "PNG", optimize=True)


def confusions(count: int, generator: np.random.Generator) -> list[Confusion]:
    """The misread inks among `count` synthetic ones."""
    recognizer, kanji = Recognizer.load(), characters("all")
    candidates = np.array([recognizer.labels.index(character) for character in kanji])
    synthesizer = Synthesizer(kanji, load_references())
    misread = []
    for _ in range(-(-count // BATCH)):
        drawn = generator.integers(len(kanji), size=BATCH)
        drawing = synthesizer.draw(drawn, generator, model=MESSY, mistakes=Mistakes.none())
        read = recognizer.run(drawing.sequences(generator)).logits[:, candidates].argmax(axis=1)
        inks = list(drawing.inks(kanji, generator)) if (read != drawn).any() else []
        for n in np.flatnonzero(read != drawn):
            strokes = [stroke.points for stroke in inks[n].strokes]
            misread.append(Confusion(kanji[drawn[n]], kanji[read[n]], strokes))
    return misread


if __name__ == "__main__":
    main()
