"""What must hold for the form of every reference, and where it does not.

`python -m tests.bench.properties [--every 1] [--start 0]`

A reference itself scores 100. Turned by 7 degrees it is correct; by 30 it is acceptable at best,
and the slant is named; by 60 it is not accepted. Its score falls as the whole is turned or
stretched, or a stroke is moved. Rings alone are not turned, as they have no direction.
`tests/kanji/grading/test_form.py` asks the same of a sample.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import ACCEPTED, Grade, grade
from kanji.grading.slant import turned
from kanji.matching.geometry import longer_side
from kanji.matching.rings import is_ring

FREE_DEGREES, TOLD_DEGREES = 7, 30
TURNS = (0, 7, 15, 22, 30, 45, 60)  # degrees
STRETCHES = (1.0, 1.1, 1.25, 1.5, 1.8)
MOVES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)  # sides of the box
SLACK = 1.0  # points that a score may rise, where the drawing is seen in another way
ITSELF = 99.95  # least score of the reference itself


def main() -> None:
    """Prints each contradiction, and how many references have each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every N-th reference")
    parser.add_argument("--start", type=int, default=0, help="the first of them")
    args = parser.parse_args()
    references = list(load_references("ja").values())[args.start :: args.every]
    kinds: Counter[str] = Counter()
    for reference in references:
        found = dict(contradictions(reference))
        kinds.update(found.keys())
        for kind, what in found.items():
            print(f"{reference.character} {kind}: {what}", flush=True)
    print(f"{len(references)} references, of which contradict:", dict(kinds))


def contradictions(reference: Reference) -> Iterator[tuple[str, str]]:
    """The kind of each property that does not hold for a reference, and what was found."""
    drawn = reference.drawn()
    itself = grade(drawn, reference)
    if itself.score < ITSELF:
        yield "itself", f"{itself.score:.1f}"
    if not all(is_ring(stroke.points) for stroke in reference.strokes):  # it has no direction
        for side in (1, -1):
            yield from _turns(drawn, reference, side)
    for axis in (0, 1):
        scores = [grade(_stretched(drawn, axis, by), reference).score for by in STRETCHES]
        if not falls(scores):
            yield f"stretched {'across' if axis == 0 else 'down'}", _written(scores)
    generator = np.random.default_rng(ord(reference.character[0]))
    at, angle = int(generator.integers(len(drawn.strokes))), generator.uniform(0, 2 * np.pi)
    answers = [grade(moved(drawn, at, by, angle), reference) for by in MOVES]
    scores = [answer.score for answer in answers]
    as_itself = [answer.score for answer in answers if _is_in_order(answer)]
    # Moved across its twin, a dot of a dakuten is seen as the other one, to which it comes nearer.
    as_another = [answer.score for answer in answers if not _is_in_order(answer)]
    falls_as_another = not as_another or falls([min(as_itself), max(as_another)])
    if len(drawn.strokes) > 1 and not (falls(as_itself) and falls_as_another):
        yield "moved", f"stroke {at} by {np.degrees(angle):.0f} degrees {_written(scores)}"


def _turns(drawn: Ink, reference: Reference, side: int) -> Iterator[tuple[str, str]]:
    answers = {by: grade(turned(drawn, np.radians(side * by)), reference) for by in TURNS}
    if answers[FREE_DEGREES].verdict != "correct":
        yield f"{FREE_DEGREES} degrees", answers[FREE_DEGREES].verdict
    told = answers[TOLD_DEGREES]
    if told.verdict == "correct" or (told.verdict in ACCEPTED and not _has_slant(told)):
        yield f"{TOLD_DEGREES} degrees", told.verdict
    elif not _has_slant(told):
        yield f"{TOLD_DEGREES} degrees, slant not named", told.verdict
    if (last := answers[TURNS[-1]].verdict) in ACCEPTED:
        yield f"{TURNS[-1]} degrees", last
    scores = [answer.score for answer in answers.values()]
    if not falls(scores):
        yield "turned", _written(scores)


def falls(scores: Sequence[float]) -> bool:
    """Whether no score is higher than the one before."""
    return all(b <= a + SLACK for a, b in zip(scores, scores[1:], strict=False))


def moved(ink: Ink, at: int, by: float, angle: float) -> Ink:
    """One stroke moved by so many sides of the box, in a direction in radians."""
    strokes = list(ink.strokes)
    side = longer_side([stroke.points for stroke in strokes])
    shift = by * side * np.array([np.cos(angle), np.sin(angle)])
    strokes[at] = Stroke((strokes[at].points + shift).astype(np.float32))
    return replace(ink, strokes=tuple(strokes))


def _stretched(ink: Ink, axis: int, by: float) -> Ink:
    size = np.where(np.arange(2) == axis, by, 1.0)
    strokes = (Stroke((stroke.points * size).astype(np.float32)) for stroke in ink.strokes)
    return replace(ink, strokes=tuple(strokes))


def _is_in_order(answer: Grade) -> bool:
    """Whether each drawn stroke is seen as the reference's in its place."""
    return [stroke.reference for stroke in answer.strokes] == [
        (n,) for n in range(len(answer.strokes))
    ]


def _has_slant(answer: Grade) -> bool:
    return any(one.key == "slant" for one in answer.advice)


def _written(scores: Sequence[float]) -> str:
    return " ".join(f"{score:.0f}" for score in scores)


if __name__ == "__main__":
    main()
