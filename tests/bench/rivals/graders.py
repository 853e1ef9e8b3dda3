"""Published graders and ours on the same handwriting with the same mistakes injected.

hanzi-writer's matcher runs under node, from its own package, with KanjiVG's strokes as its
character data. Kanji-Dojo's rule is its published formula. Both compare
stroke after stroke in canonical order. Neither adapts to the size of a drawing, so each ink is
moved and scaled, equally along both axes, onto its reference's box. A drawing is accepted if it has
the reference's number of strokes and each stroke is accepted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from data.characters import characters
from data.ink import Ink
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import ACCEPTED, grade
from kanji.matching.geometry import Array, lengths, longer_side, resample_all
from kanji.matching.lookalikes import nearest
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import careful_reading
from service.bench.row import Row
from tests.bench.grading import is_canonical, is_own_mistake
from tests.bench.injection import INJECTIONS
from tests.bench.people import people
from tests.bench.rivals.installed import Rivals, Unavailable

SOURCES = ("kanjicanvas", "mcyph-supplemental")
SEED = 1  # of the mistakes
RIGHT = ("clean", "tilted")  # the injections that should be accepted
PACKAGE = Path("hanzi-writer/dist/index.cjs.js")
HARNESS = """
const lines = require("fs").readFileSync(0, "utf8").trim().split("\\n").map(JSON.parse);
const box = { exports: {} };
const text = require("fs").readFileSync(process.argv[1], "utf8");
new Function("module", "exports", "require", text + ";module.exports = [strokeMatches, parseCharData];")(
  box, box.exports, require);
const [matches, parsed] = box.exports;
for (const { drawn, medians, leniency } of lines) {
  const character = parsed("", { strokes: medians.map(() => ""), medians });
  const right = (points, place) => matches(
    { points: points.map(([x, y]) => ({ x, y })) }, character, place, { leniency }).isMatch;
  console.log(drawn.length === medians.length && drawn.every(right));
}
"""  # noqa: E501

Task = tuple[Ink, Reference]
Grader = Callable[[Sequence[Task]], list[bool]]  # whether each drawing is accepted


def rows(rivals: Rivals, every: int) -> Iterator[Row]:
    """For each source and each kind of drawing, the fraction that each grader accepts."""
    graders: dict[str, Grader] = {"hitsujun": ours, "Kanji-Dojo": kanji_dojo}
    try:
        modules = rivals.hanzi_writer()
        graders |= {f"hanzi-writer, {n}": hanzi_writer(modules, n) for n in (1, 2)}
    except Unavailable as reason:
        print(f"hanzi-writer: left out: {reason}", file=sys.stderr, flush=True)
    for source in SOURCES:
        for kind, tasks in drawings(list(people(source))[::every], SEED).items():
            for name, grader in graders.items():
                what = f"{source}, {kind}, {len(tasks)} inks: accepted by {name}"
                yield Row("grading", what, 100 * float(np.mean(grader(tasks))), "%")


def drawings(inks: Sequence[Ink], seed: int) -> dict[str, list[Task]]:
    """The inks and what to grade them as, by kind; only those of RIGHT should be accepted."""
    references, recognizer = load_references("ja"), Recognizer.load()
    tasks: dict[str, list[Task]] = defaultdict(list)
    lookalikes = nearest(characters("joyo"), references)
    generators = {name: np.random.default_rng(seed) for name in INJECTIONS}
    for ink in inks:
        reference = references.get(ink.char or "")
        if reference is None:
            continue
        if is_own_mistake(ink, reference, recognizer) and grade(ink, reference).form is None:
            tasks["own mistakes"].append((ink, reference))
        if not is_canonical(ink, reference):
            continue
        for name, change in INJECTIONS.items():
            changed = change(ink, generators[name])
            if changed is None or (name not in RIGHT and _is_accepted(ink, changed, reference)):
                continue
            tasks[name].append((changed, reference))
        if reference.character in lookalikes:
            other, _ = lookalikes[reference.character]
            tasks["look-alikes"].append((ink, references[other]))
    return tasks


def _is_accepted(ink: Ink, changed: Ink, reference: Reference) -> bool:
    """Whether the injected mistake makes another accepted order or form."""
    order = [next((n for n, s in enumerate(ink.strokes) if s is c), -1) for c in changed.strokes]
    if order == sorted(order) and -1 not in order:
        return False
    return tuple(order) in reference.orders or grade(changed, reference).form is not None


def ours(tasks: Sequence[Task]) -> list[bool]:
    """At leniency 1, with the shipped recognizer."""
    recognizer, references = Recognizer.load(), load_references("ja")

    def is_accepted(ink: Ink, to: Reference) -> bool:
        read_as = careful_reading(recognizer, ink, to.character, references)
        return grade(ink, to, read_as=read_as).verdict in ACCEPTED

    return [is_accepted(*task) for task in tasks]


def kanji_dojo(tasks: Sequence[Task]) -> list[bool]:
    """Its sum of differences in length, centre, sides and path, at most 100 in a box of 109."""
    return [
        len(ink.strokes) == len(reference.strokes)
        and all(
            _difference(drawn, target) <= 100
            for drawn, target in zip(*_on_box(ink, reference, 109), strict=True)
        )
        for ink, reference in tasks
    ]


def _difference(drawn: Array, target: Array) -> float:
    """Kanji-Dojo's difference between two strokes."""
    both = resample_all([drawn, target], 22)
    length = 20 * abs(np.subtract(*lengths(both))) / 109
    centres = both.mean(axis=1)
    place = 2 * float(np.linalg.norm(centres[0] - centres[1]))
    sides = np.ptp(both, axis=1)
    safe = np.maximum(sides, 1)
    size = 5 * float((safe.max(axis=0) / safe.min(axis=0)).sum())
    moved = both - centres[:, None]
    stretched = moved[0] * sides[1] / np.maximum(sides[0], 1e-6)
    path = 0.2 * np.linalg.norm(stretched - moved[1], axis=1).sum()
    return float(length + place + size + path)


def hanzi_writer(node_modules: Path, leniency: float) -> Grader:
    """Its quiz: each stroke against the next one due, in its box of 1024, y up."""

    def accepted(tasks: Sequence[Task]) -> list[bool]:
        lines = []
        for ink, reference in tasks:
            drawn, medians = (
                [np.round([[x, 900 - y] for x, y in curve], 2).tolist() for curve in curves]
                for curves in _on_box(ink, reference, 1024)
            )
            lines.append(json.dumps({"drawn": drawn, "medians": medians, "leniency": leniency}))
        command = ["node", "-e", HARNESS, str(node_modules / PACKAGE)]
        process = subprocess.run(
            command, input="\n".join(lines), capture_output=True, text=True, check=True
        )
        return [line == "true" for line in process.stdout.split()]

    return accepted


def _on_box(ink: Ink, reference: Reference, side: float) -> tuple[list[Array], list[Array]]:
    """The drawn strokes on the reference's box, and the reference's, in a box of `side`."""
    target = [stroke.points.astype(np.float64) * side for stroke in reference.strokes]
    drawn = [stroke.points.astype(np.float64) for stroke in ink.strokes]
    scale = longer_side(target) / max(longer_side(drawn), 1e-9)
    centres = [
        (points.min(axis=0) + points.max(axis=0)) / 2
        for points in map(np.concatenate, (drawn, target))
    ]
    return [(curve - centres[0]) * scale + centres[1] for curve in drawn], target
