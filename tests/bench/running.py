"""How far a synthetic running hand runs, beside that of CASIA: `python -m tests.bench.running`.

The real ink is the sample of OLHWDB1.0 in `../shared/ink`, of which no label is used; the synthetic
ink is of characters of the same set, GB 2312 level 1, without mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.characters import characters
from data.corpora.files import read_inks
from data.ink import Ink
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.geometry import resample
from tests.bench.cursive import SAMPLE

INKS = 600
HABITS = (0.0, 0.25, 0.5, 0.75, 1.0)
SPACING = 0.03  # of points, in sides of the ink's box
SHARP = 1.0  # radians


def main() -> None:
    """Prints strokes, length and sharp turns of the mean ink, for the sample and each habit."""
    if not SAMPLE.exists():
        print(f"skipped: no sample of OLHWDB at {SAMPLE}")
        return
    print("the sample:", statistics(list(read_inks(SAMPLE))[:INKS]))
    references = load_references()
    listed = [c for c in characters("gb2312-1") if c in references]
    synthesizer, generator = Synthesizer(listed, references), np.random.default_rng(1)
    model = WriterModel(running=0.5, joining=0)
    for habit in HABITS:
        writers = model.sample(INKS, generator)
        writers = replace(writers, running=np.full(INKS, habit, np.float32))
        labels = generator.integers(len(listed), size=INKS)
        drawing = synthesizer.draw(
            labels, generator, model=model, writers=writers, mistakes=Mistakes.none()
        )
        print(f"running {habit:.2f}:", statistics(list(drawing.inks(listed, generator))))


def statistics(inks: Sequence[Ink]) -> str:
    """The mean count of strokes, length in boxes, and sharp turns for a length of one box."""
    strokes = np.mean([len(ink.strokes) for ink in inks])
    length, turns = np.mean([_length_and_turns(ink) for ink in inks], axis=0)
    return f"{strokes:.2f} strokes, length {length:.2f}, sharp turns {turns:.2f}"


def _length_and_turns(ink: Ink) -> tuple[float, float]:
    points = [stroke.points.astype(np.float64) for stroke in ink.strokes]
    size = np.ptp(np.concatenate(points), axis=0).max()
    length, sharp = 0.0, 0
    for stroke in points:
        long = float(np.hypot(*np.diff(stroke, axis=0).T).sum() / size)
        length += long
        if long >= 3 * SPACING:
            even = resample(stroke.astype(np.float32), int(long / SPACING) + 1) / size
            step = np.diff(even[:, 0] + 1j * even[:, 1])
            sharp += int((np.abs(np.angle(step[1:] * step[:-1].conj())) > SHARP).sum())
    return length, sharp / max(length, 1e-6)


if __name__ == "__main__":
    main()
