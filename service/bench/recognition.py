"""Reading: how fast, and how often right on synthetic drawings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from data.characters import characters
from data.ink import Ink, Stroke
from data.ink.sequence import stroke_sequences
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.nonsense import Nonsense
from data.synthetic.synthesizer import Synthesizer
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import recognize
from kanji.recognizer.stroke_order import read_strokes
from service.bench.clock import least_seconds, median_ms
from service.bench.drawings import SEED, STROKES, Drawing, drawings
from service.bench.row import Row

AREA = "recognition"
NETWORK = "a bare run of its network"


def rows(*, quick: bool) -> Iterator[Row]:
    """Speed on drawings of STROKES strokes, hits on drawings of all joyo kanji."""
    recognizer, references = Recognizer.load(), load_references()
    known = set(characters("kanjivg")) & set(recognizer.labels)
    yield Row(AREA, "kanji that are read", len(known), "kanji")
    seconds = least_seconds(lambda: Recognizer.load.__wrapped__(Recognizer, SHIPPED), 3)
    yield Row(AREA, "loading the network", 1000 * seconds, "CPU ms")
    yield from _speed(recognizer, references, 20 if quick else 100)
    yield from _hits(recognizer, references, drawings(40 if quick else 500))
    yield _refused(recognizer, references, 40 if quick else 400)


def _speed(
    recognizer: Recognizer, references: Mapping[str, Reference], count: int
) -> Iterator[Row]:
    drawn = drawings(count, strokes=STROKES)
    sequences = [stroke_sequences([one.ink]) for one in drawn]
    times = median_ms(
        {
            "read": lambda n: recognize(recognizer, drawn[n].ink, references),
            "strokes": lambda n: read_strokes(recognizer, *drawn[n]),
            NETWORK: lambda n: recognizer.run(sequences[n]),
        },
        count,
    )
    yield Row(AREA, f"reading, {STROKES} strokes", times["read"], "CPU ms")
    yield Row(AREA, "reading", times["read"] / times[NETWORK], "times", NETWORK)
    yield Row(AREA, "which stroke is which", times["strokes"] / times[NETWORK], "times", NETWORK)


def _hits(
    recognizer: Recognizer, references: Mapping[str, Reference], drawn: Sequence[Drawing]
) -> Iterator[Row]:
    read = [recognize(recognizer, ink, references).best.character == ink.char for ink, _ in drawn]
    yield Row(AREA, "synthetic drawings read as what they are", 100 * float(np.mean(read)), "%")
    named = [hit for one in drawn for hit in _named(recognizer, _shuffled(one))]
    yield Row(AREA, "strokes named, drawn in random order", 100 * float(np.mean(named)), "%")


def _shuffled(one: Drawing) -> Drawing:
    """The strokes of a drawing in another order, the same each time."""
    order = np.random.default_rng(SEED).permutation(len(one.ink.strokes))
    strokes = tuple(Stroke(s.points, None, s.canonical) for s in one.ink.strokes)
    return Drawing(Ink(tuple(strokes[n] for n in order), one.ink.char), one.reference)


def _named(recognizer: Recognizer, one: Drawing) -> Iterator[bool]:
    """Whether each drawn stroke is read as the canonical strokes that it was made of."""
    for stroke, reading in zip(one.ink.strokes, read_strokes(recognizer, *one), strict=True):
        assert stroke.canonical is not None
        yield set(reading.reference) == set(stroke.canonical.tolist())


def _refused(recognizer: Recognizer, references: Mapping[str, Reference], count: int) -> Row:
    joyo = characters("joyo")
    nonsense = Nonsense(Synthesizer(joyo, references), references)
    drawn = nonsense.sequences(count, np.random.default_rng(SEED))
    is_refused = recognizer.run(drawn).known < 0
    return Row(AREA, "scribble and foreign letters refused", 100 * float(is_refused.mean()), "%")
