"""`.pot`: the characters of one writer as pen strokes.

A record: uint16 size in bytes, 4 bytes of tag (the code's low byte first), uint16 strokes, then
int16 x, y; (-1, 0) after every stroke and (-1, -1) at the end. Page coordinates, y down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
LEAST = 12  # bytes of a record without strokes
END = b"\xff\xff\x00\x00\xff\xff\xff\xff"  # of a record whose last stroke is ended
MAX_CODE = 0xFFFF


def read_pot(
    file: IO[bytes],
    name: str,
    *,
    writer: str | None = None,
    split: str = "train",
    report: Report | None = None,
) -> Iterator[Packed]:
    """The inks of a file, a window at a time, so that memory stays flat.

    Strokes without a point are passed over. After a record whose size cannot be true, reading goes
    on behind the next end of a record. Raises CorpusError for a damaged record without `report`.
    """
    buffer, base, record = b"", 0, 0
    block, is_lost = b"-", False
    while block:
        block = file.read(WINDOW)
        buffer += block
        fault: str | None = "none yet"
        while fault is not None:  # until all that the buffer can tell is told
            if is_lost:
                end = buffer.find(END)
                is_lost = end < 0
                # An end may lie across two windows.
                used = end + len(END) if end >= 0 else max(0, len(buffer) - len(END))
                base, buffer = base + used, buffer[used:]
            if is_lost:
                break
            bounds, used, fault = _walk(buffer)
            if bounds:
                whole = buffer[:used]
                yield from _parsed(whole, bounds, name, base, record, writer, split, report)
            if fault is None and not block and used < len(buffer):
                fault = f"the file is cut: {len(buffer) - used} bytes are left of a record"
            base, buffer, record = base + used, buffer[used:], record + len(bounds)
            if fault is not None:
                refuse(Damage(name, record, base, fault), report)
                is_lost, record = True, record + 1


def write_pot(path: Path, inks: Iterable[Ink]) -> int:
    """Write inks, and return how many there were; coordinates are rounded.

    Raises InkError for an ink that the format cannot hold, and leaves nothing then.
    """
    count = 0
    with replacing(path) as partial, partial.open("wb") as file:
        for ink in inks:
            file.write(_record(ink))
            count += 1
    return count


def _walk(buffer: bytes) -> tuple[list[tuple[int, int]], int, str | None]:
    """Begin and end of the whole records, how many bytes they are, and what is wrong after."""
    found: list[tuple[int, int]] = []
    at, length = 0, len(buffer)
    while at + 2 <= length:
        size = buffer[at] | buffer[at + 1] << 8
        if size < LEAST or size % 4:
            return found, at, f"a record of {size} bytes: it has {LEAST} or more, in fours"
        if at + size > length:
            break
        found.append((at, at + size))
        at += size
    return found, at, None


def _parsed(
    data: bytes,
    bounds: list[tuple[int, int]],
    name: str,
    base: int,
    record: int,
    writer: str | None,
    split: str,
    report: Report | None,
) -> Iterator[Packed]:
    pairs = np.frombuffer(data, "<i2").reshape(-1, 2)
    first = np.array([begin for begin, _ in bounds]) // 4
    last = np.array([end for _, end in bounds]) // 4 - 1
    head = np.frombuffer(data, "<u2").reshape(-1, 2)
    code = head[first, 1].astype(np.int64) | head[first + 1, 0].astype(np.int64) << 16
    stated = head[first + 1, 1].astype(np.int64)
    x_is_mark = pairs[:, 0] == -1
    lifts, ends = x_is_mark & (pairs[:, 1] == 0), x_is_mark & (pairs[:, 1] == -1)
    for marks in (lifts, ends):
        marks[first] = marks[first + 1] = False
    is_point = ~(lifts | ends)
    is_point[first] = is_point[first + 1] = False
    points = np.add.reduceat(is_point, first, dtype=np.int64)
    lifted = np.add.reduceat(lifts, first, dtype=np.int64)
    closed = ends[last] & (lifts[last - 1] | (stated == 0))
    once = np.add.reduceat(ends, first, dtype=np.int64) == 1
    labels, known = _labels(code)
    faults = {
        "its strokes do not end in (-1, 0), or it does not in (-1, -1)": ~(closed & once),
        "it has not as many strokes as it states": lifted != stated,
        "it has no point": points == 0,
        "its tag is no character of GB 18030": ~known,
    }
    good = np.ones(len(first), bool)
    found: dict[int, str] = {}
    for reason, bad in faults.items():
        found |= dict.fromkeys(np.flatnonzero(bad & good).tolist(), reason)
        good &= ~bad
    for row, reason in sorted(found.items()):
        said = reason + (f": {code[row]:#06x}" if "tag" in reason else "")
        refuse(Damage(name, record + row, base + bounds[row][0], said), report)
    owner = np.repeat(np.arange(len(first)), last - first + 1)
    is_point &= good[owner]
    # A stroke is what lies before a lift; one without points is none.
    at = np.flatnonzero(lifts & good[owner])
    drawn = np.cumsum(is_point)[at]
    # Points after a record's last lift cannot be: the record would not be closed.
    lengths = np.diff(drawn, prepend=0)
    sizes = np.bincount(owner[at][lengths > 0], minlength=len(first))[good]
    if good.any():
        yield Packed.plain(
            pairs[is_point], lengths[lengths > 0], sizes, labels[good], writer=writer, split=split
        )


def _labels(codes: Array) -> tuple[Array, Array]:
    """The code points of tags, and which of them are characters."""
    values, inverse = np.unique(codes, return_inverse=True)
    chars = [character(int(value)) if value <= MAX_CODE else None for value in values]
    points = np.array([ord(char) if char else 0 for char in chars], np.uint32)
    return points[inverse], np.array([char is not None for char in chars], bool)[inverse]


def _record(ink: Ink) -> bytes:
    parts = []
    for stroke in ink.strokes:
        points = np.rint(stroke.points)
        if np.abs(points).max() > np.iinfo(np.int16).max:
            raise InkError(".pot holds coordinates from -32767 to 32767")
        pairs = points.astype("<i2")
        if ((pairs[:, 0] == -1) & ((pairs[:, 1] == 0) | (pairs[:, 1] == -1))).any():
            raise InkError(".pot cannot hold a point at (-1, 0) or (-1, -1): they are its marks")
        parts += [pairs.tobytes(), END[:4]]
    body = b"".join(parts) + END[4:]
    size = 8 + len(body)
    if size > MAX_CODE:
        raise InkError(f".pot holds an ink of {MAX_CODE} bytes at most, this one has {size}")
    strokes = len(ink.strokes).to_bytes(2, "little")
    return size.to_bytes(2, "little") + code_of(ink.char).to_bytes(4, "little") + strokes + body
