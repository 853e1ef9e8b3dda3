"""Published recognizers on the same handwriting with the same mistakes put in.

`python -m tests.bench.rivals [--every 3]`

kanjidraw (`pip install kanjidraw`, AGPL) and Zinnia with Tegaki's Japanese model (`apt-get install
zinnia-utils tegaki-zinnia-japanese`) are measured where they are installed; nothing of them is used
otherwise. All answer among the joyo kanji. Times are of one thread; Zinnia's includes its start.
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

from data.characters import characters
from data.ink import Ink
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import recognize
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
MODEL = Path("/usr/share/tegaki/models/zinnia/handwriting-ja.model")
BEST = 200  # answers of a rival that are looked through for joyo kanji

Reader = Callable[[Sequence[Ink]], list[list[str]]]  # ranked characters of each ink


def ours(inks: Sequence[Ink]) -> list[list[str]]:
    """The shipped recognizer."""
    recognizer, references = Recognizer.load(), load_references()
    joyo = set(characters("joyo"))
    found = [recognize(recognizer, ink, references, candidates=joyo) for ink in inks]
    return [[c.character for c in answer.candidates] for answer in found]


def kanjidraw(inks: Sequence[Ink]) -> list[list[str]]:
    """Its strict matching, and where that finds nothing with one stroke more or less."""
    lib = import_module("kanjidraw.lib")
    data = lib.kanji_data()
    ranked = []
    for ink in inks:
        every = np.concatenate([stroke.points for stroke in ink.strokes])
        low, side = every.min(axis=0), max(float(np.ptp(every, axis=0).max()), 1e-6)
        ends = [(np.stack([s.points[0], s.points[-1]]) - low) / side * 255 for s in ink.strokes]
        lines = [end.ravel().tolist() for end in ends]
        found = [k for _, k in lib.matches(lines, data, max_results=BEST)]
        if not found:
            found = [k for _, k in lib.matches(lines, data, offby1=True, max_results=BEST)]
        ranked.append(found)
    return ranked


def zinnia(inks: Sequence[Ink]) -> list[list[str]]:
    """Its command over Tegaki's Japanese model."""
    lines = []
    for ink in inks:
        every = np.concatenate([stroke.points for stroke in ink.strokes])
        low, side = every.min(axis=0), max(float(np.ptp(every, axis=0).max()), 1e-6)
        strokes = "".join(
            "(" + "".join(f"({x:.0f} {y:.0f})" for x, y in (s.points - low) / side * 900 + 50) + ")"
            for s in ink.strokes
        )
        lines.append(f"(character (width 1000)(height 1000)(strokes {strokes}))")
    with tempfile.NamedTemporaryFile("w", suffix=".s", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        command = ["zinnia", "-n", str(BEST), "-m", str(MODEL), file.name]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ranked: list[list[str]] = []
    for line in said.splitlines():
        if line.startswith("Answer:"):
            ranked.append([])
        else:
            ranked[-1].append(line.split()[0])
    return ranked


def main() -> None:
    """Prints a line for each reader, source and mistake."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    joyo = set(characters("joyo"))
    readers: dict[str, Reader] = {"hitsujun": ours}
    if find_spec("kanjidraw"):
        readers["kanjidraw"] = kanjidraw
    if shutil.which("zinnia") and MODEL.exists():
        readers["zinnia"] = zinnia
    for source in SOURCES:
        inks = [ink for ink in people(source) if ink.char in joyo][:: args.every]
        for mistake, change in INJECTIONS.items():
            generator = np.random.default_rng(args.seed)
            changed = [(ink.char, change(ink, generator)) for ink in inks]
            drawn = [(char, ink) for char, ink in changed if ink is not None]
            for name, read in readers.items():
                begun = time.perf_counter()
                found = read([ink for _, ink in drawn])
                spent = (time.perf_counter() - begun) / len(drawn)
                ranks = [
                    [k for k in ranked if k in joyo][:10].index(char)
                    if char in [k for k in ranked if k in joyo][:10]
                    else 10
                    for (char, _), ranked in zip(drawn, found, strict=True)
                ]
                rank = np.array(ranks)
                print(
                    f"{source:18} {mistake:20} {name:10} {len(rank):5} inks, top-1"
                    f" {(rank == 0).mean():7.2%}, top-10 {(rank < 10).mean():7.2%},"
                    f" {spent * 1000:.1f} ms"
                )


if __name__ == "__main__":
    main()
