"""Published graders on the same handwriting with the same mistakes put in, next to ours.

`python -m tests.bench.graders [--node-modules /tmp/rivals/node_modules] [--every 3]`

hanzi-writer's matcher runs under node, from its own package (`npm install --prefix /tmp/rivals
hanzi-writer@3.7.3`), with KanjiVG's strokes as its character data; without either it is left out,
and why is said. Kanji-Dojo's rule is its published formula. Both ask for stroke after stroke in the
canonical order, and neither knows what a drawing's size is, so that each ink is moved and scaled,
alike both ways, onto its reference's box. Accepted is a drawing of as many strokes, each accepted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from data.characters import characters
from data.ink import Ink
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import ACCEPTED, grade
from kanji.matching.geometry import Array, lengths, resample_all
from kanji.matching.lookalikes import nearest
from kanji.recognizer.recognize import Recognizer, sure_reading
from tests.bench.grading import is_canonical, is_own_mistake
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
RIGHT = ("clean", "tilted")
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


def main() -> None:
    """Prints, for each source, a row for each grader and what was drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--node-modules", type=Path, default=Path("/tmp/rivals/node_modules"))
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    graders: dict[str, Grader] = {"hitsujun": ours, "Kanji-Dojo": kanji_dojo}
    if not shutil.which("node") or not (args.node_modules / PACKAGE).is_file():
        print(f"hanzi-writer is left out: it needs node and {args.node_modules / PACKAGE}")
    else:
        for leniency in (1, 2):
            graders[f"hanzi-writer, {leniency}"] = hanzi_writer(args.node_modules, leniency)
    for source in SOURCES:
        inks = list(people(source))[:: args.every]
        for what, tasks in drawings(inks, args.seed).items():
            shares = [(name, np.mean(graded(tasks))) for name, graded in graders.items()]
            told = ", ".join(f"{name} {share:.1%}" for name, share in shares)
            print(f"{source:18} {what:20} {len(tasks):4} inks, accepted: {told}", flush=True)


def drawings(inks: Sequence[Ink], seed: int) -> dict[str, list[Task]]:
    """What is graded as what, by what was done to it; only RIGHT ones are to pass."""
    references, recognizer = load_references("ja"), Recognizer.load()
    found: dict[str, list[Task]] = defaultdict(list)
    alike = nearest(characters("joyo"), references)
    generators = {name: np.random.default_rng(seed) for name in INJECTIONS}
    for ink in inks:
        reference = references.get(ink.char or "")
        if reference is None:
            continue
        if is_own_mistake(ink, reference, recognizer) and grade(ink, reference).form is None:
            found["own mistakes"].append((ink, reference))
        if len(ink.strokes) != len(reference.strokes) or not is_canonical(ink, reference):
            continue
        for name, change in INJECTIONS.items():
            changed = change(ink, generators[name])
            if changed is None or (name not in RIGHT and _is_accepted(ink, changed, reference)):
                continue
            found[name].append((changed, reference))
        if reference.character in alike:
            found["look-alikes"].append((ink, references[alike[reference.character][0]]))
    return found


def _is_accepted(ink: Ink, changed: Ink, reference: Reference) -> bool:
    """Whether what was injected makes another accepted order or form."""
    order = [next((n for n, s in enumerate(ink.strokes) if s is c), -1) for c in changed.strokes]
    if order == sorted(order) and -1 not in order:
        return False
    return tuple(order) in reference.orders or grade(changed, reference).form is not None


def ours(tasks: Sequence[Task]) -> list[bool]:
    """At leniency 1, with the shipped recognizer."""
    recognizer = Recognizer.load()
    return [
        grade(ink, of, read_as=sure_reading(recognizer, ink, of.character)).verdict in ACCEPTED
        for ink, of in tasks
    ]


def kanji_dojo(tasks: Sequence[Task]) -> list[bool]:
    """Its sum of differences in length, centre, sides and course, at most 100 in a box of 109."""
    return [
        len(ink.strokes) == len(of.strokes)
        and all(
            _difference(drawn, wanted) <= 100
            for drawn, wanted in zip(*_on_box(ink, of, 109), strict=True)
        )
        for ink, of in tasks
    ]


def _difference(drawn: Array, wanted: Array) -> float:
    both = resample_all([drawn, wanted], 22)
    length = 20 * abs(np.subtract(*lengths(both))) / 109
    centres = both.mean(axis=1)
    place = 2 * float(np.linalg.norm(centres[0] - centres[1]))
    sides = np.ptp(both, axis=1)
    safe = np.maximum(sides, 1)
    size = 5 * float((safe.max(axis=0) / safe.min(axis=0)).sum())
    moved = both - centres[:, None]
    stretched = moved[0] * sides[1] / np.maximum(sides[0], 1e-6)
    return float(length + place + size + 0.2 * np.linalg.norm(stretched - moved[1], axis=1).sum())


def hanzi_writer(node_modules: Path, leniency: float) -> Grader:
    """Its quiz: each stroke against the one that is due, in its box of 1024, y up."""

    def graded(tasks: Sequence[Task]) -> list[bool]:
        lines = []
        for ink, of in tasks:
            drawn, medians = (
                [np.round([[x, 900 - y] for x, y in line], 2).tolist() for line in lines_of]
                for lines_of in _on_box(ink, of, 1024)
            )
            lines.append(json.dumps({"drawn": drawn, "medians": medians, "leniency": leniency}))
        command = ["node", "-e", HARNESS, str(node_modules / PACKAGE)]
        told = subprocess.run(
            command, input="\n".join(lines), capture_output=True, text=True, check=True
        )
        return [line == "true" for line in told.stdout.split()]

    return graded


def _on_box(ink: Ink, of: Reference, side: float) -> tuple[list[Array], list[Array]]:
    """The drawn strokes laid on the reference's box, and the reference's, in a box of `side`."""
    wanted = [stroke.points.astype(np.float64) * side for stroke in of.strokes]
    drawn = [stroke.points.astype(np.float64) for stroke in ink.strokes]
    ours, theirs = (np.concatenate(lines) for lines in (drawn, wanted))
    scale = np.ptp(theirs, axis=0).max() / max(np.ptp(ours, axis=0).max(), 1e-9)
    middles = [(every.min(axis=0) + every.max(axis=0)) / 2 for every in (ours, theirs)]
    return [(line - middles[0]) * scale + middles[1] for line in drawn], wanted


if __name__ == "__main__":
    main()
