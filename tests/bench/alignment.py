"""How many points `kanji.matching.alignment` labels right, and with what confidence.

`python -m tests.bench.alignment [--count 300]`: synthetic ink, whose labels are known, by
sloppiness and habit; then the fraction of the real ink of `../shared/ink` that is aligned.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from data.characters import characters
from data.formats import casia
from data.ink import Ink
from data.ink.packed import unpack
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.alignment import SURE, align_all
from tests.bench.people import PEOPLE, people

KINDS = {
    "careful": (WriterModel(1, 0), Mistakes.none()),
    "ordinary": (WriterModel(2, 0), Mistakes.none()),
    "messy": (WriterModel(4, 0), Mistakes.none()),
    "half joined": (WriterModel(2, 0, joining=0.5), Mistakes.none()),
    "all joined": (WriterModel(2, 0, joining=1.0), Mistakes.none()),
    "mistaken": (WriterModel(2, 0), Mistakes()),
}


def main() -> None:
    """Prints a line for each kind of writer and each source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="synthetic inks of each kind")
    args = parser.parse_args()
    references = load_references("ja")
    synthesizer = Synthesizer(characters("joyo"), references)
    for name, (model, mistakes) in KINDS.items():
        _report_synthetic(name, _synthetic(synthesizer, model, mistakes, args.count), references)
    if PEOPLE.exists():
        for source in ("kanjicanvas", "mcyph-supplemental"):
            inks = [ink for ink in people(source) if ink.char in references]
            _report_real(source, inks, references)
        inks = [ink for ink in _olhwdb_sample() if ink.char in characters("joyo")]
        _report_real("OLHWDB sample", inks, references)


def _synthetic(
    synthesizer: Synthesizer, model: WriterModel, mistakes: Mistakes, count: int
) -> list[Ink]:
    generator = np.random.default_rng(1)
    labels = generator.integers(len(synthesizer.characters), size=count)
    drawing = synthesizer.draw(labels, generator, model=model, mistakes=mistakes)
    return list(drawing.inks(synthesizer.characters, generator))


def _olhwdb_sample() -> Iterator[Ink]:
    sample = PEOPLE.with_name("olhwdb-sample.pot").read_bytes()
    for packed in casia.read_pot(io.BytesIO(sample), "olhwdb-sample.pot"):
        yield from unpack(packed)


def _report_synthetic(name: str, inks: Sequence[Ink], references: Mapping[str, Reference]) -> None:
    """Prints how many points of all strokes, and of confident ones, have the right label."""
    right, confidence, aligned = [], [], 0
    pairs = [(ink, references[ink.char or ""]) for ink in inks]
    for ink, alignment in zip(inks, align_all(pairs), strict=True):
        aligned += alignment.is_aligned
        confidence += alignment.confidence
        for stroke, labels in zip(ink.strokes, alignment.canonical, strict=True):
            is_labelled = stroke.canonical >= 0
            right.append((labels == stroke.canonical)[is_labelled].mean())
    fractions, is_sure = np.array(right), np.array(confidence) >= SURE
    print(
        f"{name:12} points right {fractions.mean():6.1%}, of the {is_sure.mean():6.1%} sure"
        f" strokes {fractions[is_sure].mean():6.1%}, aligned inks {aligned / len(inks):6.1%}"
    )


def _report_real(name: str, inks: Sequence[Ink], references: Mapping[str, Reference]) -> None:
    """Prints the fraction of real inks that are aligned, and how many in a second."""
    started = time.process_time()
    alignments = align_all([(ink, references[ink.char or ""]) for ink in inks])
    seconds = (time.process_time() - started) / max(len(inks), 1)
    rate = np.mean([alignment.is_aligned for alignment in alignments])
    print(f"{name:20} {len(inks):5} inks, aligned {rate:6.1%}, {1 / seconds:.0f} a CPU second")


if __name__ == "__main__":
    main()
