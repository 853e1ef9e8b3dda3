"""Draws `docs/faults.png`: each fault in a drawing of a kanji, with the grader's advice.

`python -m tests.bench.fault_pictures docs/faults.png`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from data.cache import replacing
from data.ink import Ink, Points, Stroke
from data.inspection.sheet import _font
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.grading.advice import Advice
from kanji.grading.grade import LENIENCY, grade
from kanji.matching.geometry import Array
from tests.bench.timing import timed, unhooked, with_right_ending
from tests.kanji.grading.test_advice import CASES

# At calligraphy's leniency: a character, the stroke that ends wrong, its ending, and the change to
# its line.
ENDINGS = {
    "ending_stop": ("三", 2, "sweep", np.asarray),
    "ending_hook": ("水", 0, "stop", unhooked),
    "ending_sweep": ("大", 2, "stop", np.asarray),
}
KEYS = (*CASES, *ENDINGS)
CELL, CAPTION, COLUMNS = 250, 34, 5  # pixels of a cell and of its caption; cells in a row
FINER = 3  # times that a cell is drawn larger, and then scaled down
INK_SIDE = 400  # side of the square that is drawn, in the ink's units
PAPER, INK, REFERENCE, ARROW, TEXT = (
    "white", (70, 70, 80), (40, 150, 90), (210, 60, 40), (40, 40, 48)
)  # fmt: skip


def main() -> None:
    """Writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    height = CELL + CAPTION
    rows = -(-len(KEYS) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * CELL, rows * height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, key in enumerate(KEYS):
        x, y = place % COLUMNS * CELL, place // COLUMNS * height
        ink, advice = _example(key)
        sheet.paste(_cell(ink, advice), (x, y))
        for line, words in enumerate((key, advice.ja)):
            middle = (x + CELL / 2, y + CELL - 6 + 19 * line)
            draw.text(middle, words, TEXT, _font(14 - 3 * line), anchor="mm")
    with replacing(args.output) as temporary:
        sheet.save(temporary, "PNG", optimize=True)


def _example(key: str) -> tuple[Ink, Advice]:
    """A drawing with the fault of a key, and the advice about it."""
    character = (CASES.get(key) or ENDINGS[key])[0]
    reference = load_references("ja")[character]
    strokes = _neat(character, sloppiness=0.5 if key in CASES else 0.2)
    if key in CASES:
        drawn = [Stroke(np.asarray(points, np.float32)) for points in CASES[key][1](strokes)]
        leniency = LENIENCY["normal"]
    else:
        _, place, ending, changed = ENDINGS[key]
        pairs = zip(strokes, reference.strokes, strict=True)
        drawn = [with_right_ending(points, stroke.type) for points, stroke in pairs]
        drawn[place] = timed(changed(strokes[place]), ending)
        leniency = LENIENCY["calligraphy"]
    ink = Ink(tuple(drawn))
    answer = grade(ink, reference, leniency=leniency)
    return ink, next(one for one in answer.advice if one.key == key)


def _neat(character: str, *, sloppiness: float) -> list[Points]:
    """The strokes of a neat synthetic drawing."""
    model = WriterModel(sloppiness=sloppiness, joining=0, hooks=0)
    synthesizer = Synthesizer(character, load_references("ja"))
    generator = np.random.default_rng(1)
    drawing = synthesizer.draw(np.array([0]), generator, model=model, mistakes=Mistakes.none())
    return [points * 300 + 50 for points in drawing.points]


def _cell(ink: Ink, advice: Advice) -> Image.Image:
    """The drawing, each stroke with a dot where it begins, under the lines and the arrow."""
    scale = CELL * FINER / INK_SIDE
    image = Image.new("RGB", (CELL * FINER, CELL * FINER), PAPER)
    draw = ImageDraw.Draw(image)
    for line in advice.lines:
        _line(draw, line * scale, REFERENCE, 15)
    for stroke in ink.strokes:
        _line(draw, stroke.points * scale, INK, 8)
        x, y = stroke.points[0] * scale
        draw.ellipse([x - 7, y - 7, x + 7, y + 7], fill=INK)
    if advice.arrow is not None:
        _arrow(draw, advice.arrow * scale)
    return image.resize((CELL, CELL), Image.Resampling.LANCZOS)


def _arrow(draw: ImageDraw.ImageDraw, ends: Array) -> None:
    """An arrow between `ends` (2, 2), with two lines of 26 pixels at its tip."""
    tail, tip = ends
    _line(draw, ends, ARROW, 7)
    back = tail - tip
    back = back / max(np.hypot(*back), 1e-9) * 26
    for angle in (0.45, -0.45):
        c, s = np.cos(angle), np.sin(angle)
        side = tip + np.array([c * back[0] - s * back[1], s * back[0] + c * back[1]])
        _line(draw, np.stack([tip, side]), ARROW, 7)


def _line(
    draw: ImageDraw.ImageDraw, points: Array, colour: tuple[int, int, int], width: int
) -> None:
    draw.line([tuple(point) for point in points], colour, width, joint="curve")


if __name__ == "__main__":
    main()
