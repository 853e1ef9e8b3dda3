"""How many points `kanji.matching.alignment` gives their right stroke, and how sure it says it is.

`python -m tests.bench.alignment [--count 300]`: synthetic ink, whose strokes are known, by
sloppiness and habit; then, of the real ink of `../shared/ink`, the share that is aligned.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Iterable

import numpy as np

from data.characters import characters
from data.formats import casia
from data.ink import Ink
from data.ink.packed import unpack
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.alignment import SURE, align
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
    parser.add_argument("--count", type=int, default=300)
    args = parser.parse_args()
    references = load_references("ja")
    synthesizer = Synthesizer(characters("joyo"), references)
    for name, (model, mistakes) in KINDS.items():
        generator = np.random.default_rng(1)
        labels = generator.integers(len(synthesizer.characters), size=args.count)
        drawing = synthesizer.draw(labels, generator, model=model, mistakes=mistakes)
        right, sure, aligned = [], [], 0
        for ink in drawing.inks(synthesizer.characters, generator):
            found = align(ink, references[ink.char or ""])
            aligned += found.is_aligned
            for stroke, of, c in zip(ink.strokes, found.canonical, found.confidence, strict=True):
                on = stroke.canonical >= 0
                right.append((of == stroke.canonical)[on].mean())
                sure.append(c)
        known, believed = np.array(right), np.array(sure) >= SURE
        print(
            f"{name:12} points right {known.mean():6.1%}, of the {believed.mean():6.1%} sure"
            f" strokes {known[believed].mean():6.1%}, aligned inks {aligned / args.count:6.1%}"
        )
    if PEOPLE.exists():
        for source in ("kanjicanvas", "mcyph-supplemental"):
            _report(source, (ink for ink in people(source) if ink.char in references))
        sample = (PEOPLE.parent / "olhwdb-sample.pot").read_bytes()
        packs = casia.read_pot(io.BytesIO(sample), "olhwdb-sample.pot")
        inks = (ink for packed in packs for ink in unpack(packed))
        _report("OLHWDB sample", (ink for ink in inks if ink.char in characters("joyo")))


def _report(name: str, inks: Iterable[Ink]) -> None:
    references = load_references("ja")
    begun, every = time.process_time(), [align(i, references[i.char or ""]) for i in inks]
    spent = (time.process_time() - begun) / max(len(every), 1)
    share = np.mean([found.is_aligned for found in every])
    print(f"{name:20} {len(every):5} inks, aligned {share:6.1%}, {spent * 1000:.1f} ms an ink")


if __name__ == "__main__":
    main()
