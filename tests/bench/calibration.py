"""How well the recognizer's probabilities are calibrated, and which ink it refuses.

`python -m tests.bench.calibration [--model MODEL.onnx]`

On real handwriting, for each source: the expected calibration error of the probability, and of the
probability given that the ink is a character at all; and the fraction that is wrongly refused. Then
the fraction that is refused of ink that is no character: scribble, jumbled strokes and letters (all
synthetic), and halves of what people drew.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from data.characters import characters
from data.ink import Ink
from data.references.store import load_references
from data.synthetic.nonsense import KINDS, Nonsense, halves
from data.synthetic.synthesizer import Synthesizer
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import recognize
from kanji.training.calibration import expected_calibration_error
from tests.bench.mistake_sets import inks_by_source
from tests.bench.people import PEOPLE

SOURCES = ("kanjicanvas", "mcyph-supplemental", "tegaki-zh_TW-timed")
REFUSED = 0.5  # an ink is refused if its probability of being no character is above this


def main(argv: list[str] | None = None) -> None:
    """Prints a line for each kind of ink."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=500, help="synthetic inks of each kind")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    recognizer, references = Recognizer.load(args.model), load_references("ja")
    generator = np.random.default_rng(args.seed)
    inks_of = inks_by_source(SOURCES, characters("all")) if PEOPLE.exists() else {}
    for source, inks in inks_of.items():
        if not inks:
            continue
        _print_calibration(recognizer, source, inks)
        halves_of = [part for ink in inks if (part := _half(ink, generator)) is not None]
        _print_refused(recognizer, f"{source}, half", halves_of)
    nonsense = Nonsense(Synthesizer(characters("all"), references), references)
    for kind in KINDS:
        drawing = nonsense.draw(kind, args.count, generator)
        _print_refused(recognizer, f"synthetic {kind}", list(drawing.inks("?", generator)))


def _print_calibration(recognizer: Recognizer, source: str, inks: list[Ink]) -> None:
    references = load_references("ja")
    answers = [recognize(recognizer, ink, references, top=1) for ink in inks]
    probability = np.array([answer.best.probability for answer in answers])
    right = np.array([a.best.character == i.char for a, i in zip(answers, inks, strict=True)])
    none = np.array([answer.none for answer in answers])
    error = expected_calibration_error(probability, right)
    given = expected_calibration_error(probability / (1 - none).clip(1e-9), right)
    print(
        f"{source:20} {len(inks):5} inks, right {right.mean():.2%}, mean probability"
        f" {probability.mean():.2%}, calibration error {error:.4f}, given a character {given:.4f},"
        f" refused {(none > REFUSED).mean():.2%}"
    )


def _print_refused(recognizer: Recognizer, name: str, inks: list[Ink]) -> None:
    refused = np.mean([recognizer.recognize(ink, top=1).none > REFUSED for ink in inks])
    print(f"{name:26} {len(inks):5} inks, refused {refused:.2%}")


def _half(ink: Ink, generator: np.random.Generator) -> Ink | None:
    """The first strokes of an ink, without a complete component; None if it has too few strokes."""
    assert ink.char is not None
    reference = load_references("ja")[ink.char]
    counts = sorted(halves(reference))
    if not counts or len(ink.strokes) != len(reference.strokes):
        return None
    return Ink(ink.strokes[: int(generator.choice(counts))])


if __name__ == "__main__":
    main()
