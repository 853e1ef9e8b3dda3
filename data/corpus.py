"""Ink corpora on disk: many inks in one HDF5 file.

Flat `points` by `stroke_offsets`, strokes by `sample_offsets`; columns `label` (code point, 0
where unknown), `writer` and `split` (indexes into the attributes `writers` and `splits`), and `t`
in milliseconds, NaN where a stroke has none. Writing streams: memory holds one block of inks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.cache import replacing
from data.errors import CorpusError
from data.handle import Handle, LazyColumn
from data.hdf5 import (
    attributes,
    blocks,
    check_finite,
    check_offsets,
    column,
    dataset,
    offsets,
    opened,
    starts,
)
from data.ink import Ink, Stroke

SCHEMA_VERSION = 1
KIND = "corpus"
BLOCK = 2048  # inks that are written, or read in passing, at a time
BUDGET = 1 << 30  # bytes of points, times and offsets that are read into memory
SPLITS = ("train", "validation", "test")

_COLUMNS = {
    "points": "f4",
    "t": "f4",
    "stroke_offsets": "i8",
    "sample_offsets": "i8",
    "label": "u4",
    "writer": "i4",
    "split": "u1",
}


def write_corpus(
    path: Path, inks: Iterable[Ink], *, facts: Mapping[str, str], split: str = "train"
) -> int:
    """Write a corpus and return how many inks it holds; nothing is left after an error.

    `facts` are its `source`, `licence` and the `sha256` of what it was read from.
    """
    if split not in SPLITS:
        raise CorpusError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")
    writers: dict[str, int] = {}
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        for name, dtype in _COLUMNS.items():
            shape = (0, 2) if name == "points" else (0,)
            file.create_dataset(name, shape, dtype, maxshape=(None, *shape[1:]), chunks=True)
        for name in ("stroke_offsets", "sample_offsets"):
            _append(file[name], np.zeros(1, np.int64))
        block: list[Ink] = []
        for ink in inks:
            block.append(ink)
            if len(block) == BLOCK:
                _write(file, block, writers, SPLITS.index(split))
                block.clear()
        _write(file, block, writers, SPLITS.index(split))
        count = len(file["label"])
        if count == 0:
            raise CorpusError(f"there are no inks to write to {path}")
        file.attrs.update({"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        file.attrs.update({"samples": count, "strokes": len(file["stroke_offsets"]) - 1})
        file.attrs["splits"] = json.dumps(SPLITS)
        # A dataset, as an attribute holds at most 64 KiB.
        file["writers"] = np.frombuffer(
            json.dumps(list(writers), ensure_ascii=False).encode(), np.uint8
        )
    return count


class Corpus(Sequence[Ink]):
    """The inks of a file, checked as a whole when it is opened.

    In memory where its columns take at most `budget` bytes. Above that `points`, `t` and
    `stroke_offsets` stay on the disk, and every process that reads opens the file for itself: a
    corpus may be handed to workers, forked or spawned. `facts` are the file's attributes;
    `label` (N,) uint32 and `writer` (N,) int32 (-1 where unknown) and
    `splits` (N,) uint8 its columns, `writers` the names, `points` how many points there are.

    Raises CorpusError where the file is damaged or not one of ours.
    """

    def __init__(self, path: Path, *, budget: int = BUDGET) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            points = dataset(file, "points", dtype="f4", shape=[None, 2])
            t = dataset(file, "t", dtype="f4", shape=[len(points)])
            strokes = dataset(file, "stroke_offsets", dtype="i8", shape=[None])
            self.label = column(file, "label", dtype="u4", shape=[None])
            rows = len(self.label)
            self.writer = column(file, "writer", dtype="i4", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            self._samples = offsets(
                file, "sample_offsets", total=len(strokes) - 1, rows=rows, least=1
            )
            large = {"points": points, "t": t, "stroke_offsets": strokes}
            self.is_lazy = sum(column.nbytes for column in large.values()) > budget
            handle = Handle(path) if self.is_lazy else None
            held = {
                name: LazyColumn(handle, name, len(data)) if handle else data[...]
                for name, data in large.items()
            }
            self._points, self._t, self._strokes = held.values()
            check_finite(file, "points", points if handle else self._points)
            for block in blocks(t if handle else self._t):
                if np.isinf(block).any():
                    raise CorpusError(f"{path}: t holds numbers that are not finite")
            check_offsets(
                file,
                "stroke_offsets",
                strokes if handle else self._strokes,
                total=len(points),
                least=1,
            )
            self.points = len(points)
            self.writers = _names(file)
            self.facts: dict[str, Any] = attributes(file)
        if ((self.writer < -1) | (self.writer >= len(self.writers))).any():
            raise CorpusError(f"{path}: the writers are damaged")
        surrogate = (self.label >= 0xD800) & (self.label <= 0xDFFF)
        if surrogate.any() or (self.label > 0x10FFFF).any() or (self.splits >= len(SPLITS)).any():
            raise CorpusError(f"{path}: a label or a split is out of range")

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return next(self._inks(place, place + 1))

    def __iter__(self) -> Iterator[Ink]:
        for first in range(0, len(self), BLOCK):
            yield from self._inks(first, min(first + BLOCK, len(self)))

    def find(self, character: str) -> list[int]:
        """The places of the inks of a character, in rising order."""
        return [int(place) for place in np.flatnonzero(self.label == ord(character))]

    def split(self, place: int) -> str:
        """Which split an ink belongs to."""
        return SPLITS[self.splits[place]]

    def strokes_of_each(self) -> npt.NDArray[np.int64]:
        """How many strokes each ink has: (N,)."""
        return np.asarray(np.diff(self._samples))

    def _inks(self, first: int, last: int) -> Iterator[Ink]:
        """The inks of [first, last), by one reading of each column."""
        samples = self._samples[first : last + 1]
        bounds = self._strokes[samples[0] : samples[-1] + 1]
        points, t = (column[bounds[0] : bounds[-1]] for column in (self._points, self._t))
        points.flags.writeable = t.flags.writeable = False  # inks are views of them
        starts, bounds = (samples - samples[0]).tolist(), (bounds - bounds[0]).tolist()
        untimed = np.isnan(t)
        source = str(self.facts.get("source", "")) or None
        for row, (begin, end) in enumerate(pairwise(starts)):
            strokes = tuple(
                Stroke(points[a:b], None if untimed[a:b].any() else t[a:b])
                for a, b in pairwise(bounds[begin : end + 1])
            )
            label, writer = int(self.label[first + row]), int(self.writer[first + row])
            name = self.writers[writer] if writer >= 0 else None
            yield Ink(strokes, chr(label) if label else None, source, name)


def _names(file: Any) -> list[str]:
    writers = json.loads(column(file, "writers", dtype="u1", shape=[None]).tobytes())
    if not isinstance(writers, list) or not all(isinstance(name, str) for name in writers):
        raise CorpusError(f"{file.filename}: the writers are damaged")
    return writers


def _write(file: Any, inks: Sequence[Ink], writers: dict[str, int], split: int) -> None:
    if not inks:
        return
    strokes = [stroke for ink in inks for stroke in ink.strokes]
    lengths = [len(stroke.points) for stroke in strokes]
    times = [np.full(len(s.points), np.nan) if s.t is None else s.t for s in strokes]
    _append(file["points"], np.concatenate([stroke.points for stroke in strokes]))
    _append(file["t"], np.concatenate(times))
    _append(file["stroke_offsets"], starts(lengths)[1:] + file["stroke_offsets"][-1])
    counts = [len(ink.strokes) for ink in inks]
    _append(file["sample_offsets"], starts(counts)[1:] + file["sample_offsets"][-1])
    _append(file["label"], np.array([_label(ink) for ink in inks], np.uint32))
    of = [
        -1 if w is None else writers.setdefault(w, len(writers)) for w in (i.writer for i in inks)
    ]
    _append(file["writer"], np.array(of, np.int32))
    _append(file["split"], np.full(len(inks), split, np.uint8))


def _label(ink: Ink) -> int:
    if ink.char is None:
        return 0
    if len(ink.char) != 1:
        raise CorpusError(f"an ink of a corpus is of one character, not {ink.char!r}")
    return ord(ink.char)


def _append(dataset: Any, values: Any) -> None:
    before = len(dataset)
    dataset.resize(before + len(values), axis=0)
    dataset[before:] = values
