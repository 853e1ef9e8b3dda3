"""Published recognizers and ours on the same handwriting, with the same mistakes put in.

`python -m tests.bench.rivals [--every 3]`

kanjidraw (`pip install kanjidraw`, AGPL) and Zinnia with Tegaki's Japanese model (`apt-get install
zinnia-utils tegaki-zinnia-japanese`) are measured if they are installed; nothing else uses them.
The candidates are the joyo kanji for all. Times are of one thread; Zinnia's include its start.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.characters import characters
from data.ink import Ink
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import recognize
from tests.bench.mistake_sets import (
    SOURCES,
    MistakeSet,
    add_every,
    has_people,
    inks_by_source,
    mistake_sets,
)

MODEL = Path("/usr/share/tegaki/models/zinnia/handwriting-ja.model")
MAX_RESULTS = 200  # of a rival, among which the joyo kanji are ranked
TOP = 10

Reader = Callable[[Sequence[Ink]], list[list[str]]]  # ranked characters of each ink


def ours(inks: Sequence[Ink]) -> list[list[str]]:
    """The shipped recognizer."""
    recognizer, references = Recognizer.load(), load_references()
    joyo = set(characters("joyo"))
    answers = [recognize(recognizer, ink, references, candidates=joyo) for ink in inks]
    return [[c.character for c in answer.candidates] for answer in answers]


def kanjidraw(inks: Sequence[Ink]) -> list[list[str]]:
    """Its strict matching; where that finds nothing, one stroke more or less is allowed."""
    lib = import_module("kanjidraw.lib")
    data = lib.kanji_data()
    ranked = []
    for ink in inks:
        strokes = in_unit_box(ink)
        lines = [(np.stack([s[0], s[-1]]) * 255).ravel().tolist() for s in strokes]
        kanji = [k for _, k in lib.matches(lines, data, max_results=MAX_RESULTS)]
        if not kanji:
            kanji = [k for _, k in lib.matches(lines, data, offby1=True, max_results=MAX_RESULTS)]
        ranked.append(kanji)
    return ranked


def zinnia(inks: Sequence[Ink]) -> list[list[str]]:
    """Its command with Tegaki's Japanese model."""
    lines = []
    for ink in inks:
        strokes = "".join(
            "(" + "".join(f"({x:.0f} {y:.0f})" for x, y in stroke * 900 + 50) + ")"
            for stroke in in_unit_box(ink)
        )
        lines.append(f"(character (width 1000)(height 1000)(strokes {strokes}))")
    with tempfile.NamedTemporaryFile("w", suffix=".s", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        command = ["zinnia", "-n", str(MAX_RESULTS), "-m", str(MODEL), file.name]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ranked: list[list[str]] = []
    for line in output.splitlines():
        if line.startswith("Answer:"):
            ranked.append([])
        else:
            ranked[-1].append(line.split()[0])
    return ranked


def in_unit_box(ink: Ink) -> list[npt.NDArray[np.float32]]:
    """The points of each stroke, with the ink's box at the origin and its longer side 1."""
    points = np.concatenate([stroke.points for stroke in ink.strokes])
    low, side = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1e-6)
    return [(stroke.points - low) / side for stroke in ink.strokes]


def installed() -> dict[str, Reader]:
    """Our recognizer, and the others that are installed."""
    readers: dict[str, Reader] = {"hitsujun": ours}
    if find_spec("kanjidraw"):
        readers["kanjidraw"] = kanjidraw
    if shutil.which("zinnia") and MODEL.exists():
        readers["zinnia"] = zinnia
    return readers


def measure(name: str, read: Reader, inks: MistakeSet) -> None:
    """Reads the inks of a set and prints its line."""
    joyo = set(characters("joyo"))
    start = time.perf_counter()
    answers = read(inks.inks)
    seconds = (time.perf_counter() - start) / len(inks.inks)
    best = [[k for k in ranked if k in joyo][:TOP] for ranked in answers]
    rank = np.array(
        [
            ranked.index(ink.char) if ink.char in ranked else TOP
            for ink, ranked in zip(inks.inks, best, strict=True)
        ]
    )
    print(
        f"{inks.source:18} {inks.mistake:20} {name:10} {len(rank):5} inks, top-1"
        f" {(rank == 0).mean():7.2%}, top-10 {(rank < TOP).mean():7.2%},"
        f" {seconds * 1000:.1f} ms"
    )


def main() -> None:
    """Prints a line for each source, mistake and reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_every(parser)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not has_people():
        return
    inks = inks_by_source(SOURCES, characters("joyo"), every=args.every)
    for one in mistake_sets(inks, seed=args.seed):
        for name, read in installed().items():
            measure(name, read, one)


if __name__ == "__main__":
    main()
