"""What a file of ink or of references holds, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from data.corpora.corpus import Corpus
from data.corpora.files import read_inks
from data.hdf5.checked import kind_of
from data.ink import Ink
from data.ink.packed import SPLITS
from data.pictures.glyphs import KIND as GLYPHS
from data.pictures.glyphs import Glyphs
from data.pictures.photos import KIND as PHOTOS
from data.pictures.photos import PhotoFile
from data.references.store import KIND as REFERENCES
from data.references.store import ReferenceTable

BAR = 40  # characters of the longest bar


def summary(path: Path) -> dict[str, Any]:
    """The facts of a file, its counts, and how many characters have how many strokes.

    `strokes_a_character`, which files of pictures do not have, goes from a number of strokes to how
    many inks, or references, have it.
    Raises DataError where the file is damaged.
    """
    if path.suffix.lower() != ".h5":
        return {"kind": "ink", "licence": "unknown"} | _of_inks(read_inks(path))
    if kind_of(path) == REFERENCES:
        table = ReferenceTable(path)
        return table.facts | {"strokes_a_character": _histogram(table.strokes_of_each())}
    if kind_of(path) == GLYPHS:
        glyphs = Glyphs(path, budget=0)
        return glyphs.facts | {
            "classes": len(np.unique(glyphs.label)),
            "pictures_a_split": _splits(glyphs.splits),
        }
    if kind_of(path) == PHOTOS:
        photos = PhotoFile(path)
        counts = {"classes": len(photos.classes), "photos_a_split": _splits(photos.splits)}
        return photos.facts | counts
    corpus = Corpus(path)
    return corpus.facts | _of_corpus(corpus)


def bars(histogram: Mapping[str, int]) -> Iterator[str]:
    """The lines of a histogram in text: the value, a bar, how many."""
    most = max(histogram.values(), default=1)
    for value, count in histogram.items():
        yield f"{value:>4} {'█' * round(BAR * count / most):<{BAR}} {count}"


def _of_corpus(corpus: Corpus) -> dict[str, Any]:
    return {
        "points": corpus.points,
        "classes": len(np.unique(corpus.label[corpus.label > 0])),
        "unlabelled": int((corpus.label == 0).sum()),
        "writers": len(corpus.writers),
        "inks_a_split": _splits(corpus.splits),
        "labelled_strokes": corpus.labelled_strokes(),
        "strokes_a_character": _histogram(corpus.strokes_of_each()),
    }


def _of_inks(inks: Iterable[Ink]) -> dict[str, Any]:
    strokes = Counter[int]()
    characters, writers, sources = set[str](), set[str](), set[str]()
    points = unlabelled = 0
    for ink in inks:
        strokes[len(ink.strokes)] += 1
        points += sum(len(stroke.points) for stroke in ink.strokes)
        unlabelled += ink.char is None
        for value, found in (ink.char, characters), (ink.writer, writers), (ink.source, sources):
            if value is not None:
                found.add(value)
    return {
        "source": ", ".join(sorted(sources)),
        "samples": strokes.total(),
        "strokes": sum(count * number for count, number in strokes.items()),
        "points": points,
        "classes": len(characters),
        "unlabelled": unlabelled,
        "writers": len(writers),
        "strokes_a_character": {str(count): strokes[count] for count in sorted(strokes)},
    }


def _splits(splits: Any) -> dict[str, int]:
    return {name: int((splits == number).sum()) for number, name in enumerate(SPLITS)}


def _histogram(values: Any) -> dict[str, int]:
    found, counts = np.unique(values, return_counts=True)
    return {str(value): int(count) for value, count in zip(found, counts, strict=True)}
