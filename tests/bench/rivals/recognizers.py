"""Published recognizers and ours on the same handwriting, with the same mistakes put in.

The candidates are the joyo kanji for all. Times are of one thread; Zinnia's include its start.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.characters import characters
from data.ink import Ink
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import recognize
from service.bench.row import Row
from tests.bench.mistake_sets import SOURCES, MistakeSet, inks_by_source, mistake_sets
from tests.bench.rivals.installed import Rivals, Unavailable

SEED = 1  # of the mistakes
MAX_RESULTS = 200  # of a rival, among which the joyo kanji are ranked
CLEAN = "clean"  # as written

Reader = Callable[[Sequence[Ink]], list[list[str]]]  # ranked characters of each ink


def ours(inks: Sequence[Ink]) -> list[list[str]]:
    """The shipped recognizer."""
    recognizer, references = Recognizer.load(), load_references()
    joyo = set(characters("joyo"))
    answers = [recognize(recognizer, ink, references, candidates=joyo) for ink in inks]
    return [[c.character for c in answer.candidates] for answer in answers]


def kanjidraw(folder: Path, inks: Sequence[Ink]) -> list[list[str]]:
    """Its strict matching; where that finds nothing, one stroke more or less is allowed."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
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


def zinnia(model: Path, inks: Sequence[Ink]) -> list[list[str]]:
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
        command = ["zinnia", "-n", str(MAX_RESULTS), "-m", str(model), file.name]
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


def readers(rivals: Rivals) -> Iterator[tuple[str, Reader]]:
    """Our recognizer, and the others that can be had; what cannot is said on stderr."""
    yield "hitsujun", ours
    for name, get, read in (
        ("kanjidraw", rivals.kanjidraw, kanjidraw),
        ("zinnia", rivals.zinnia, zinnia),
    ):
        try:
            yield name, partial(read, get())
        except Unavailable as reason:
            print(f"{name}: left out: {reason}", file=sys.stderr, flush=True)


def measured(name: str, read: Reader, inks: MistakeSet) -> Iterator[Row]:
    """Reads the inks of a set."""
    joyo = set(characters("joyo"))
    read(inks.inks[:1])  # loads what it needs
    start = time.process_time()
    answers = read(inks.inks)
    seconds = (time.process_time() - start) / len(inks.inks)
    best = [next((k for k in ranked if k in joyo), None) for ranked in answers]
    hits = [kanji == ink.char for ink, kanji in zip(inks.inks, best, strict=True)]
    what = f"{inks.source}, {inks.mistake}, {len(hits)} inks, {name}"
    yield Row("recognition", f"{what}: top-1", 100 * float(np.mean(hits)), "%")
    if inks.mistake == CLEAN and name != "zinnia":  # which is a process of its own
        yield Row("recognition", f"{what}: an ink", 1000 * seconds, "CPU ms")


def rows(rivals: Rivals, every: int) -> Iterator[Row]:
    """For each source, mistake and reader."""
    inks = inks_by_source(SOURCES, characters("joyo"), every=every)
    available = list(readers(rivals))
    for one in mistake_sets(inks, seed=SEED):
        for name, read in available:
            yield from measured(name, read, one)
