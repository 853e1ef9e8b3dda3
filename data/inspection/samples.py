"""What stands on a sheet: inks of a file, references, or two sets side by side."""

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

UNIT = (0.06, 0.06, 0.88)  # what of the unit box is shown: references leave its border free
MOST = 100  # samples of a sheet
EXAMPLES = 6  # characters of each kind of difference
FAR = 0.2  # larger = pairs that correspond worse may be examples


def samples(name: str, characters: str, *, most: int) -> list[Sample]:
    """At most `most` samples of each character of a file, or of the set "ja" or "zh".

    Raises DataError where the file cannot be read, or has none of one of them.
    """
    wanted = dict.fromkeys(characters)
    if not 1 <= most * len(wanted) <= MOST:
        raise DataError(
            f"a sheet holds 1 to {MOST} samples, not {most} of each of {len(wanted)} characters"
        )
    found = []
    for character in wanted:
        few = list(islice(_of(name, character), most))
        if not few:
            raise DataError(f"{name} has no {character!r}; hitsujun data info tells what it has")
        found += few
    return found


def examples(
    comparisons: Sequence[Comparison],
    sets: tuple[Mapping[str, Reference], Mapping[str, Reference]],
    names: tuple[str, str],
) -> list[Sample]:
    """Pairs of cells, EXAMPLES characters of each kind of difference but `absent`.

    A stroke has one colour in both, and in each the number of its own set.
    """
    shown: dict[str, list[Comparison]] = {kind: [] for kind in KINDS[1:]}
    for comparison in comparisons:
        close = comparison.assignment is None or comparison.assignment.distance < FAR
        for kind in comparison.differences[-1:]:
            if close and kind in shown:
                shown[kind].append(comparison)
    found: list[Sample] = []
    for kind, members in shown.items():
        members = members[:: max(1, len(members) // EXAMPLES)][:EXAMPLES]
        for comparison in members[: len(members) // 2 * 2]:
            found += _pair(comparison, kind, sets, names)
    return found


def beside_synthetic(
    name: str, characters: str, *, most: int, seed: int, model: WriterModel | None = None
) -> list[Sample]:
    """Samples of a file, each followed by synthetic ink of its character.

    Without `characters`, of inks spread over the file. Raises DataError where there are none.
    """
    references = load_references("ja")
    found = [
        ink
        for ink in read_inks(Path(name))
        if ink.char and ink.char in references and ink.char in (characters or ink.char)
    ]
    found = found[:: max(1, len(found) // most)][:most]
    if not found:
        raise DataError(f"{name} has no ink of {characters or 'characters in the set ja'}")
    labels = sorted({ink.char for ink in found if ink.char})
    generator = np.random.default_rng(seed)
    drawing = Synthesizer(labels, references).draw(
        np.array([labels.index(ink.char or "") for ink in found]),
        generator,
        model=model,
        mistakes=Mistakes.none(),
    )
    made = drawing.inks(labels, generator)
    return [sample for pair in zip(found, made, strict=True) for sample in map(_ink, pair)]


def _pair(
    comparison: Comparison,
    kind: str,
    sets: tuple[Mapping[str, Reference], Mapping[str, Reference]],
    names: tuple[str, str],
) -> Iterator[Sample]:
    ours, theirs = (references[comparison.character] for references in sets)
    order = comparison.assignment.order if comparison.assignment else ()
    colours = [order.index(index) for index in range(len(order))] or None
    for name, reference, chosen in zip(names, (ours, theirs), (None, colours), strict=True):
        caption = f"{comparison.character}  {name}  {_count(reference.strokes)}"
        caption += f"  other {kind}" if reference is theirs else ""
        yield Sample([s.points for s in reference.strokes], caption, UNIT, chosen)


def _of(name: str, character: str) -> Iterator[Sample]:
    path = Path(name)
    if name in REFERENCE_SETS:
        yield from _reference(load_references(name), name, character)
    elif path.suffix.lower() == ".h5" and kind_of(path) == REFERENCES:
        yield from _reference(ReferenceTable(path), path.stem, character)
    elif path.suffix.lower() == ".h5":
        corpus = Corpus(path)
        yield from (_ink(corpus[place]) for place in corpus.find(character))
    else:
        yield from (_ink(ink) for ink in read_inks(path) if ink.char == character)


def _reference(references: Mapping[str, Reference], name: str, character: str) -> Iterator[Sample]:
    if character in references:
        strokes = references[character].strokes
        caption = f"{character}  {name}  {_count(strokes)}"
        yield Sample([stroke.points for stroke in strokes], caption, UNIT)


def _ink(ink: Ink) -> Sample:
    """An ink in the order drawn; an aligned one in the colours and numbers of the reference."""
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


def _count(strokes: Sequence[object]) -> str:
    return f"{len(strokes)} stroke{'s' * (len(strokes) != 1)}"
