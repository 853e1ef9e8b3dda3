"""Ink corpora: many inks in one HDF5 file.

The datasets, for N points, S strokes and B inks:

- for each point: `points` (N, 2) float32; `t` (N,) float32 in milliseconds, NaN where the stroke
  has no times; `canonical` (N,) int16, the reference stroke that it belongs to, -1 for none;
- for each stroke: `stroke_offsets` (S + 1,) int64 into the points; `confidence` (S,) float32 in
  `canonical`, NaN where the stroke is not aligned;
- for each ink: `sample_offsets` (B + 1,) int64 into the strokes; `label` (B,) uint32, a code point
  or 0 where it is unknown; `writer` (B,) int32, an index into `writers` or -1; `split` (B,) uint8,
  an index into the attribute `splits`;
- `writers`: the names as UTF-8 JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError
from data.hdf5.checked import (
    attributes,
    blocks,
    check_finite,
    check_offsets,
    column,
    dataset,
    offsets,
    opened,
    write_attributes,
)
from data.hdf5.created import created
from data.hdf5.lazy import LazyColumn, LazyFile
from data.ink import Ink
from data.ink.packed import SPLITS, UNKNOWN, Packed, pack, unpack

SCHEMA_VERSION = 2
KIND = "corpus"
BLOCK = 2048  # inks that are written, or read in sequence, at a time
BUDGET = 1 << 30  # bytes of the columns of points and strokes that are read into memory

_COLUMNS = {
    "points": "f4",
    "t": "f4",
    "canonical": "i2",
    "stroke_offsets": "i8",
    "confidence": "f4",
    "sample_offsets": "i8",
    "label": "u4",
    "writer": "i4",
    "split": "u1",
}

Gathered = tuple[
    npt.NDArray[np.float32], npt.NDArray[np.bool_], npt.NDArray[np.int64], npt.NDArray[np.int16]
]


def write_corpus(
    path: Path,
    inks: Iterable[Ink],
    *,
    facts: Mapping[str, str],
    split: str | Callable[[Ink], str] = "train",
) -> int:
    """Writes a corpus and returns the number of inks. Memory holds one block of inks at a time.

    `facts`: its `source`, its `licence` and the `sha256` of what it was read from. `split`: one of
    SPLITS, or a function that returns one for each ink. Raises CorpusError where there are no inks
    or a split is unknown. After an error `path` is unchanged.
    """
    stream = iter(inks)
    packs = iter(lambda: pack(list(islice(stream, BLOCK)), split=split), None)
    return write_packed(path, _until_empty(packs), facts=facts)


def write_packed(path: Path, packs: Iterable[Packed], *, facts: Mapping[str, str]) -> int:
    """As `write_corpus`, for inks that are packed already."""
    writers: dict[str, int] = {}
    with created(path) as file:
        for name, dtype in _COLUMNS.items():
            shape = (0, 2) if name == "points" else (0,)
            file.create_dataset(name, shape, dtype, maxshape=(None, *shape[1:]), chunks=True)
        for name in ("stroke_offsets", "sample_offsets"):
            _append(file[name], np.zeros(1, np.int64))
        for packed in packs:
            _write(file, packed, writers)
        count = len(file["label"])
        if count == 0:
            raise CorpusError(f"there are no inks to write to {path}")
        write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        strokes = len(file["stroke_offsets"]) - 1
        write_attributes(file, {"samples": count, "strokes": strokes, "splits": json.dumps(SPLITS)})
        # A dataset, because an attribute holds at most 64 KiB.
        file["writers"] = np.frombuffer(
            json.dumps(list(writers), ensure_ascii=False).encode(), np.uint8
        )
    return count


class Corpus(Sequence[Ink]):
    """The inks of a corpus file, all of which is checked when it is opened.

    The columns of points and strokes are in memory where they take at most `budget` bytes. A larger
    corpus is lazy: these columns stay on the disk, and every process opens the file for itself. So
    a corpus may be passed to worker processes, forked or spawned.

    `label` (B,) uint32, `writer` (B,) int32 and `splits` (B,) uint8 are columns as in the file,
    `writers` the writers' names, `points` the number of points, `facts` the file's attributes.

    Raises CorpusError where the file is damaged or not a corpus.
    """

    def __init__(self, path: Path, *, budget: int = BUDGET) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            large = _large_datasets(file)
            self.label = column(file, "label", dtype="u4", shape=[None])
            rows = len(self.label)
            self.writer = column(file, "writer", dtype="i4", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            strokes = len(large["stroke_offsets"]) - 1
            self._samples = offsets(file, "sample_offsets", total=strokes, rows=rows, least=1)
            self.is_lazy = sum(data.nbytes for data in large.values()) > budget
            self._columns: dict[str, Any]
            if self.is_lazy:
                on_disk = LazyFile(path)
                self._columns = {n: LazyColumn(on_disk, n, len(data)) for n, data in large.items()}
            else:
                large = self._columns = {name: data[...] for name, data in large.items()}
            _check_large(file, large)
            self.points = len(large["points"])
            # Where the points of each ink start, so that one ink is one slice.
            bounds = self._columns["stroke_offsets"]
            self._starts = None if self.is_lazy else np.asarray(bounds)[self._samples]
            self.writers = _writer_names(file)
            self.facts: dict[str, Any] = attributes(file)
        self._check_values(path)

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        row = range(len(self))[index]
        return next(self._inks(row, row + 1))

    def __iter__(self) -> Iterator[Ink]:
        for first in range(0, len(self), BLOCK):
            yield from self._inks(first, min(first + BLOCK, len(self)))

    def find(self, character: str) -> list[int]:
        """The indexes of the inks of a character, in ascending order."""
        return [int(row) for row in np.flatnonzero(self.label == ord(character))]

    def split(self, index: int) -> str:
        """The split of the ink at `index`."""
        return SPLITS[self.splits[index]]

    def strokes_of_each(self) -> npt.NDArray[np.int64]:
        """The number of strokes of each ink: (B,)."""
        return np.asarray(np.diff(self._samples))

    def labelled_strokes(self) -> int:
        """The number of strokes that `hitsujun align` has aligned to a reference stroke."""
        return sum(int((~np.isnan(b)).sum()) for b in blocks(self._columns["confidence"]))

    def gathered(self, rows: npt.NDArray[np.int64]) -> Gathered:
        """The inks at the indexes `rows`, as flat arrays for `data.ink.sequence.sampled`.

        Returns `points` (P, 2) float32, `is_first` (P,) bool, `sizes` (len(rows),) int64, and
        `canonical` (P,) int16. The point of an ink of one point is repeated.
        """
        if self._starts is None:
            return _gathered_one_by_one([self[int(row)] for row in rows])
        begin, end = self._starts[rows], self._starts[rows + 1]
        sizes = np.maximum(end - begin, 2)
        first = np.cumsum(sizes) - sizes
        within = np.arange(sizes.sum()) - np.repeat(first, sizes)
        # Clipped, so that a lone point is taken twice.
        index = np.minimum(np.repeat(begin, sizes) + within, np.repeat(end, sizes) - 1)
        counts = self._samples[rows + 1] - self._samples[rows]
        number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        strokes = np.repeat(self._samples[rows], counts) + number
        stroke_starts = self._columns["stroke_offsets"][strokes]
        is_first = np.zeros(len(index), bool)
        is_first[stroke_starts - np.repeat(begin, counts) + np.repeat(first, counts)] = True
        return self._columns["points"][index], is_first, sizes, self._columns["canonical"][index]

    def packed(self, first: int, last: int) -> Packed:
        """The inks [first, last) as flat arrays; each column is read once."""
        samples = self._samples[first : last + 1]
        bounds = self._columns["stroke_offsets"][samples[0] : samples[-1] + 1]
        of_points = slice(int(bounds[0]), int(bounds[-1]))
        of_strokes = slice(int(samples[0]), int(samples[-1]))
        points, t, canonical = (
            self._columns[name][of_points] for name in ("points", "t", "canonical")
        )
        points.flags.writeable = t.flags.writeable = False  # inks are views of them
        return Packed(
            points,
            t,
            canonical,
            np.diff(bounds),
            self._columns["confidence"][of_strokes],
            np.diff(samples),
            self.label[first:last],
            self.writer[first:last],
            self.splits[first:last],
            tuple(self.writers),
        )

    def _inks(self, first: int, last: int) -> Iterator[Ink]:
        source = str(self.facts.get("source", "")) or None
        return unpack(self.packed(first, last), source=source)

    def _check_values(self, path: Path) -> None:
        if ((self.writer < UNKNOWN) | (self.writer >= len(self.writers))).any():
            raise CorpusError(f"{path}: a writer is out of range")
        is_surrogate = (self.label >= 0xD800) & (self.label <= 0xDFFF)
        if is_surrogate.any() or (self.label > 0x10FFFF).any():
            raise CorpusError(f"{path}: a label is out of range")
        if (self.splits >= len(SPLITS)).any():
            raise CorpusError(f"{path}: a split is out of range")


def _large_datasets(file: Any) -> dict[str, Any]:
    """The datasets of points and strokes, declarations checked, not read yet."""
    points = dataset(file, "points", dtype="f4", shape=[None, 2])
    return {
        "points": points,
        "t": dataset(file, "t", dtype="f4", shape=[len(points)]),
        "canonical": dataset(file, "canonical", dtype="i2", shape=[len(points)]),
        "stroke_offsets": dataset(file, "stroke_offsets", dtype="i8", shape=[None]),
        "confidence": dataset(file, "confidence", dtype="f4", shape=[None]),
    }


def _check_large(file: Any, columns: Mapping[str, Any]) -> None:
    """Raises CorpusError for damaged values in the columns of points and strokes."""
    points, bounds = columns["points"], columns["stroke_offsets"]
    check_finite(file, "points", points)
    for name in ("t", "confidence"):  # NaN stands for missing
        if any(np.isinf(block).any() for block in blocks(columns[name])):
            raise CorpusError(f"{file.filename}: {name} has numbers that are not finite")
    if any(block.min() < UNKNOWN for block in blocks(columns["canonical"])):
        raise CorpusError(f"{file.filename}: canonical has numbers below {UNKNOWN}")
    check_offsets(file, "stroke_offsets", bounds, total=len(points), least=1)
    strokes = len(bounds) - 1
    if len(columns["confidence"]) != strokes:
        raise CorpusError(f"{file.filename}: confidence does not have {strokes} values")


def _gathered_one_by_one(inks: list[Ink]) -> Gathered:
    from data.ink.sequence import flattened

    points, is_first, sizes = flattened(inks)
    canonical = [np.resize(_canonical(ink), size) for ink, size in zip(inks, sizes, strict=True)]
    return points.astype(np.float32), is_first, sizes, np.concatenate(canonical)


def _canonical(ink: Ink) -> npt.NDArray[np.int16]:
    """The reference stroke of each point of an ink, UNKNOWN where it is not aligned."""
    return np.concatenate(
        [
            np.full(len(s.points), UNKNOWN, np.int16) if s.canonical is None else s.canonical
            for s in ink.strokes
        ]
    )


def _writer_names(file: Any) -> list[str]:
    writers = json.loads(column(file, "writers", dtype="u1", shape=[None]).tobytes())
    if not isinstance(writers, list) or not all(isinstance(name, str) for name in writers):
        raise CorpusError(f"{file.filename}: writers is not a JSON list of names")
    return writers


def _until_empty(packs: Iterable[Packed]) -> Iterator[Packed]:
    for packed in packs:
        if not len(packed):
            return
        yield packed


def _write(file: Any, packed: Packed, writers: dict[str, int]) -> None:
    """Appends inks to the datasets, and their writers to `writers` (the index of each name)."""
    for name in ("points", "t", "canonical", "confidence", "label", "split"):
        _append(file[name], getattr(packed, name))
    for name, counts in (("stroke_offsets", packed.lengths), ("sample_offsets", packed.sizes)):
        _append(file[name], np.cumsum(counts) + file[name][-1])
    index = [writers.setdefault(name, len(writers)) for name in packed.writers]
    # UNKNOWN, as -1, selects the last entry.
    _append(file["writer"], np.array([*index, UNKNOWN], np.int32)[packed.writer])


def _append(dataset: Any, values: Any) -> None:
    before = len(dataset)
    dataset.resize(before + len(values), axis=0)
    dataset[before:] = values
