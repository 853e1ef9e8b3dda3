"""Top-1 on kana, where the stroke count is right, and how many are refused.

`python -m tests.bench.kana [INK] [--model MODEL.onnx] [--count 1000]`

INK is a file of ink with `char` that `data info` reads. Without it the ink is synthetic, of the
writers that `kanji/configs/kanjivg.yaml` trains on, from a seed that no training uses.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from data.characters import MARKS, characters
from data.corpora.files import read_inks
from data.ink import Ink
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import recognize
from tests.bench.table import percent, table

SEED = 20_000_003
# As in kanji/configs/kanjivg.yaml.
LEARNERS = WriterModel(
    sloppiness=2.4, sloppiness_spread=0.5, joining=0.1, hooks=0.05, running=0.05, mouse=0.35
)
MISTAKES = Mistakes(missing=0.01, merged=0.15, extra=0.03, broken=0.12, direction=0.15)
HEADS = ("kana", "inks", "top-1", "where the count is right", "refused")
REFUSED = 0.5  # an ink is refused if its probability of being no character is above this


def main(argv: list[str] | None = None) -> None:
    """Prints a row for hiragana and one for katakana; candidates: kana."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ink", type=Path, nargs="?")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=1000, help="synthetic inks")
    args = parser.parse_args(argv)
    recognizer, kana = Recognizer.load(args.model), characters("kana")
    inks = read_inks(args.ink) if args.ink else synthetic(args.count)
    rows: dict[str, list[tuple[bool, bool, bool]]] = {"hiragana": [], "katakana": []}
    for ink in inks:
        if ink.char in kana and ink.char not in MARKS:
            rows["hiragana" if ink.char <= "ゟ" else "katakana"].append(_read(recognizer, ink))
    print(table(HEADS, (_rates(name, results) for name, results in rows.items() if results)))


def _rates(name: str, results: list[tuple[bool, bool, bool]]) -> list[object]:
    """The cells of a row."""
    is_right, has_count, is_refused = np.array(results).T
    counted = is_right[has_count]
    rates = (is_right.mean(), counted.mean(), is_refused.mean())
    right, of_count, refused = (percent(float(rate)) for rate in rates)
    return [name, len(results), right, f"{of_count} of {len(counted)}", refused]


def _read(recognizer: Recognizer, ink: Ink) -> tuple[bool, bool, bool]:
    """Whether it is read as its character, has the right number of strokes, and is refused."""
    references, kana = load_references(), characters("kana")
    answer = recognize(recognizer, ink, references, top=1, candidates=kana)
    assert ink.char is not None
    has_count = len(ink.strokes) == len(references[ink.char].strokes)
    return answer.best.character == ink.char, has_count, answer.none > REFUSED


def synthetic(count: int) -> Iterable[Ink]:
    """Kana by learners with a mouse."""
    kana = characters("kana")
    synthesizer, generator = Synthesizer(kana, load_references()), np.random.default_rng(SEED)
    labels = generator.integers(len(kana), size=count)
    drawing = synthesizer.draw(labels, generator, model=LEARNERS, mistakes=MISTAKES)
    return drawing.inks(kana, generator)


if __name__ == "__main__":
    main()
