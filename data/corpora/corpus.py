"""Ink corpora on disk: many inks in one HDF5 file.

Flat `points` by `stroke_offsets`, strokes by `sample_offsets`; columns `label` (code point, 0
where unknown), `writer` and `split` (indexes into the attributes `writers` and `splits`); for each
point `t` in milliseconds, NaN where a stroke has none, and `canonical`, the reference stroke that
it belongs to, -1 for none; for each stroke `confidence`, how sure that is, NaN where nobody knows.
Writing streams: memory holds one block of inks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.cache import replacing
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
from data.hdf5.lazy import LazyColumn, LazyFile
from data.ink import Ink
from data.ink.packed import SPLITS, UNKNOWN, Packed, pack, unpack

SCHEMA_VERSION = 2
KIND = "corpus"
BLOCK = 2048  # inks that are written, or read in passing, at a time
BUDGET = 1 << 30  # bytes of points, times and offsets that are read into memory

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


def write_corpus(
    path: Path,
    inks: Iterable[Ink],
    *,
    facts: Mapping[str, str],
    split: str | Callable[[Ink], str] = "train",
) -> int:
    """Write a corpus and return how many inks it holds; nothing is left after an error.

    `facts` are its `source`, `licence` and the `sha256` of what it was read from; `split` is one
    of SPLITS, or says it of each ink.
    """
    stream = iter(inks)
    packs = iter(lambda: pack(list(islice(stream, BLOCK)), split=split), None)
    return write_packed(path, _until_empty(packs), facts=facts)


def write_packed(path: Path, packs: Iterable[Packed], *, facts: Mapping[str, str]) -> int:
    """As `write_corpus`, of inks that are packed already."""
    writers: dict[str, int] = {}
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
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
        # A dataset, as an attribute holds at most 64 KiB.
        file["writers"] = np.frombuffer(
            json.dumps(list(writers), ensure_ascii=False).encode(), np.uint8
        )
    return count


class Corpus(Sequence[Ink]):
    """The inks of a file, checked as a whole when it is opened.

    In memory where its columns take at most `budget` bytes. Above that those of points and strokes
    stay on the disk, and every process that reads opens the file for itself: a
    corpus may be handed to workers, forked or spawned. `facts` are the file's attributes;
    `label` (N,) uint32 and `writer` (N,) int32 (-1 where unknown) and
    `splits` (N,) uint8 its columns, `writers` the names, `points` how many points there are.

    Raises CorpusError where the file is damaged or not one of ours.
    """

    def __init__(self, path: Path, *, budget: int = BUDGET) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            points = dataset(file, "points", dtype="f4", shape=[None, 2])
            t = dataset(file, "t", dtype="f4", shape=[len(points)])
            canonical = dataset(file, "canonical", dtype="i2", shape=[len(points)])
            strokes = dataset(file, "stroke_offsets", dtype="i8", shape=[None])
            sure = dataset(file, "confidence", dtype="f4", shape=[None])
            self.label = column(file, "label", dtype="u4", shape=[None])
            rows = len(self.label)
            self.writer = column(file, "writer", dtype="i4", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            self._samples = offsets(
                file, "sample_offsets", total=len(strokes) - 1, rows=rows, least=1
            )
            large = {"points": points, "t": t, "canonical": canonical}
            large |= {"stroke_offsets": strokes, "confidence": sure}
            self.is_lazy = sum(column.nbytes for column in large.values()) > budget
            handle = LazyFile(path) if self.is_lazy else None
            held = {
                name: LazyColumn(handle, name, len(data)) if handle else data[...]
                for name, data in large.items()
            }
            self._held = held
            self._points, self._strokes = held["points"], held["stroke_offsets"]
            check_finite(file, "points", points if handle else self._points)
            for name in ("t", "confidence"):
                if any(np.isinf(block).any() for block in blocks(large[name])):
                    raise CorpusError(f"{path}: {name} holds numbers that are not finite")
            if any(block.min() < UNKNOWN for block in blocks(canonical)):
                raise CorpusError(f"{path}: canonical holds numbers below {UNKNOWN}")
            check_offsets(
                file,
                "stroke_offsets",
                strokes if handle else self._strokes,
                total=len(points),
                least=1,
            )
            if len(sure) != len(strokes) - 1:
                raise CorpusError(f"{path}: confidence is not of {len(strokes) - 1} strokes")
            self.points = len(points)
            # Where each ink's points start: one array for all, so that one ink is one slice.
            strokes_held = held["stroke_offsets"]
            self._starts = None if handle else np.asarray(strokes_held)[self._samples]
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

    def labelled_strokes(self) -> int:
        """How many drawn strokes know their canonical one, by `hitsujun align`."""
        return sum(int((~np.isnan(b)).sum()) for b in blocks(self._held["confidence"]))

    def points_of(self, place: int) -> npt.NDArray[np.float32]:
        """All points of one ink, (N, 2) float32, without telling its strokes apart."""
        starts = self._starts
        if starts is not None:
            return self._points[starts[place] : starts[place + 1]]
        first, last = self._samples[place : place + 2]
        bounds = self._strokes[first : last + 1]
        return np.asarray(self._points[int(bounds[0]) : int(bounds[-1])])

    def gathered(
        self, places: npt.NDArray[np.int64]
    ) -> tuple[
        npt.NDArray[np.float32], npt.NDArray[np.bool_], npt.NDArray[np.int64], npt.NDArray[np.int16]
    ]:
        """The inks at `places` as `sequence.sampled` takes them, and `canonical` of each."""
        if self._starts is None:
            from data.ink.sequence import flattened

            inks = [self[int(place)] for place in places]
            points, is_first, sizes = flattened(inks)
            canonical = np.concatenate(
                [np.resize(_canonical(ink), sizes[n]) for n, ink in enumerate(inks)]
            )
            return points.astype(np.float32), is_first, sizes, canonical
        begin, end = self._starts[places], self._starts[places + 1]
        sizes = end - begin
        # An ink of one point has it twice.
        sizes, first = np.maximum(sizes, 2), np.cumsum(np.maximum(sizes, 2)) - np.maximum(sizes, 2)
        within = np.arange(sizes.sum()) - np.repeat(first, sizes)
        index = np.minimum(np.repeat(begin, sizes) + within, np.repeat(end, sizes) - 1)
        counts = self._samples[places + 1] - self._samples[places]
        inner = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        strokes = np.repeat(self._samples[places], counts) + inner
        is_first = np.zeros(len(index), bool)
        is_first[self._strokes[strokes] - np.repeat(begin, counts) + np.repeat(first, counts)] = (
            True
        )
        return self._points[index], is_first, sizes, self._held["canonical"][index]

    def packed(self, first: int, last: int) -> Packed:
        """The inks of [first, last) as arrays, by one reading of each column."""
        samples = self._samples[first : last + 1]
        bounds = self._strokes[samples[0] : samples[-1] + 1]
        of_points = slice(int(bounds[0]), int(bounds[-1]))
        of_strokes = slice(int(samples[0]), int(samples[-1]))
        points, t, canonical = (
            self._held[name][of_points] for name in ("points", "t", "canonical")
        )
        points.flags.writeable = t.flags.writeable = False  # inks are views of them
        return Packed(
            points,
            t,
            canonical,
            np.diff(bounds),
            self._held["confidence"][of_strokes],
            np.diff(samples),
            self.label[first:last],
            self.writer[first:last],
            self.splits[first:last],
            tuple(self.writers),
        )

    def _inks(self, first: int, last: int) -> Iterator[Ink]:
        source = str(self.facts.get("source", "")) or None
        return unpack(self.packed(first, last), source=source)


def _until_empty(packs: Iterable[Packed]) -> Iterator[Packed]:
    for packed in packs:
        if not len(packed):
            return
        yield packed


def _canonical(ink: Ink) -> npt.NDArray[np.int16]:
    unknown = (np.full(len(s.points), UNKNOWN, np.int16) for s in ink.strokes)
    known = (s.canonical for s in ink.strokes)
    return np.concatenate([k if k is not None else u for k, u in zip(known, unknown, strict=True)])


def _names(file: Any) -> list[str]:
    writers = json.loads(column(file, "writers", dtype="u1", shape=[None]).tobytes())
    if not isinstance(writers, list) or not all(isinstance(name, str) for name in writers):
        raise CorpusError(f"{file.filename}: the writers are damaged")
    return writers


def _write(file: Any, packed: Packed, writers: dict[str, int]) -> None:
    for name in ("points", "t", "canonical", "confidence", "label", "split"):
        _append(file[name], getattr(packed, name))
    for name, counts in (("stroke_offsets", packed.lengths), ("sample_offsets", packed.sizes)):
        _append(file[name], np.cumsum(counts) + file[name][-1])
    known = [writers.setdefault(name, len(writers)) for name in packed.writers]
    _append(file["writer"], np.array([*known, UNKNOWN], np.int32)[packed.writer])


def _append(dataset: Any, values: Any) -> None:
    before = len(dataset)
    dataset.resize(before + len(values), axis=0)
    dataset[before:] = values
