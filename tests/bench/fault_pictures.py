"""Draws `docs/faults.png`: each fault in a drawing of a kanji, as the grader sees and tells it.

`python -m tests.bench.fault_pictures docs/faults.png`
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from data.cache import replacing
from data.ink import Ink, Stroke
from data.inspection.sheet import _font
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.grading.grade import LENIENCY, grade
from tests.bench.timing import rightly, timed, unhooked
from tests.kanji.grading.test_advice import CASES

# A character, its stroke, how that ends, and what becomes of its line: at calligraphy's leniency.
ENDINGS = {
    "ending_stop": ("三", 2, "sweep", np.asarray),
    "ending_hook": ("水", 0, "stop", unhooked),
    "ending_sweep": ("大", 2, "stop", np.asarray),
}
KEYS = (*CASES, *ENDINGS)
CELL, COLUMNS, FINER = 250, 5, 3
PAPER, INK, WANTED, ARROW, TEXT = "white", (70, 70, 80), (40, 150, 90), (210, 60, 40), (40, 40, 48)


def main() -> None:
    """Writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    height = CELL + 34
    rows = -(-len(KEYS) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * CELL, rows * height), PAPER)
    for place, key in enumerate(KEYS):
        corner = (place % COLUMNS * CELL, place // COLUMNS * height)
        sheet.paste(_cell(key), corner)
        draw = ImageDraw.Draw(sheet)
        told = _told(key)[1]
        for line, words in enumerate((key, told.ja)):
            size, middle = 14 - 3 * line, (corner[0] + CELL / 2, corner[1] + CELL - 6 + 19 * line)
            draw.text(middle, words, TEXT, _font(size), anchor="mm")
    with replacing(args.output) as temporary:
        sheet.save(temporary, "PNG", optimize=True)


def _told(key: str):  # type: ignore[no-untyped-def]
    character = (CASES.get(key) or ENDINGS[key])[0]
    references = load_references("ja")
    generator = np.random.default_rng(1)
    synthesizer = Synthesizer(character, references)
    model = WriterModel(sloppiness=0.5 if key in CASES else 0.2, joining=0, hooks=0)
    drawing = synthesizer.draw(np.array([0]), generator, model=model, mistakes=Mistakes.none())
    strokes = [points * 300 + 50 for points in drawing.points]
    if key in CASES:
        drawn = [Stroke(np.asarray(points, np.float32)) for points in CASES[key][1](strokes)]
        answer = grade(Ink(tuple(drawn)), references[character])
    else:
        _, place, ending, bent = ENDINGS[key]
        types = [stroke.type for stroke in references[character].strokes]
        drawn = [rightly(points, kind) for points, kind in zip(strokes, types, strict=True)]
        drawn[place] = timed(bent(strokes[place]), ending)
        answer = grade(Ink(tuple(drawn)), references[character], leniency=LENIENCY["calligraphy"])
    return Ink(tuple(drawn)), next(one for one in answer.advice if one.key == key)


def _cell(key: str) -> Image.Image:
    ink, told = _told(key)
    scale = CELL * FINER / 400
    image = Image.new("RGB", (CELL * FINER, CELL * FINER), PAPER)
    draw = ImageDraw.Draw(image)
    for line in told.lines:
        _line(draw, line * scale, WANTED, 15)
    for stroke in ink.strokes:
        _line(draw, stroke.points * scale, INK, 8)
        x, y = stroke.points[0] * scale
        draw.ellipse([x - 7, y - 7, x + 7, y + 7], fill=INK)
    if told.arrow is not None:
        (_, tip) = ends = told.arrow * scale
        _line(draw, ends, ARROW, 7)
        back = ends[0] - tip
        back = back / max(np.hypot(*back), 1e-9) * 26
        for turn in (0.45, -0.45):
            c, s = np.cos(turn), np.sin(turn)
            wing = tip + np.array([c * back[0] - s * back[1], s * back[0] + c * back[1]])
            _line(draw, np.stack([tip, wing]), ARROW, 7)
    return image.resize((CELL, CELL), Image.Resampling.LANCZOS)


def _line(draw: ImageDraw.ImageDraw, points, colour, width: int) -> None:  # type: ignore[no-untyped-def]
    draw.line([tuple(point) for point in points], colour, width, joint="curve")


if __name__ == "__main__":
    main()
