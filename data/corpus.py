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

from data.cache import replacing
from data.errors import CorpusError
from data.hdf5 import column, offsets, opened, starts
from data.ink import Ink, Stroke

SCHEMA_VERSION = 1
KIND = "corpus"
BLOCK = 2048  # inks that are written at a time
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
    """A corpus in memory. Raises CorpusError where the file is damaged or not one of ours.

    `facts` are the file's attributes.
    """

    def __init__(self, path: Path) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            self._points = column(file, "points", dtype="f4", shape=[None, 2])
            self._t = column(file, "t", dtype="f4", shape=[len(self._points)], finite=False)
            self._label = column(file, "label", dtype="u4", shape=[None])
            rows = len(self._label)
            self._writer = column(file, "writer", dtype="i4", shape=[rows])
            self._split = column(file, "split", dtype="u1", shape=[rows])
            total = file["stroke_offsets"].shape[0] - 1
            self._samples = offsets(file, "sample_offsets", total=total, rows=rows, least=1)
            self._strokes = offsets(
                file, "stroke_offsets", total=len(self._points), rows=total, least=1
            )
            self._writers = json.loads(column(file, "writers", dtype="u1", shape=[None]).tobytes())
            self.facts: dict[str, Any] = dict(file.attrs)
        for array in (self._points, self._t):
            array.flags.writeable = False  # inks are views of them
        known = isinstance(self._writers, list) and all(isinstance(w, str) for w in self._writers)
        if not known or ((self._writer < -1) | (self._writer >= len(self._writers))).any():
            raise CorpusError(f"{path}: the writers are damaged")
        if rows and (self._label.max() > 0x10FFFF or self._split.max() >= len(SPLITS)):
            raise CorpusError(f"{path}: a label or a split is out of range")

    def __len__(self) -> int:
        return len(self._label)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        first, last = self._samples[place : place + 2]
        bounds = self._strokes[first : last + 1]
        strokes = tuple(self._stroke(*pair) for pair in pairwise(bounds))
        label, writer = int(self._label[place]), int(self._writer[place])
        return Ink(
            strokes,
            chr(label) if label else None,
            str(self.facts.get("source", "")) or None,
            self._writers[writer] if writer >= 0 else None,
        )

    def __iter__(self) -> Iterator[Ink]:
        return (self[place] for place in range(len(self)))

    def split(self, place: int) -> str:
        """Which split an ink belongs to."""
        return SPLITS[self._split[place]]

    def _stroke(self, first: int, last: int) -> Stroke:
        t = self._t[first:last]
        return Stroke(self._points[first:last], None if np.isnan(t).any() else t)


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
