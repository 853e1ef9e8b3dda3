"""How often the grader and the recognizer accept real handwriting and refuse mistakes, as JSON.

    python -m tests.bench.grading ../shared/ink/people.jsonl.gz [--leniency 1] [--seed 0]
        [--json FILE]

The file is gzip JSONL, one ink a line. A clean sample has the reference's number of strokes, and
the optimal assignment finds them in canonical order. A sample with this number but in another
order, which the assignment or the writer got wrong, is only counted (`order_differs`). A writer's
own mistake is an ink with another number of strokes, or with another order by the strokes that the
recognizer reads, which do not depend on the assignment. Accepted forms and orders are no mistakes.
As a look-alike, each clean sample is graded against the nearest joyo kanji with the same number of
strokes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from data.characters import characters
from data.ink import Ink
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import ACCEPTED, LENIENCY, Grade, grade
from kanji.grading.order import accepted_orders
from kanji.matching.lookalikes import nearest
from kanji.matching.match import match
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import careful_reading
from kanji.recognizer.stroke_order import read_strokes
from service.bench.row import Row
from tests.bench.figures import add_json, write_figures
from tests.bench.injection import INJECTIONS, exchanged, labelled_in_order, reversed_at
from tests.bench.people import people

COUNTS = (
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
# Rates: the counts that each is a fraction of, part over whole.
RATES = {
    "accept": ("accepted", "clean"),
    "stroke_tidy": ("strokes_clean", "strokes"),
    "own_mistake_refused": ("own_mistakes_refused", "own_mistakes"),
    "swap_refused": ("swaps_refused", "swaps"),
    "swap_named": ("swaps_named", "swaps"),
    "reversal_refused": ("reversals_refused", "reversals"),
    "lookalike_refused": ("lookalikes_refused", "lookalikes"),
    "reversal_named": ("reversals_named", "reversals"),
}


def main() -> int:
    """Prints the counts and rates of one source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inks", type=Path, help="gzip JSONL of inks with char and source")
    parser.add_argument("--source", default="kanjicanvas", help="only this source")
    parser.add_argument("--leniency", type=float, default=LENIENCY["normal"])
    parser.add_argument("--seed", type=int, default=0)
    add_json(parser)
    args = parser.parse_args()
    rates = measure(args.inks, args.source, leniency=args.leniency, seed=args.seed)
    json.dump(rates, sys.stdout, indent=1, ensure_ascii=False)
    print()
    write_figures(args.json, list(_rows(args.source, rates)))
    return 0


def _rows(source: str, rates: Mapping[str, float]) -> Iterator[Row]:
    """The rates in per cent, each with how many inks it is of."""
    for name, (_, whole) in RATES.items():
        count = f"{rates[whole]:g} " if whole in rates else ""
        what = f"{source}: {name.replace('_', ' ')}, of {count}{whole.replace('_', ' ')}"
        yield Row("grading", what, 100 * rates[name], "%")


def measure(path: Path, source: str, *, leniency: float, seed: int) -> dict[str, float]:
    """Counts and rates; each mistake is injected once into each clean sample."""
    references = load_references("ja")
    pairs = nearest(characters("joyo"), references).items()
    bench = _Bench(
        Recognizer.load(),
        leniency,
        np.random.default_rng(seed),
        {character: references[other] for character, (other, _) in pairs},
        references,
    )
    for ink, reference in _samples(path, source, references):
        bench.add(ink, reference)
    return bench.rates()


@dataclass
class _Bench:
    """Grades samples with mistakes injected, and counts the answers.

    `lookalikes`: the reference of the nearest other character, by character.
    """

    recognizer: Recognizer
    leniency: float
    rng: np.random.Generator
    lookalikes: Mapping[str, Reference]
    references: Mapping[str, Reference]
    count: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, ink: Ink, reference: Reference) -> None:
        """Counts one sample, and where it is clean, every mistake injected into it."""
        if is_own_mistake(ink, reference, self.recognizer):
            answer = self._grade(ink, reference)
            self.count["own_mistakes_of_forms"] += answer.form is not None
            self.count["own_mistakes"] += answer.form is None
            self.count["own_mistakes_refused"] += answer.verdict not in ACCEPTED
        if len(ink.strokes) != len(reference.strokes):
            self.count["count_differs"] += 1
        elif not is_canonical(ink, reference):
            self.count["order_differs"] += 1
        else:
            self._clean(ink, reference)
            self._injected(ink, reference)
            self._exchanged(ink, reference)
            self._reversed(ink, reference)

    def rates(self) -> dict[str, float]:
        """What the command prints."""
        rates = {name: self._rate(part, whole) for name, (part, whole) in RATES.items()}
        rates["ms_median"] = 1000 * float(np.median(self.seconds)) if self.seconds else 0.0
        for name in IS_NAMED:
            for part in (f"{name}_accepted", f"{name}_named"):
                rates[part] = self._rate(part, name)
        counts = {name: self.count[name] for name in COUNTS}
        return counts | {name: round(rate, 4) for name, rate in rates.items()}

    def _rate(self, part: str, whole: str) -> float:
        return self.count[part] / max(self.count[whole], 1)

    def _grade(self, ink: Ink, reference: Reference) -> Grade:
        read_as = careful_reading(self.recognizer, ink, reference.character, self.references)
        started = time.perf_counter()
        answer = grade(ink, reference, leniency=self.leniency, read_as=read_as)
        self.seconds.append(time.perf_counter() - started)
        return answer

    def _clean(self, ink: Ink, reference: Reference) -> None:
        """Counts the sample as it is, and as its look-alike."""
        answer = self._grade(ink, reference)
        self.count["clean"] += 1
        self.count["accepted"] += answer.verdict in ACCEPTED
        self.count["strokes"] += len(ink.strokes)
        self.count["strokes_clean"] += sum(s.excess <= 1 for s in answer.strokes)
        if other := self.lookalikes.get(reference.character):
            self.count["lookalikes"] += 1
            self.count["lookalikes_refused"] += self._grade(ink, other).verdict not in ACCEPTED

    def _injected(self, ink: Ink, reference: Reference) -> None:
        """Counts one mistake of each kind of `tests.bench.injection`."""
        ink = labelled_in_order(ink)
        for name, is_named in IS_NAMED.items():
            drawn = INJECTIONS[name](ink, self.rng)
            if drawn is None:
                continue
            answer = self._grade(drawn, reference)
            self.count[name] += 1
            self.count[f"{name}_accepted"] += answer.verdict in ACCEPTED
            self.count[f"{name}_named"] += is_named(answer, drawn)

    def _exchanged(self, ink: Ink, reference: Reference) -> None:
        """Counts an exchange of two neighbours that is no accepted order."""
        size = len(ink.strokes)
        if size < 2:
            return
        first = int(self.rng.integers(size - 1))
        order = [*range(first), first + 1, first, *range(first + 2, size)]
        if tuple(order) in reference.orders:
            return
        answer = self._grade(exchanged(ink, first, first + 1), reference)
        self.count["swaps"] += 1
        self.count["swaps_refused"] += answer.verdict not in ACCEPTED
        self.count["swaps_named"] += _places(answer, "wrong_order") == [first, first + 1]

    def _reversed(self, ink: Ink, reference: Reference) -> None:
        """Counts a reversal that is no accepted form."""
        at = int(self.rng.integers(len(ink.strokes)))
        answer = self._grade(reversed_at(ink, at), reference)
        if answer.form:  # 匕 of Kaisho, for one, begins at the other end
            self.count["reversals_of_forms"] += 1
            return
        self.count["reversals"] += 1
        self.count["reversals_refused"] += answer.verdict not in ACCEPTED
        self.count["reversals_named"] += _places(answer, "wrong_direction") == [at]


