"""How often wrong endings of strokes are reported, and right ones by mistake: 止め, はね, 払い.

`python -m tests.bench.endings`

Real times (tegaki-zh_TW-timed): nobody wrote wrong endings there on purpose, so every wrong ending
reported for a straight stroke is a false alarm. Strokes across and down should stop, falling
strokes should sweep.

Real lines (kanjicanvas, in canonical order and number) with times of a sigma-lognormal movement:
first with right endings, then with one wrong ending. A pen that stops rests for 60 ms. A pen that
sweeps leaves the paper after half of its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from data.ink import Ink, Points, Stroke
from data.references.reference import Reference, ReferenceStroke
from kanji.grading.endings import (
    ENDINGS_OF_TYPE,
    REFERENCE_HOOK_DEGREES,
    turn_at_end,
    wrong_ending,
)
from kanji.grading.grade import LENIENCY, grade
from kanji.matching.geometry import longer_side
from tests.bench.grading import canonical_samples
from tests.bench.people import PEOPLE, people
from tests.bench.table import percent, table
from tests.bench.timing import hooked, timed, unhooked, with_right_ending

TIMING = {"rest_ms": 60.0, "released": 0.5}
STRICT = LENIENCY["calligraphy"]
# Directions of straight strokes: the range in degrees, clockwise from the right, and their type.
DIRECTIONS = {"across": (-15, 15, "㇐"), "down": (78, 102, "㇑"), "falling left": (105, 160, "㇒"),
              "falling right": (20, 70, "㇏")}  # fmt: skip
STRAIGHT = 0.9  # chord over length, from which a stroke is straight
LONG = 0.15  # length over the character's longer side, from which a stroke is judged

# A change: the ending that the stroke takes, the ending that it gets, and the change to its line.
CHANGES: dict[str, tuple[str, str, Callable[[Points], Points]]] = {
    "a stop swept": ("stop", "sweep", np.asarray),
    "a sweep stopped": ("sweep", "stop", np.asarray),
    "a stop hooked": ("stop", "hook", hooked),
    "a hook left out": ("hook", "stop", unhooked),
}


def main() -> None:
    """Prints the rates."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    rows = [*_real_times(), *_real_lines()]
    print(table(["what", "of", "reported as wrong"], rows))


def _real_times() -> Iterator[list[str]]:
    count: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for ink in people("tegaki-zh_TW-timed"):
        side = longer_side([stroke.points for stroke in ink.strokes])
        for stroke in ink.strokes:
            direction = _direction(stroke, side)
            if direction is None:
                continue
            reference = ReferenceStroke(stroke.points[[0, -1]], DIRECTIONS[direction][2])
            count[direction] += 1
            wrong[direction] += wrong_ending(stroke, reference, side=side) is not None
    for direction, total in count.items():
        yield [f"real times: {direction}", f"{total} strokes", percent(wrong[direction] / total)]


def _direction(stroke: Stroke, side: float) -> str | None:
    """The direction of a long straight stroke, of DIRECTIONS, or None."""
    chord = stroke.points[-1] - stroke.points[0]
    length = float(np.hypot(*np.diff(stroke.points, axis=0).T).sum())
    if length < LONG * side or np.hypot(*chord) < STRAIGHT * length:
        return None
    angle = float(np.degrees(np.arctan2(chord[1], chord[0])))
    return next((name for name, (low, high, _) in DIRECTIONS.items() if low <= angle <= high), None)


def _real_lines() -> Iterator[list[str]]:
    generator = np.random.default_rng(1)
    count: Counter[str] = Counter()
    for ink, reference in canonical_samples("kanjicanvas"):
        pairs = zip(ink.strokes, reference.strokes, strict=True)
        right = [with_right_ending(stroke.points, of.type, **TIMING) for stroke, of in pairs]
        answer = grade(Ink(tuple(right), ink.char), reference, leniency=STRICT)
        count["strokes"] += len(right)
        count["strokes reported"] += sum(stroke.ending is not None for stroke in answer.strokes)
        count["inks"] += 1
        count["inks reported"] += any(stroke.ending for stroke in answer.strokes)
        _count_changed(right, ink, reference, generator, count)
    for unit in ("inks", "strokes"):
        rate = count[f"{unit} reported"] / count[unit]
        yield ["right endings", f"{count[unit]} {unit}", percent(rate)]
    for change in CHANGES:
        rate = count[f"{change} reported"] / max(count[change], 1)
        yield [f"{change}: that stroke", f"{count[change]} inks", percent(rate)]


def _count_changed(
    right: list[Stroke],
    ink: Ink,
    reference: Reference,
    generator: np.random.Generator,
    count: Counter[str],
) -> None:
    """Counts, for each change, whether it is reported when one stroke of the ink has it."""
    for change, (old, new, changed) in CHANGES.items():
        able = [n for n, of in enumerate(reference.strokes) if _takes(of, old)]
        if not able:
            continue
        place = int(generator.choice(able))
        strokes = [*right]
        strokes[place] = timed(changed(ink.strokes[place].points), new, **TIMING)
        answer = grade(Ink(tuple(strokes), ink.char), reference, leniency=STRICT)
        count[change] += 1
        count[f"{change} reported"] += answer.strokes[place].ending is not None


def _takes(of: ReferenceStroke, ending: str) -> bool:
    """Whether a reference stroke takes this ending and no other."""
    turns = abs(turn_at_end(of.points)[0]) > REFERENCE_HOOK_DEGREES
    return ENDINGS_OF_TYPE.get(of.type) == {ending} and turns == (ending == "hook")


if __name__ == "__main__":
    main()
