"""Many inks as flat arrays: the form that a corpus stores and that processes exchange."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError
from data.ink import Ink, Stroke

SPLITS = ("train", "validation", "test")
UNKNOWN = -1  # the writer is not known; the point belongs to no reference stroke

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Packed:
    """B inks with S strokes and N points in all, one after the other.

    For each point: `points` (N, 2) float32; `t` (N,) float32 in milliseconds, NaN where the stroke
    has no times; `canonical` (N,) int16, the reference stroke, UNKNOWN for none.
    For each stroke: `lengths` (S,) int64, its number of points; `confidence` (S,) float32 in
    `canonical`, NaN where the stroke is not aligned.
    For each ink: `sizes` (B,) int64, its number of strokes; `label` (B,) uint32, a code point, 0
    where it is unknown; `writer` (B,) int32, an index into `writers` or UNKNOWN; `split` (B,)
    uint8, an index into SPLITS.
    """

    points: Array
    t: Array
    canonical: Array
    lengths: Array
    confidence: Array
    sizes: Array
    label: Array
    writer: Array
    split: Array
    writers: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.label)

    @classmethod
    def plain(
        cls,
        points: Array,
        lengths: Array,
        sizes: Array,
        label: Array,
        *,
        writer: str | None = None,
        split: str = "train",
    ) -> Packed:
        """Inks of one writer without times and without stroke labels."""
        count = len(label)
        return cls(
            points.astype(np.float32),
            np.full(len(points), np.nan, np.float32),
            np.full(len(points), UNKNOWN, np.int16),
            lengths.astype(np.int64),
            np.full(len(lengths), np.nan, np.float32),
            sizes.astype(np.int64),
            label.astype(np.uint32),
            np.full(count, UNKNOWN if writer is None else 0, np.int32),
            np.full(count, SPLITS.index(split), np.uint8),
            () if writer is None else (writer,),
        )

    def save(self, path: Path) -> None:
        """Writes the arrays as an uncompressed .npz, which `load` reads."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "writers"}
        names = np.array(self.writers, np.str_)
        with path.open("wb") as file:
            np.savez(file, writers=names, **columns)

    @classmethod
    def load(cls, path: Path) -> Packed:
        """Reads what `save` wrote; a file with pickled objects is refused."""
        with np.load(path, allow_pickle=False) as arrays:
            columns = {f.name: arrays[f.name] for f in fields(cls) if f.name != "writers"}
            return cls(**columns, writers=tuple(str(name) for name in arrays["writers"]))


def pack(inks: Sequence[Ink], *, split: str | Callable[[Ink], str] = "train") -> Packed:
    """Inks as flat arrays. `split` is one of SPLITS, or a function that returns one for each ink.

    Raises CorpusError for an unknown split, and for an ink whose `char` is not one character.
    """
    strokes = [stroke for ink in inks for stroke in ink.strokes]
    counts = [len(stroke.points) for stroke in strokes]
    writers: dict[str, int] = {}
    writer = [
        UNKNOWN if ink.writer is None else writers.setdefault(ink.writer, len(writers))
        for ink in inks
    ]

    def joined(values: list[Any], fill: float, dtype: type[np.generic]) -> Array:
        filled = [
            np.full(count, fill, dtype) if value is None else value
            for value, count in zip(values, counts, strict=True)
        ]
        return np.concatenate(filled).astype(dtype) if filled else np.zeros(0, dtype)

    confidence = [np.nan if s.confidence is None else s.confidence for s in strokes]
    return Packed(
        np.concatenate([s.points for s in strokes] or [np.zeros((0, 2), np.float32)]).astype(
            np.float32
        ),
        joined([s.t for s in strokes], np.nan, np.float32),
        joined([s.canonical for s in strokes], UNKNOWN, np.int16),
        np.array(counts, np.int64),
        np.array(confidence, np.float32),
        np.array([len(ink.strokes) for ink in inks], np.int64),
        np.array([_label(ink) for ink in inks], np.uint32),
        np.array(writer, np.int32),
        np.array([_split_index(split, ink) for ink in inks], np.uint8),
        tuple(writers),
    )


def unpack(packed: Packed, *, source: str | None = None) -> Iterator[Ink]:
    """Yields the inks of flat arrays; their arrays are views of these. `source` is set on each."""
    point_bounds = np.concatenate([[0], np.cumsum(packed.lengths)]).tolist()
    stroke_bounds = np.concatenate([[0], np.cumsum(packed.sizes)]).tolist()
    points, t, canonical = packed.points, packed.t, packed.canonical
    is_untimed = np.isnan(t)
    # Most corpora have neither times nor labels; then no stroke has to be looked at.
    any_times, any_labels = not is_untimed.all(), not np.isnan(packed.confidence).all()
    for row, (begin, end) in enumerate(pairwise(stroke_bounds)):
        strokes = []
        for number in range(begin, end):
            a, b = point_bounds[number], point_bounds[number + 1]
            has_times = any_times and not is_untimed[a:b].any()
            confidence = float(packed.confidence[number]) if any_labels else math.nan
            labels = (None, None) if math.isnan(confidence) else (canonical[a:b], confidence)
            strokes.append(Stroke(points[a:b], t[a:b] if has_times else None, *labels))
        label, writer = int(packed.label[row]), int(packed.writer[row])
        name = packed.writers[writer] if writer >= 0 else None
        yield Ink(tuple(strokes), chr(label) if label else None, source, name)


def _label(ink: Ink) -> int:
    if ink.char is None:
        return 0
    if len(ink.char) != 1:
        raise CorpusError(f"each ink in a corpus is of one character, not {ink.char[:20]!r}")
    if "\ud800" <= ink.char <= "\udfff":
        raise CorpusError(f"an ink is of a character, not of half a surrogate pair: {ink.char!a}")
    return ord(ink.char)


def _split_index(split: str | Callable[[Ink], str], ink: Ink) -> int:
    name = split if isinstance(split, str) else split(ink)
    if name not in SPLITS:
        raise CorpusError(f"unknown split {name!r}; available: {', '.join(SPLITS)}")
    return SPLITS.index(name)
