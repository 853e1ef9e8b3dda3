"""Many inks as flat arrays: what a corpus holds, and what moves between processes."""

from __future__ import annotations

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
UNKNOWN = -1  # a writer that has no name, a point that belongs to no reference stroke

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Packed:
    """`points` (N, 2) float32, `t` (N,) float32 in ms and `canonical` (N,) int16, stroke by stroke;
    `lengths` (S,) int64, points of each stroke, and `confidence` (S,) float32; for each ink `sizes`
    (B,) int64, its strokes, `label` (B,) uint32, a code point or 0, `writer` (B,) int32, an index
    into `writers` or UNKNOWN, and `split` (B,) uint8, an index into SPLITS.

    `t` and `confidence` are NaN, `canonical` is UNKNOWN, where nothing is known.
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
        """Inks of one writer that have neither times nor stroke labels."""
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
        """Write the arrays as an uncompressed .npz; `load` reads it."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "writers"}
        names = np.array(self.writers, np.str_)
        with path.open("wb") as file:
            np.savez(file, writers=names, **columns)

    @classmethod
    def load(cls, path: Path) -> Packed:
        """The inks that `save` wrote; Python objects are refused."""
        with np.load(path, allow_pickle=False) as arrays:
            columns = {f.name: arrays[f.name] for f in fields(cls) if f.name != "writers"}
            return cls(**columns, writers=tuple(str(name) for name in arrays["writers"]))


def pack(inks: Sequence[Ink], *, split: str | Callable[[Ink], str] = "train") -> Packed:
    """Inks as flat arrays; `split` is one of SPLITS, or says it of each ink.

    Raises CorpusError for another split, and for an ink of more than one character.
    """
    strokes = [stroke for ink in inks for stroke in ink.strokes]
    counts = [len(stroke.points) for stroke in strokes]
    writers: dict[str, int] = {}
    of = [
        UNKNOWN if ink.writer is None else writers.setdefault(ink.writer, len(writers))
        for ink in inks
    ]
    splits = [split if isinstance(split, str) else split(ink) for ink in inks]
    wrong = next((name for name in splits if name not in SPLITS), None)
    if wrong is not None:
        raise CorpusError(f"there is no split {wrong!r}; there are {', '.join(SPLITS)}")

    def joined(values: list[Any], fill: float, dtype: type[np.generic]) -> Array:
        known = [
            np.full(count, fill, dtype) if value is None else value
            for value, count in zip(values, counts, strict=True)
        ]
        return np.concatenate(known).astype(dtype) if known else np.zeros(0, dtype)

    unsure = [np.nan if s.confidence is None else s.confidence for s in strokes]
    return Packed(
        np.concatenate([s.points for s in strokes] or [np.zeros((0, 2), np.float32)]).astype(
            np.float32
        ),
        joined([s.t for s in strokes], np.nan, np.float32),
        joined([s.canonical for s in strokes], UNKNOWN, np.int16),
        np.array(counts, np.int64),
        np.array(unsure, np.float32),
        np.array([len(ink.strokes) for ink in inks], np.int64),
        np.array([_label(ink) for ink in inks], np.uint32),
        np.array(of, np.int32),
        np.array([SPLITS.index(name) for name in splits], np.uint8),
        tuple(writers),
    )


def unpack(packed: Packed, *, source: str | None = None) -> Iterator[Ink]:
    """The inks of flat arrays, as views of them."""
    bounds = np.concatenate([[0], np.cumsum(packed.lengths)]).tolist()
    starts = np.concatenate([[0], np.cumsum(packed.sizes)]).tolist()
    points, t, canonical = packed.points, packed.t, packed.canonical
    untimed = np.isnan(t)
    has_times, is_labelled = not untimed.all(), not np.isnan(packed.confidence).all()
    for row, (begin, end) in enumerate(pairwise(starts)):
        strokes = []
        for number in range(begin, end):
            a, b = bounds[number], bounds[number + 1]
            timed = has_times and not untimed[a:b].any()
            sure = float(packed.confidence[number]) if is_labelled else float("nan")
            known = (canonical[a:b], sure) if sure == sure else (None, None)
            strokes.append(Stroke(points[a:b], t[a:b] if timed else None, *known))
        label, writer = int(packed.label[row]), int(packed.writer[row])
        name = packed.writers[writer] if writer >= 0 else None
        yield Ink(tuple(strokes), chr(label) if label else None, source, name)


def _label(ink: Ink) -> int:
    if ink.char is None:
        return 0
    if len(ink.char) != 1:
        raise CorpusError(f"an ink of a corpus is of one character, not {ink.char!r}")
    return ord(ink.char)
