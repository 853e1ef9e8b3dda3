"""`.pot`: the characters of one writer as pen strokes.

A record: uint16 size in bytes, 4 bytes of tag (the code's low byte first), uint16 number of
strokes, then int16 x, y; (-1, 0) after every stroke and (-1, -1) at the end. Page coordinates, y
down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from data.cache import replacing
from data.errors import InkError
from data.formats.casia.damage import Damage, Report, refuse
from data.formats.casia.tags import character, code_of
from data.ink import Ink
from data.ink.packed import Array, Packed

WINDOW = 2 << 20  # bytes that are parsed at a time
MIN_RECORD = 12  # bytes of a record without strokes
PEN_UP = b"\xff\xff\x00\x00"  # (-1, 0)
END = PEN_UP + b"\xff\xff\xff\xff"  # the last bytes of a record with strokes
MAX_CODE = 0xFFFF

Bounds = list[tuple[int, int]]  # first byte and end of each record


def read_pot(
    file: IO[bytes],
    name: str,
    *,
    writer: str | None = None,
    split: str = "train",
    report: Report | None = None,
) -> Iterator[Packed]:
    """Yields the inks of a file, a window at a time, so that memory use stays constant.

    `name`, `writer` and `split` are the file's. Strokes without points are left out. After a record
    whose size cannot be right, reading resumes after the next end of a record. Raises CorpusError
    for a damaged record, unless there is a `report`.
    """
    reader = _Reader(name, writer, split, report)
    while block := file.read(WINDOW):
        yield from reader.feed(block)
    yield from reader.feed(b"")


def write_pot(path: Path, inks: Iterable[Ink]) -> int:
    """Writes inks, coordinates rounded, and returns the number of inks.

    Raises InkError for an ink that the format cannot hold, and leaves no file then.
    """
    count = 0
    with replacing(path) as partial, partial.open("wb") as file:
        for ink in inks:
            file.write(_encode(ink))
            count += 1
    return count


class _Reader:
    """Parses the whole records of what it is fed, and keeps the rest for the next call."""

    def __init__(self, name: str, writer: str | None, split: str, report: Report | None) -> None:
        self._name, self._writer, self._split, self._report = name, writer, split, report
        self._buffer = b""
        self._offset = 0  # of the buffer in the file, in bytes
        self._record = 0  # number of the buffer's first record
        self._is_lost = False  # it is not known where the next record starts

    def feed(self, block: bytes) -> Iterator[Packed]:
        """Yields the inks of the records that end in `block`; an empty block ends the file."""
        self._buffer += block
        while True:
            if self._is_lost:
                self._resume()
            if self._is_lost:
                return
            bounds, size, fault = _whole_records(self._buffer)
            if bounds:
                yield from self._parse(self._buffer[:size], bounds)
            if fault is None and not block and size < len(self._buffer):
                left = len(self._buffer) - size
                fault = f"the file is truncated: {left} bytes of a record are left"
            self._drop(size)
            self._record += len(bounds)
            if fault is None:
                return
            refuse(Damage(self._name, self._record, self._offset, fault), self._report)
            self._is_lost = True
            self._record += 1

    def _resume(self) -> None:
        """Drops the bytes up to the next end of a record."""
        end = self._buffer.find(END)
        self._is_lost = end < 0
        # The bytes of an end may lie in two windows.
        self._drop(end + len(END) if end >= 0 else max(0, len(self._buffer) - len(END)))

    def _drop(self, size: int) -> None:
        self._buffer = self._buffer[size:]
        self._offset += size

    def _parse(self, data: bytes, bounds: Bounds) -> Iterator[Packed]:
        """Yields the inks of whole records, less the damaged ones."""
        records = _Records.of(data, bounds)
        labels, is_character = _labels(records.code)
        faults = records.faults() | {"its tag is not a character of GB 18030": ~is_character}
        is_good = np.ones(len(bounds), bool)
        reasons: dict[int, str] = {}
        for reason, is_bad in faults.items():
            reasons |= dict.fromkeys(np.flatnonzero(is_bad & is_good).tolist(), reason)
            is_good &= ~is_bad
        for row, reason in sorted(reasons.items()):
            detail = f": {records.code[row]:#06x}" if "tag" in reason else ""
            offset = self._offset + bounds[row][0]
            damage = Damage(self._name, self._record + row, offset, reason + detail)
            refuse(damage, self._report)
        if is_good.any():
            arrays = records.strokes(is_good)
            yield Packed.plain(*arrays, labels[is_good], writer=self._writer, split=self._split)


@dataclass(frozen=True, eq=False)
class _Records:
    """R whole records as P pairs of int16; a record's first two pairs are its head.

    `pairs`: (P, 2) int16. `first`, `last`: (R,), the first and last pair of each record. `code`,
    `stroke_count`: (R,) int64, as the heads say. `is_pen_up`, `is_end`, `is_point`: (P,) bool.
    """

    pairs: Array
    first: Array
    last: Array
    code: Array
    stroke_count: Array
    is_pen_up: Array
    is_end: Array
    is_point: Array

    @classmethod
    def of(cls, data: bytes, bounds: Bounds) -> _Records:
        pairs = np.frombuffer(data, "<i2").reshape(-1, 2)
        head = np.frombuffer(data, "<u2").reshape(-1, 2)
        first = np.array([begin for begin, _ in bounds]) // 4
        last = np.array([end for _, end in bounds]) // 4 - 1
        code = head[first, 1].astype(np.int64) | head[first + 1, 0].astype(np.int64) << 16
        stroke_count = head[first + 1, 1].astype(np.int64)
        is_mark = pairs[:, 0] == -1
        is_pen_up, is_end = is_mark & (pairs[:, 1] == 0), is_mark & (pairs[:, 1] == -1)
        for marks in (is_pen_up, is_end):
            marks[first] = marks[first + 1] = False
        is_point = ~(is_pen_up | is_end)
        is_point[first] = is_point[first + 1] = False
        return cls(pairs, first, last, code, stroke_count, is_pen_up, is_end, is_point)

    def faults(self) -> dict[str, Array]:
        """For each fault, which records have it: (R,) bool."""
        points, pen_ups, ends = (
            np.add.reduceat(marks, self.first, dtype=np.int64)
            for marks in (self.is_point, self.is_pen_up, self.is_end)
        )
        last_stroke_ends = self.is_pen_up[self.last - 1] | (self.stroke_count == 0)
        is_closed = self.is_end[self.last] & last_stroke_ends & (ends == 1)
        return {
            "its strokes do not end in (-1, 0), or the record not in (-1, -1)": ~is_closed,
            "its number of strokes is not the one it states": pen_ups != self.stroke_count,
            "it has no points": points == 0,
        }

    def strokes(self, is_good: Array) -> tuple[Array, Array, Array]:
        """Of the good records: the points, the points in each stroke, the strokes in each record.

        A good record has no point after its last pen-up: otherwise it would not be closed.
        """
        owner = np.repeat(np.arange(len(self.first)), self.last - self.first + 1)
        is_kept = is_good[owner]
        pen_up = np.flatnonzero(self.is_pen_up & is_kept)
        is_point = self.is_point & is_kept
        lengths = np.diff(np.cumsum(is_point)[pen_up], prepend=0)
        has_points = lengths > 0
        sizes = np.bincount(owner[pen_up][has_points], minlength=len(is_good))[is_good]
        return self.pairs[is_point], lengths[has_points], sizes


def _whole_records(buffer: bytes) -> tuple[Bounds, int, str | None]:
    """The bounds of the whole records, their size in bytes, and the fault behind them, if any."""
    bounds: Bounds = []
    start, length = 0, len(buffer)
    while start + 2 <= length:
        size = buffer[start] | buffer[start + 1] << 8
        if size < MIN_RECORD or size % 4:
            fault = f"a record of {size} bytes; it has {MIN_RECORD} or more, a multiple of 4"
            return bounds, start, fault
        if start + size > length:
            break
        bounds.append((start, start + size))
        start += size
    return bounds, start, None


def _labels(codes: Array) -> tuple[Array, Array]:
    """The code points of tags, (R,) uint32, and which tags are characters, (R,) bool."""
    values, inverse = np.unique(codes, return_inverse=True)
    chars = [character(int(value)) if value <= MAX_CODE else None for value in values]
    points = np.array([ord(char) if char else 0 for char in chars], np.uint32)
    return points[inverse], np.array([char is not None for char in chars], bool)[inverse]


def _encode(ink: Ink) -> bytes:
    """The record of an ink."""
    parts = []
    for stroke in ink.strokes:
        points = np.rint(stroke.points)
        if np.abs(points).max() > np.iinfo(np.int16).max:
            raise InkError(".pot holds coordinates from -32767 to 32767")
        pairs = points.astype("<i2")
        if ((pairs[:, 0] == -1) & ((pairs[:, 1] == 0) | (pairs[:, 1] == -1))).any():
            raise InkError(".pot cannot hold a point at (-1, 0) or (-1, -1): they are its marks")
        parts += [pairs.tobytes(), PEN_UP]
    body = b"".join(parts) + END[len(PEN_UP) :]
    size = 8 + len(body)
    if size > MAX_CODE:
        raise InkError(f".pot holds an ink of {MAX_CODE} bytes at most, this one has {size}")
    count = len(ink.strokes).to_bytes(2, "little")
    return size.to_bytes(2, "little") + code_of(ink.char).to_bytes(4, "little") + count + body
