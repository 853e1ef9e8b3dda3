"""Whether the LSTM knows which stroke is which, on real handwriting with mistakes put in.

`python -m tests.bench.stroke_order [--model MODEL.onnx] [--held-out 200]`

Of inks with as many strokes as their reference, drawn in its order as far as `kanji.matching.match`
can tell by geometry, every stroke's canonical one is known; mistakes keep it.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

import numpy as np

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import load_references
from data.training.ink_module import held_out
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.stroke_order import read_strokes
from tests.bench.grading import is_canonical
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")


def main(argv: list[str] | None = None) -> None:
    """Prints a line for each source and mistake: strokes, and the share that is right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--held-out", type=int, help="only characters that a training left out")
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    parser.add_argument("--only", nargs="*", default=list(INJECTIONS), help="which mistakes")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    recognizer, references = Recognizer.load(args.model), load_references("ja")
    allowed = set(characters("all"))
    if args.held_out:
        allowed &= held_out(recognizer.labels, args.held_out)
    for source in SOURCES:
        inks = [
            _labelled(ink)
            for ink in list(people(source))[:: args.every]
            if ink.char in allowed
            and len(ink.strokes) == len(references[ink.char].strokes)
            and is_canonical(ink, references[ink.char])
        ]
        for name in args.only:
            generator = np.random.default_rng(args.seed)
            right, whole = [], []
            for ink in inks:
                drawn = INJECTIONS[name](ink, generator)
                if drawn is None or ink.char is None:
                    continue
                found = read_strokes(recognizer, drawn, references[ink.char])
                wanted = [_canonical(stroke) for stroke in drawn.strokes]
                here = [a.reference == b for a, b in zip(found, wanted, strict=True)]
                right += here
                whole.append(all(here))
            print(
                f"{source:18} {name:20} {len(whole):5} inks, strokes right {np.mean(right):7.2%},"
                f" of {len(right)}; inks all right {np.mean(whole):7.2%}"
            )


def _labelled(ink: Ink) -> Ink:
    strokes = tuple(
        Stroke(s.points, canonical=np.full(len(s.points), n, np.int16))
        for n, s in enumerate(ink.strokes)
    )
    return Ink(strokes, ink.char, ink.source, ink.writer)


def _canonical(stroke: Stroke) -> tuple[int, ...]:
    assert stroke.canonical is not None
    return tuple(int(key) for key, _ in groupby(stroke.canonical.tolist()))


if __name__ == "__main__":
    main()
