"""How often a wrong ending of a stroke is told, and a right one is not: 止め, はね, 払い.

`python -m tests.bench.endings`

Real times, those of tegaki-zh_TW-timed: nobody wrote wrong endings there on purpose, so that what
is told of its straight strokes is a false alarm; across and down they stop, falling they sweep.
Real lines (kanjicanvas, canonical strokes) with times of a sigma-lognormal movement: right endings,
then one of them wrong. A pen that stops rests for 60 ms, one that sweeps leaves after half of its
time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from data.ink import Ink, Points, Stroke
from data.references.reference import Reference, ReferenceStroke
from data.references.store import load_references
from kanji.grading.endings import (
    ENDINGS_OF_TYPE,
    REFERENCE_HOOK_DEGREES,
    turn_at_end,
    wrong_ending,
)
from kanji.grading.grade import LENIENCY, Grade, grade
from tests.bench.grading import is_canonical
from tests.bench.people import PEOPLE, people
from tests.bench.timing import hooked, rightly, timed, unhooked

HOW = {"rest_ms": 60.0, "released": 0.5}
STRICT = LENIENCY["calligraphy"]
# Courses of straight strokes, in degrees from the right, clockwise, and the type that runs so.
COURSES = {"across": (-15, 15, "㇐"), "down": (78, 102, "㇑"), "falling left": (105, 160, "㇒"),
           "falling right": (20, 70, "㇏")}  # fmt: skip
STRAIGHT, LONG = 0.9, 0.15  # chord over length; share of the character's side


def main() -> None:
    """Prints the shares."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    _real_times()
    _real_lines()


def _real_times() -> None:
    count: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for ink in people("tegaki-zh_TW-timed"):
        side = float(np.ptp(np.concatenate([s.points for s in ink.strokes]), axis=0).max())
        for stroke in ink.strokes:
            course = _course(stroke, side)
            if course is None:
                continue
            wanted = ReferenceStroke(stroke.points[[0, -1]], COURSES[course][2])
            count[course] += 1
            wrong[course] += wrong_ending(stroke, wanted, side=side) is not None
    for course, total in count.items():
        print(f"real times, {course:13} {total:5} strokes, told wrong {wrong[course] / total:.1%}")


def _course(stroke: Stroke, side: float) -> str | None:
    ahead = stroke.points[-1] - stroke.points[0]
    length = float(np.hypot(*np.diff(stroke.points, axis=0).T).sum())
    if length < LONG * side or np.hypot(*ahead) < STRAIGHT * length:
        return None
    angle = float(np.degrees(np.arctan2(ahead[1], ahead[0])))
    return next((name for name, (low, high, _) in COURSES.items() if low <= angle <= high), None)


def _real_lines() -> None:
    references = load_references("ja")
    generator = np.random.default_rng(1)
    count: Counter[str] = Counter()
    for ink in people("kanjicanvas"):
        reference = references.get(ink.char or "")
        if reference is None or len(ink.strokes) != len(reference.strokes):
            continue
        if not is_canonical(ink, reference):
            continue
        pairs = zip(ink.strokes, reference.strokes, strict=True)
        right = [rightly(stroke.points, of.type, **HOW) for stroke, of in pairs]
        answer = grade(Ink(tuple(right), ink.char), reference, leniency=STRICT)
        count["strokes"] += len(right)
        count["strokes told"] += sum(stroke.ending is not None for stroke in answer.strokes)
        count["inks"] += 1
        count["inks told"] += any(stroke.ending for stroke in answer.strokes)
        _changed(right, ink, reference, generator, count)
    print(
        f"right endings: {count['inks']} inks, told wrong {count['inks told'] / count['inks']:.1%};"
        f" {count['strokes']} strokes, {count['strokes told'] / count['strokes']:.2%}"
    )
    for change in CHANGES:
        total, told = max(count[change], 1), count[f"{change} told"]
        print(f"{change}: {count[change]} inks, that stroke told {told / total:.1%}")


# A change: the ending that the stroke takes, the one that it gets, and what becomes of the line.
CHANGES: dict[str, tuple[str, str, Callable[[Points], Points]]] = {
    "a stop swept": ("stop", "sweep", np.asarray),
    "a sweep stopped": ("sweep", "stop", np.asarray),
    "a stop hooked": ("stop", "hook", hooked),
    "a hook left out": ("hook", "stop", unhooked),
}


def _changed(
    right: list[Stroke],
    ink: Ink,
    reference: Reference,
    generator: np.random.Generator,
    count: Counter[str],
) -> None:
    """Counts what is told of one stroke with another ending, for each change."""
    for change, (old, new, bent) in CHANGES.items():
        able = [n for n, of in enumerate(reference.strokes) if _takes(of, old)]
        if not able:
            continue
        place = int(generator.choice(able))
        strokes = [*right]
        strokes[place] = timed(bent(ink.strokes[place].points), new, **HOW)
        answer: Grade = grade(Ink(tuple(strokes), ink.char), reference, leniency=STRICT)
        count[change] += 1
        count[f"{change} told"] += answer.strokes[place].ending is not None


def _takes(of: ReferenceStroke, ending: str) -> bool:
    """Whether a stroke takes this ending and no other."""
    turns = abs(turn_at_end(of.points)[0]) > REFERENCE_HOOK_DEGREES
    return ENDINGS_OF_TYPE.get(of.type) == {ending} and turns == (ending == "hook")


if __name__ == "__main__":
    main()
