"""Accept and catch rates of the grader with the recognizer on real handwriting, as JSON.

    python -m tests.bench.grading ../shared/ink/people.jsonl.gz [--leniency 1] [--seed 0]

The file is gzip JSONL, one ink a line. Taken as clean: samples with the reference's number of
strokes whose optimal assignment is the canonical order. Samples in another order, which the
assignment or the writer got wrong, are counted apart (`order_differs`). A writer's own mistake is
an ink of another number of strokes, or in another order as the recognizer's strokes say, which know
nothing of the assignment; what is an accepted form or order is none. As a look-alike each sample
is graded against the joyo kanji of as many strokes whose reference is nearest to its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import ACCEPTED, LENIENCY, Grade, grade
from kanji.grading.order import accepted_orders
from kanji.matching.lookalikes import nearest
from kanji.matching.match import match
from kanji.recognizer.recognize import Recognizer, sure_reading
from kanji.recognizer.stroke_order import read_strokes
from tests.bench.injection import INJECTIONS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inks", type=Path, help="gzip JSONL of inks with char and source")
    parser.add_argument("--source", default="kanjicanvas", help="only this source")
    parser.add_argument("--leniency", type=float, default=LENIENCY["normal"])
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rates = measure(args.inks, args.source, leniency=args.leniency, seed=args.seed)
    json.dump(rates, sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 0


def measure(path: Path, source: str, *, leniency: float, seed: int) -> dict[str, float]:
    """Counts and rates; each clean sample gets one exchange and one reversal."""
    rng, recognizer = np.random.default_rng(seed), Recognizer.load()
    count: Counter[str] = Counter()
    seconds: list[float] = []

    references = load_references("ja")
    alike = {c: references[o] for c, (o, _) in nearest(characters("joyo"), references).items()}

    def graded(ink: Ink, reference: Reference) -> Grade:
        read_as = sure_reading(recognizer, ink, reference.character)
        start = time.perf_counter()
        answer = grade(ink, reference, leniency=leniency, read_as=read_as)
        seconds.append(time.perf_counter() - start)
        return answer

    for ink, reference in _samples(path, source):
        if is_own_mistake(ink, reference, recognizer):
            answer = graded(ink, reference)
            count["own_mistakes_of_forms"] += answer.form is not None
            count["own_mistakes"] += answer.form is None
            count["own_mistakes_refused"] += answer.verdict not in ACCEPTED
        if len(ink.strokes) != len(reference.strokes):
            count["count_differs"] += 1
            continue
        if not is_canonical(ink, reference):
            count["order_differs"] += 1
            continue
        count["clean"] += 1
        answer = graded(ink, reference)
        count["accepted"] += answer.verdict in ACCEPTED
        count["strokes"] += len(ink.strokes)
        count["strokes_clean"] += sum(s.excess <= 1 for s in answer.strokes)
        if other := alike.get(reference.character):
            count["lookalikes"] += 1
            count["lookalikes_refused"] += graded(ink, other).verdict not in ACCEPTED
        _injected(ink, reference, count, rng, graded)
        size = len(ink.strokes)
        if size > 1:
            first = int(rng.integers(size - 1))
            order = [*range(first), first + 1, first, *range(first + 2, size)]
            if tuple(order) not in reference.orders:
                answer = graded(_with(ink, [ink.strokes[i] for i in order]), reference)
                count["swaps"] += 1
                count["swaps_refused"] += answer.verdict not in ACCEPTED
                named = [i for i, s in enumerate(answer.strokes) if "wrong_order" in s.faults]
                count["swaps_named"] += named == [first, first + 1]
        turned = int(rng.integers(size))
        strokes = list(ink.strokes)
        strokes[turned] = Stroke(strokes[turned].points[::-1])
        answer = graded(_with(ink, strokes), reference)
        if answer.form:  # 匕 of Kaisho, for one, begins at the other end
            count["reversals_of_forms"] += 1
            continue
        count["reversals"] += 1
        count["reversals_refused"] += answer.verdict not in ACCEPTED
        named = [i for i, s in enumerate(answer.strokes) if "wrong_direction" in s.faults]
        count["reversals_named"] += named == [turned]
    return _rates(count, seconds)


def is_own_mistake(ink: Ink, reference: Reference, recognizer: Recognizer) -> bool:
    """Whether count, or the order by the recognizer alone, is none that is accepted."""
    total = len(reference.strokes)
    if len(ink.strokes) != total:
        return True
    read = [stroke.reference for stroke in read_strokes(recognizer, ink, reference)]
    order = tuple(n for of in read for n in of)
    is_told = all(len(of) == 1 for of in read) and sorted(order) == list(range(total))
    return is_told and order not in accepted_orders(reference)


def _injected(
    ink: Ink,
    reference: Reference,
    count: Counter[str],
    rng: np.random.Generator,
    graded: Callable[[Ink, Reference], Grade],
) -> None:
    """Counts what becomes of the mistakes of `tests.bench.injection`, one of each kind."""
    known = tuple(
        Stroke(s.points, canonical=np.full(len(s.points), n, np.int16))
        for n, s in enumerate(ink.strokes)
    )
    ink = Ink(known, ink.char, ink.source, ink.writer)
    for name, is_named in NAMED.items():
        drawn = INJECTIONS[name](ink, rng)
        if drawn is None:
            continue
        answer = graded(drawn, reference)
        count[name] += 1
        count[f"{name}_accepted"] += answer.verdict in ACCEPTED
        count[f"{name}_named"] += is_named(answer, drawn)


def _missing(answer: Grade, drawn: Ink) -> bool:
    here = {int(stroke.canonical[0]) for stroke in drawn.strokes if stroke.canonical is not None}
    return answer.missing == tuple(set(range(len(here) + 1)) - here)


def _joined(answer: Grade, drawn: Ink) -> bool:
    known = [s.canonical for s in drawn.strokes if s.canonical is not None]
    both = [tuple(dict.fromkeys(of.tolist())) for of in known]
    at = next(place for place, strokes in enumerate(both) if len(strokes) == 2)
    found = answer.strokes[at]
    return "merged" in found.faults and found.reference == both[at]


def _doubled(answer: Grade, drawn: Ink) -> bool:
    first = [int(s.canonical[0]) for s in drawn.strokes if s.canonical is not None]
    at = next(place for place in range(len(first)) if first[place] in first[:place])
    return any(
        {"extra", "broken"} & set(stroke.faults) for stroke in answer.strokes[at - 1 : at + 1]
    )


def _displaced(answer: Grade, drawn: Ink) -> bool:
    first = [int(s.canonical[0]) for s in drawn.strokes if s.canonical is not None]
    wrong = [n for n, (a, b) in enumerate(zip(first, sorted(first), strict=True)) if a != b]
    return [n for n, s in enumerate(answer.strokes) if "wrong_order" in s.faults][:1] == wrong[:1]


NAMED: dict[str, Callable[[Grade, Ink], bool]] = {
    "tilted": lambda answer, _: not answer.missing,
    "distant_exchanged": _displaced,
    "two_joined": _joined,
    "one_missing": _missing,
    "one_doubled": _doubled,
}


def _rates(count: Counter[str], seconds: list[float]) -> dict[str, float]:
    share = {
        "accept": count["accepted"] / max(count["clean"], 1),
        "stroke_tidy": count["strokes_clean"] / max(count["strokes"], 1),
        "own_mistake_refused": count["own_mistakes_refused"] / max(count["own_mistakes"], 1),
        "swap_refused": count["swaps_refused"] / max(count["swaps"], 1),
        "swap_named": count["swaps_named"] / max(count["swaps"], 1),
        "reversal_refused": count["reversals_refused"] / max(count["reversals"], 1),
        "lookalike_refused": count["lookalikes_refused"] / max(count["lookalikes"], 1),
        "reversal_named": count["reversals_named"] / max(count["reversals"], 1),
        "ms_median": 1000 * float(np.median(seconds)) if seconds else 0.0,
    }
    for name in NAMED:
        for what in ("accepted", "named"):
            share[f"{name}_{what}"] = count[f"{name}_{what}"] / max(count[name], 1)
    counts = (
        "clean",
        "swaps",
        "reversals",
        "lookalikes",
        "reversals_of_forms",
        "own_mistakes",
        "own_mistakes_of_forms",
        "order_differs",
        "count_differs",
    )
    return {key: count[key] for key in counts} | {k: round(v, 4) for k, v in share.items()}


def _samples(path: Path, source: str) -> list[tuple[Ink, Reference]]:
    references = load_references("ja")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        inks = [Ink.from_wire(json.loads(line)) for line in lines]
    return [
        (ink, references[ink.char])
        for ink in inks
        if ink.source == source and ink.char is not None and ink.char in references
    ]


def is_canonical(ink: Ink, reference: Reference) -> bool:
    found = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
    pairs = [(m.drawn, m.reference) for m in found.matches]
    return pairs == [((i,), (i,)) for i in range(len(reference.strokes))]


def _with(ink: Ink, strokes: list[Stroke]) -> Ink:
    return Ink(tuple(strokes), ink.char, ink.source, ink.writer)


if __name__ == "__main__":
    raise SystemExit(main())
