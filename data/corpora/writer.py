"""Writing a corpus file, whose layout `data.corpora.corpus` describes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import numpy as np

from data.corpora.corpus import BLOCK, COLUMNS, KIND, OF_LABELS, SCHEMA_VERSION
from data.errors import NothingToWrite
from data.hdf5.checked import write_attributes
from data.hdf5.column_writer import ColumnWriter
from data.hdf5.created import created
from data.ink import Ink
from data.ink.packed import SPLITS, UNKNOWN, Packed, pack


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
    with created(path) as file, ExitStack() as files:
        columns = {
            name: files.enter_context(
                ColumnWriter(path.parent, dtype, (2,) if name == "points" else ())
            )
            for name, dtype in COLUMNS.items()
        }
        written = _Written(columns)
        for packed in packs:
            written.add(packed)
        if written.inks == 0:
            raise NothingToWrite(f"there are no inks to write to {path}")
        for name in written.kept():
            columns[name].copy_to(file, name)
        write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        counts = {"samples": written.inks, "strokes": columns["confidence"].rows}
        write_attributes(file, counts | {"splits": json.dumps(SPLITS)})
        # A dataset, because an attribute holds at most 64 KiB.
        names = json.dumps(list(written.writers), ensure_ascii=False)
        file["writers"] = np.frombuffer(names.encode(), np.uint8)
    return written.inks


class _Written:
    """The inks written so far: `columns` by name, `writers` with the index of each name."""

    def __init__(self, columns: Mapping[str, ColumnWriter]) -> None:
        self.columns = columns
        self.writers: dict[str, int] = {}
        self.inks = 0
        self._ends = dict.fromkeys(("stroke_offsets", "sample_offsets"), 0)
        self._is_timed = self._is_labelled = False
        for name in self._ends:
            columns[name].append([0])

    def add(self, packed: Packed) -> None:
        """Appends inks to the columns."""
        for name in ("points", "t", "canonical", "confidence", "label", "split"):
            self.columns[name].append(getattr(packed, name))
        for name, counts in (("stroke_offsets", packed.lengths), ("sample_offsets", packed.sizes)):
            self.columns[name].append(np.cumsum(counts) + self._ends[name])
            self._ends[name] += int(counts.sum())
        index = [self.writers.setdefault(name, len(self.writers)) for name in packed.writers]
        # UNKNOWN, as -1, selects the last entry.
        self.columns["writer"].append(np.array([*index, UNKNOWN], np.int32)[packed.writer])
        self.inks += len(packed)
        self._is_timed |= not np.isnan(packed.t).all()
        self._is_labelled |= not np.isnan(packed.confidence).all()

    def kept(self) -> set[str]:
        """The names of the columns that say anything."""
        empty = set() if self._is_timed else {"t"}
        return self.columns.keys() - empty - (set() if self._is_labelled else OF_LABELS)


def _until_empty(packs: Iterable[Packed]) -> Iterator[Packed]:
    for packed in packs:
        if not len(packed):
            return
        yield packed
