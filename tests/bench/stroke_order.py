"""How well the LSTM tells which stroke is which, on real handwriting with mistakes put in.

`python -m tests.bench.stroke_order [--model MODEL.onnx] [--held-out 200]`

Read are inks with as many strokes as their reference that `kanji.matching.match` finds in canonical
order, by geometry. So the canonical stroke of every drawn one is known, also after a mistake.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from itertools import groupby

import numpy as np

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from data.training.ink_module import held_out
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.stroke_order import read_strokes
from tests.bench.grading import is_canonical
from tests.bench.mistake_sets import SOURCES, MistakeSet, add_options, has_people, mistake_sets
from tests.bench.people import people


def main(argv: list[str] | None = None) -> None:
    """Prints a line for each source and mistake: number of strokes, fraction that is right."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--held-out", type=int, help="only characters that a training left out")
    args = parser.parse_args(argv)
    if not has_people():
        return
    recognizer = Recognizer.load(args.model)
    allowed = set(characters("all"))
    if args.held_out:
        allowed &= held_out(recognizer.labels, args.held_out)
    references = {c: one for c, one in load_references("ja").items() if c in allowed}
    inks = {s: _canonical_inks(list(people(s))[:: args.every], references) for s in SOURCES}
    for one in mistake_sets(inks, args.only, seed=args.seed):
        measure(recognizer, one, references)


def measure(recognizer: Recognizer, inks: MistakeSet, references: Mapping[str, Reference]) -> None:
    """Reads the strokes of a set and prints its line."""
    right, whole = [], []
    for ink in inks.inks:
        assert ink.char is not None
        readings = read_strokes(recognizer, ink, references[ink.char])
        targets = [_canonical(stroke) for stroke in ink.strokes]
        is_right = [a.reference == b for a, b in zip(readings, targets, strict=True)]
        right += is_right
        whole.append(all(is_right))
    print(
        f"{inks.source:18} {inks.mistake:20} {len(whole):5} inks, strokes right"
        f" {np.mean(right):7.2%}, of {len(right)}; inks all right {np.mean(whole):7.2%}"
    )


def _canonical_inks(inks: list[Ink], references: Mapping[str, Reference]) -> list[Ink]:
    """The inks in the order of their reference, each point with its canonical stroke."""
    return [
        _with_canonical(ink)
        for ink in inks
        if ink.char in references
        and len(ink.strokes) == len(references[ink.char].strokes)
        and is_canonical(ink, references[ink.char])
    ]


def _with_canonical(ink: Ink) -> Ink:
    strokes = tuple(
        Stroke(s.points, canonical=np.full(len(s.points), n, np.int16))
        for n, s in enumerate(ink.strokes)
    )
    return Ink(strokes, ink.char, ink.source, ink.writer)


def _canonical(stroke: Stroke) -> tuple[int, ...]:
    """The canonical strokes that a drawn stroke runs through, in the order drawn."""
    assert stroke.canonical is not None
    return tuple(int(key) for key, _ in groupby(stroke.canonical.tolist()))


if __name__ == "__main__":
    main()
