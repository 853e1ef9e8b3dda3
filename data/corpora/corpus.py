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

`t` is left out where no stroke has times, `canonical` and `confidence` where none is aligned: of 14
bytes a point, 8 remain. The columns of points and strokes lie in one piece each, and are mapped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
)
from data.hdf5.mapped import MappedColumn
from data.ink import Ink
from data.ink.packed import SPLITS, UNKNOWN, Packed, unpack
from data.json_text import json_value

SCHEMA_VERSION = 3
OLDER = (2,)  # versions that are still read; in 2 all columns are there, in chunks
KIND = "corpus"
BLOCK = 2048  # inks that are written, or read in sequence, at a time

COLUMNS = {
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

OF_LABELS = {"canonical", "confidence"}

Gathered = tuple[
    npt.NDArray[np.float32], npt.NDArray[np.bool_], npt.NDArray[np.int64], npt.NDArray[np.int16]
]


class Corpus(Sequence[Ink]):
    """The inks of a corpus file, all of which is checked when it is opened.

    The columns of points and strokes are mapped, so that a corpus of any size takes little memory,
    and may be passed to other processes. Those of an older file are read into memory.

    `label` (B,) uint32, `writer` (B,) int32 and `splits` (B,) uint8 are columns as in the file,
    `writers` the writers' names, `points` the number of points, `facts` the file's attributes.

    Raises CorpusError where the file is damaged or not a corpus.
    """

    def __init__(self, path: Path) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION, older=OLDER) as file:
            self._columns = {name: MappedColumn(path, data) for name, data in _large(file).items()}
            self.label = column(file, "label", dtype="u4", shape=[None])
            rows = len(self.label)
            self.writer = column(file, "writer", dtype="i4", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            strokes = len(self._columns["stroke_offsets"].array) - 1
            self._samples = offsets(file, "sample_offsets", total=strokes, rows=rows, least=1)
            _check_large(file, self._columns)
            self.points = len(self._columns["points"].array)
            # Where the points of each ink start, so that one ink is one slice.
            self._starts = self._columns["stroke_offsets"].array[self._samples]
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
        if "confidence" not in self._columns:
            return 0
        return sum(int((~np.isnan(b)).sum()) for b in blocks(self._columns["confidence"].array))

    def gathered(self, rows: npt.NDArray[np.int64]) -> Gathered:
        """The inks at the indexes `rows`, as flat arrays for `data.ink.sequence.sampled`.

        Returns `points` (P, 2) float32, `is_first` (P,) bool, `sizes` (len(rows),) int64, and
        `canonical` (P,) int16. The point of an ink of one point is repeated.
        """
        begin, end = self._starts[rows], self._starts[rows + 1]
        sizes = np.maximum(end - begin, 2)
        first = np.cumsum(sizes) - sizes
        within = np.arange(sizes.sum()) - np.repeat(first, sizes)
        # Clipped, so that a lone point is taken twice.
        index = np.minimum(np.repeat(begin, sizes) + within, np.repeat(end, sizes) - 1)
        counts = self._samples[rows + 1] - self._samples[rows]
        number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        strokes = np.repeat(self._samples[rows], counts) + number
        stroke_starts = self._columns["stroke_offsets"].array[strokes]
        is_first = np.zeros(len(index), bool)
        is_first[stroke_starts - np.repeat(begin, counts) + np.repeat(first, counts)] = True
        points = self._columns["points"].array[index]
        if "canonical" in self._columns:
            return points, is_first, sizes, self._columns["canonical"].array[index]
        return points, is_first, sizes, np.full(len(index), UNKNOWN, np.int16)

    def packed(self, first: int, last: int) -> Packed:
        """The inks [first, last) as flat arrays; each column is read once."""
        samples = self._samples[first : last + 1]
        bounds = self._columns["stroke_offsets"].array[samples[0] : samples[-1] + 1]
        of_points = slice(int(bounds[0]), int(bounds[-1]))
        of_strokes = slice(int(samples[0]), int(samples[-1]))
        return Packed(
            self._read("points", of_points),
            self._read("t", of_points, np.nan),
            self._read("canonical", of_points, UNKNOWN),
            np.diff(bounds),
            self._read("confidence", of_strokes, np.nan),
            np.diff(samples),
            self.label[first:last],
            self.writer[first:last],
            self.splits[first:last],
            tuple(self.writers),
        )

    def _read(self, name: str, part: slice, missing: float = 0) -> Any:
        """A part of a column, or `missing` throughout where the file does not have the column."""
        if name not in self._columns:
            return np.full(part.stop - part.start, missing, COLUMNS[name])
        values = self._columns[name].array[part]
        values.flags.writeable = False  # inks are views of it
        return values

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


def _large(file: Any) -> dict[str, Any]:
    """The datasets of points and strokes, declarations checked, not read yet."""
    points = dataset(file, "points", dtype="f4", shape=[None, 2])
    bounds = dataset(file, "stroke_offsets", dtype="i8", shape=[None])
    rows = {"t": len(points), "canonical": len(points), "confidence": len(bounds) - 1}
    given = {
        name: dataset(file, name, dtype=COLUMNS[name], shape=[count])
        for name, count in rows.items()
        if name in file
    }
    return {"points": points, "stroke_offsets": bounds} | given


def _check_large(file: Any, columns: Mapping[str, MappedColumn]) -> None:
    """Raises CorpusError for damaged values in the columns of points and strokes."""
    points, bounds = columns["points"].array, columns["stroke_offsets"].array
    check_finite(file, "points", points)
    for name in {"t", "confidence"} & columns.keys():  # NaN stands for missing
        if any(np.isinf(block).any() for block in blocks(columns[name].array)):
            raise CorpusError(f"{file.filename}: {name} has numbers that are not finite")
    if ("canonical" in columns) != ("confidence" in columns):
        raise CorpusError(f"{file.filename} has only one of canonical and confidence")
    labels = blocks(columns["canonical"].array) if "canonical" in columns else ()
    if any(block.min() < UNKNOWN for block in labels):
        raise CorpusError(f"{file.filename}: canonical has numbers below {UNKNOWN}")
    check_offsets(file, "stroke_offsets", bounds, total=len(points), least=1)


def _writer_names(file: Any) -> list[str]:
    writers = json_value(column(file, "writers", dtype="u1", shape=[None]).tobytes())
    if not isinstance(writers, list) or not all(isinstance(name, str) for name in writers):
        raise CorpusError(f"{file.filename}: writers is not a JSON list of names")
    return writers
