"""What the recognizer's probabilities are worth, and what it refuses.

`python -m tests.bench.calibration [--model MODEL.onnx]`

Expected calibration error on real handwriting, each source apart, of the probability and of that
given that the ink is a character at all; the share of real ink that is refused wrongly; and the
shares of scribble, of jumbled strokes, of letters (all synthetic) and of half of what people drew
that are refused.
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
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental", "tegaki-zh_TW-timed")


def main(argv: list[str] | None = None) -> None:
    """Prints a line for each kind of ink."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=500, help="synthetic inks of each kind")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    recognizer, references = Recognizer.load(args.model), load_references("ja")
    allowed = set(characters("all"))
    generator = np.random.default_rng(args.seed)
    for source in SOURCES if PEOPLE.exists() else ():
        inks = [ink for ink in people(source) if ink.char in allowed]
        if not inks:
            continue
        found = [recognize(recognizer, ink, references, top=1) for ink in inks]
        sure = np.array([answer.best.probability for answer in found])
        right = np.array([a.best.character == i.char for a, i in zip(found, inks, strict=True)])
        is_one = 1 - np.array([answer.none for answer in found])
        error = expected_calibration_error(sure, right)
        given = expected_calibration_error(sure / is_one.clip(1e-9), right)
        refused = np.mean([answer.is_refused for answer in found])
        print(
            f"{source:20} {len(inks):5} inks, right {right.mean():.2%}, mean probability"
            f" {sure.mean():.2%}, calibration error {error:.4f}, given a character {given:.4f},"
            f" refused {refused:.2%}"
        )
        half = [part for ink in inks if (part := _half(ink, generator)) is not None]
        _refused(recognizer, f"{source}, half", half)
    nonsense = Nonsense(Synthesizer(characters("all"), references), references)
    for kind in KINDS:
        drawing = nonsense.draw(kind, args.count, generator)
        _refused(recognizer, f"synthetic {kind}", list(drawing.inks("?", generator)))


def _refused(recognizer: Recognizer, name: str, inks: list[Ink]) -> None:
    refused = np.mean([recognizer.recognize(ink, top=1).is_refused for ink in inks])
    print(f"{name:26} {len(inks):5} inks, refused {refused:.2%}")


def _half(ink: Ink, generator: np.random.Generator) -> Ink | None:
    """The first strokes of an ink, no part of it complete; None where it is too short for that."""
    assert ink.char is not None
    reference = load_references("ja")[ink.char]
    counts = sorted(halves(reference))
    if not counts or len(ink.strokes) != len(reference.strokes):
        return None
    return Ink(ink.strokes[: int(generator.choice(counts))])


if __name__ == "__main__":
    main()
