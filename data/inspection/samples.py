"""Samples for a sheet: inks of a file, references, pairs of references, real and synthetic ink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from data.corpora.corpus import Corpus
from data.corpora.files import read_inks
from data.errors import DataError
from data.hdf5.checked import kind_of
from data.ink import Ink
from data.inspection.sheet import Sample
from data.references.comparison import KINDS, Comparison
from data.references.reference import Reference
from data.references.sets import REFERENCE_SETS
from data.references.store import KIND as REFERENCES
from data.references.store import ReferenceTable, load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel

UNIT = (0.06, 0.06, 0.88)  # left, top, side shown of the unit box: references leave its border free
MOST = 100  # samples on a sheet
EXAMPLES = 6  # characters for each kind of difference
MAX_DISTANCE = 0.2  # between the two forms of an example; larger = worse matches are shown too


def samples(name: str, characters: str, *, most: int) -> list[Sample]:
    """At most `most` samples of each character, from a file or from a reference set.

    `name`: a path, or one of REFERENCE_SETS. Raises DataError where the file cannot be read, where
    it has no sample of a character, and for more than MOST samples.
    """
    distinct = dict.fromkeys(characters)
    if not distinct:
        raise DataError("there are no characters to draw: give one or more, such as 永")
    if not 1 <= most * len(distinct) <= MOST:
        raise DataError(
            f"a sheet holds 1 to {MOST} samples, not {most} of each of {len(distinct)} characters"
        )
    chosen = []
    for character in distinct:
        few = list(islice(_samples_of(name, character), most))
        if not few:
            raise DataError(f"{name} has no {character!r}; see hitsujun data info for its contents")
        chosen += few
    return chosen


def examples(
    comparisons: Sequence[Comparison],
    sets: tuple[Mapping[str, Reference], Mapping[str, Reference]],
    names: tuple[str, str],
) -> list[Sample]:
    """Pairs of samples of one character: EXAMPLES pairs for each kind of difference but `absent`.

    A stroke has the same colour in both samples, and in each its number in that set.
    """
    by_kind: dict[str, list[Comparison]] = {kind: [] for kind in KINDS[1:]}
    for comparison in comparisons:
        is_close = comparison.assignment is None or comparison.assignment.distance < MAX_DISTANCE
        for kind in comparison.differences[-1:]:
            if is_close and kind in by_kind:
                by_kind[kind].append(comparison)
    pairs: list[Sample] = []
    for kind, members in by_kind.items():
        chosen = members[:: max(1, len(members) // EXAMPLES)][:EXAMPLES]
        for comparison in chosen[: len(chosen) // 2 * 2]:  # an even number fills rows of four
            pairs += _pair(comparison, kind, sets, names)
    return pairs


def beside_synthetic(
    name: str, characters: str, *, most: int, seed: int, model: WriterModel | None = None
) -> list[Sample]:
    """At most `most` inks of a file, each followed by synthetic ink of the same character.

    `characters` restricts the choice; where it is empty, the inks are spread over the file. `seed`
    and `model` determine the synthetic writers. Raises DataError where the file has no such ink,
    and for more than MOST samples.
    """
    if not 1 <= most <= MOST // 2:
        raise DataError(f"a sheet holds 1 to {MOST // 2} pairs, not {most}")
    references = load_references("ja")
    real = [
        ink
        for ink in read_inks(Path(name))
        if ink.char and ink.char in references and ink.char in (characters or ink.char)
    ]
    real = real[:: max(1, len(real) // most)][:most]
    if not real:
        raise DataError(f"{name} has no ink of {characters or 'characters in the set ja'}")
    labels = sorted({ink.char for ink in real if ink.char})
    generator = np.random.default_rng(seed)
    drawing = Synthesizer(labels, references).draw(
        np.array([labels.index(ink.char or "") for ink in real]),
        generator,
        model=model,
        mistakes=Mistakes.none(),
    )
    synthetic = drawing.inks(labels, generator)
    return [
        sample for pair in zip(real, synthetic, strict=True) for sample in map(ink_sample, pair)
    ]


def ink_sample(ink: Ink) -> Sample:
    """An ink as drawn; an aligned ink has the colours and the numbers of its reference strokes."""
    parts = (ink.char, ink.writer or ink.source, _count(ink.strokes))
    caption = "  ".join(p for p in parts if p)
    if ink.source == "synthetic" or any(stroke.canonical is None for stroke in ink.strokes):
        return Sample([stroke.points for stroke in ink.strokes], caption)
    pieces, colours = [], []
    for stroke in ink.strokes:
        labels = np.asarray(stroke.canonical)
        starts = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
        for a, b in pairwise(starts):
            pieces.append(stroke.points[a : min(b + 1, len(labels))])
            colours.append(int(labels[a]))
    numbers = [str(colour + 1) if colour >= 0 else "?" for colour in colours]
    return Sample(pieces, f"{ink.char}  aligned  {_count(ink.strokes)}", None, colours, numbers)


def _pair(
    comparison: Comparison,
    kind: str,
    sets: tuple[Mapping[str, Reference], Mapping[str, Reference]],
    names: tuple[str, str],
) -> Iterator[Sample]:
    """The character in the first set and in the second, whose strokes take the first's colours."""
    ours, theirs = (references[comparison.character] for references in sets)
    order = comparison.assignment.order if comparison.assignment else ()
    colours = [order.index(index) for index in range(len(order))] or None
    for name, reference, chosen in zip(names, (ours, theirs), (None, colours), strict=True):
        caption = f"{comparison.character}  {name}  {_count(reference.strokes)}"
        caption += f"  other {kind}" if reference is theirs else ""
        yield Sample([s.points for s in reference.strokes], caption, UNIT, chosen)


def _samples_of(name: str, character: str) -> Iterator[Sample]:
    path = Path(name)
    if name in REFERENCE_SETS:
        yield from _reference_sample(load_references(name), name, character)
    elif path.suffix.lower() == ".h5" and kind_of(path) == REFERENCES:
        yield from _reference_sample(ReferenceTable(path), path.stem, character)
    elif path.suffix.lower() == ".h5":
        corpus = Corpus(path)
        yield from (ink_sample(corpus[place]) for place in corpus.find(character))
    else:
        yield from (ink_sample(ink) for ink in read_inks(path) if ink.char == character)


def _reference_sample(
    references: Mapping[str, Reference], name: str, character: str
) -> Iterator[Sample]:
    """The reference of a character; nothing where the set does not have it."""
    if character in references:
        strokes = references[character].strokes
        caption = f"{character}  {name}  {_count(strokes)}"
        yield Sample([stroke.points for stroke in strokes], caption, UNIT)


def _count(strokes: Sequence[object]) -> str:
    return f"{len(strokes)} stroke{'s' * (len(strokes) != 1)}"