def is_own_mistake(ink: Ink, reference: Reference, recognizer: Recognizer) -> bool:
    """Whether the count, or the order by the recognizer alone, is not accepted."""
    total = len(reference.strokes)
    if len(ink.strokes) != total:
        return True
    read = [stroke.reference for stroke in read_strokes(recognizer, ink, reference)]
    order = tuple(n for strokes in read for n in strokes)
    is_whole = all(len(strokes) == 1 for strokes in read) and sorted(order) == list(range(total))
    return is_whole and order not in accepted_orders(reference)


def is_canonical(ink: Ink, reference: Reference) -> bool:
    """Whether the assignment finds all strokes in canonical order and number."""
    if len(ink.strokes) != len(reference.strokes):
        return False
    matching = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
    pairs = [(one.drawn, one.reference) for one in matching.matches]
    return pairs == [((i,), (i,)) for i in range(len(reference.strokes))]


def canonical_samples(source: str) -> list[tuple[Ink, Reference]]:
    """The real inks of one source that are in canonical order and number, with references."""
    references = load_references("ja")
    samples = [(ink, references[ink.char]) for ink in people(source) if ink.char in references]
    return [(ink, reference) for ink, reference in samples if is_canonical(ink, reference)]


def _samples(
    path: Path, source: str, references: Mapping[str, Reference]
) -> list[tuple[Ink, Reference]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        inks = [Ink.from_wire(json.loads(line)) for line in lines]
    return [
        (ink, references[ink.char])
        for ink in inks
        if ink.source == source and ink.char is not None and ink.char in references
    ]


def _places(answer: Grade, fault: str) -> list[int]:
    """The places of the drawn strokes that have a fault."""
    return [n for n, stroke in enumerate(answer.strokes) if fault in stroke.faults]


def _labels(drawn: Ink) -> list[tuple[int, ...]]:
    """For each drawn stroke, the canonical strokes that it was made of, in order."""
    labels = [stroke.canonical for stroke in drawn.strokes if stroke.canonical is not None]
    return [tuple(dict.fromkeys(label.tolist())) for label in labels]


def _names_missing(answer: Grade, drawn: Ink) -> bool:
    here = {strokes[0] for strokes in _labels(drawn)}
    return answer.missing == tuple(set(range(len(here) + 1)) - here)


def _names_joined(answer: Grade, drawn: Ink) -> bool:
    labels = _labels(drawn)
    at = next(place for place, strokes in enumerate(labels) if len(strokes) == 2)
    stroke = answer.strokes[at]
    return "merged" in stroke.faults and stroke.reference == labels[at]


def _names_doubled(answer: Grade, drawn: Ink) -> bool:
    first = [strokes[0] for strokes in _labels(drawn)]
    at = next(place for place in range(len(first)) if first[place] in first[:place])
    return any(
        {"extra", "broken"} & set(stroke.faults) for stroke in answer.strokes[at - 1 : at + 1]
    )


def _names_displaced(answer: Grade, drawn: Ink) -> bool:
    first = [strokes[0] for strokes in _labels(drawn)]
    wrong = [n for n, (a, b) in enumerate(zip(first, sorted(first), strict=True)) if a != b]
    return _places(answer, "wrong_order")[:1] == wrong[:1]


# Whether an answer names the stroke of an injected mistake.
IS_NAMED: dict[str, Callable[[Grade, Ink], bool]] = {
    "tilted": lambda answer, _: not answer.missing,
    "distant_exchanged": _names_displaced,
    "two_joined": _names_joined,
    "one_missing": _names_missing,
    "one_doubled": _names_doubled,
}


if __name__ == "__main__":
    raise SystemExit(main())
