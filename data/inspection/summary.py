"""The contents of a data file, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from data.pictures.photo_store import PhotoStore, is_store
from data.pictures.photos import KIND as PHOTOS
from data.pictures.photos import PhotoFile
from data.references.store import KIND as REFERENCES
from data.references.store import ReferenceTable

BAR = 40  # length of the longest bar, in characters


def summary(path: Path) -> dict[str, Any]:
    """The attributes of a file and counts of its contents, as `hitsujun data info` prints them.

    `strokes_a_character` maps a number of strokes to the number of inks, or references, that have
    it; files of pictures do not have it. Raises DataError where the file is damaged.
    """
    if is_store(path):
        return _count_photos(PhotoStore(path))
    if path.suffix.lower() != ".h5":
        return {"kind": "ink", "licence": "unknown"} | _count_inks(read_inks(path))
    return SUMMARIES.get(kind_of(path), _summarize_corpus)(path)


def bars(histogram: Mapping[str, int]) -> Iterator[str]:
    """Yields the lines of a histogram in text: the value, a bar, the count."""
    largest = max(histogram.values(), default=1)
    for value, count in histogram.items():
        yield f"{value:>4} {'█' * round(BAR * count / largest):<{BAR}} {count}"


def _summarize_corpus(path: Path) -> dict[str, Any]:
    corpus = Corpus(path)
    return corpus.facts | {
        "points": corpus.points,
        "classes": len(np.unique(corpus.label[corpus.label > 0])),
        "unlabelled": int((corpus.label == 0).sum()),
        "writers": len(corpus.writers),
        "inks_a_split": _count_splits(corpus.splits),
        "labelled_strokes": corpus.labelled_strokes(),
        "strokes_a_character": _histogram(corpus.strokes_of_each()),
    }


def _summarize_references(path: Path) -> dict[str, Any]:
    table = ReferenceTable(path)
    return table.facts | {"strokes_a_character": _histogram(table.strokes_of_each())}


def _summarize_glyphs(path: Path) -> dict[str, Any]:
    glyphs = Glyphs(path, budget=0)
    return glyphs.facts | {
        "classes": len(np.unique(glyphs.label)),
        "pictures_a_split": _count_splits(glyphs.splits),
    }


def _summarize_photos(path: Path) -> dict[str, Any]:
    return _count_photos(PhotoFile(path))


def _count_photos(photos: PhotoFile | PhotoStore) -> dict[str, Any]:
    return photos.facts | {
        "classes": len(photos.classes),
        "photos_a_split": _count_splits(photos.splits),
    }


SUMMARIES: dict[str, Callable[[Path], dict[str, Any]]] = {
    GLYPHS: _summarize_glyphs,
    PHOTOS: _summarize_photos,
    REFERENCES: _summarize_references,
}


def _count_inks(inks: Iterable[Ink]) -> dict[str, Any]:
    strokes = Counter[int]()
    characters, writers, sources = set[str](), set[str](), set[str]()
    points = unlabelled = 0
    for ink in inks:
        strokes[len(ink.strokes)] += 1
        points += sum(len(stroke.points) for stroke in ink.strokes)
        unlabelled += ink.char is None
        for value, values in (ink.char, characters), (ink.writer, writers), (ink.source, sources):
            if value is not None:
                values.add(value)
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


def _count_splits(splits: Any) -> dict[str, int]:
    return {name: int((splits == number).sum()) for number, name in enumerate(SPLITS)}


def _histogram(values: Any) -> dict[str, int]:
    distinct, counts = np.unique(values, return_counts=True)
    return {str(value): int(count) for value, count in zip(distinct, counts, strict=True)}
