"""`.ptts` and `.wptt`: handwritten pages of text, online.

Both begin with int32 header size, 8 bytes of format, an illustration (header - 54 bytes), 20 bytes
of code type, int16 code length, 20 bytes of data type; then int32 sample length, page, strokes, and
the strokes, uint16 n and n times uint16 x, y; uint16 lines. A line of `.ptts` has uint16 k and k
stroke numbers, then uint16 characters, each a tag (high byte first, FFFF for one that nobody could
name), uint16 m and m stroke numbers. A line of `.wptt` has its stroke numbers, then uint16 n and n
tags: which stroke is of which character is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.formats.casia.cursor import Cursor
from data.formats.casia.tags import ABNORMAL, character
from data.ink import Ink, Points, Stroke

HEADER = 54  # bytes of the header without its illustration


@dataclass(frozen=True, eq=False)
class TextLine:
    """`strokes`: numbers of the page's strokes. `text`: "\ufffd" stands for what nobody could name.

    `characters`: for each character of `text` its strokes, empty for a `.wptt`.
    """

    strokes: tuple[int, ...]
    text: str
    characters: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Page:
    """`strokes`: (N, 2) float32 each, in the order written, x right, y down."""

    number: int
    strokes: tuple[Points, ...]
    lines: tuple[TextLine, ...]

    def inks(self, *, writer: str | None = None) -> Iterator[Ink]:
        """The characters of a `.ptts`, each as its strokes; `char` is None where unnamed."""
        for line in self.lines:
            for char, numbers in zip(line.text, line.characters, strict=True):
                strokes = tuple(Stroke(self.strokes[number]) for number in numbers)
                if strokes:
                    yield Ink(strokes, None if char == "\ufffd" else char, None, writer)


def read_ptts(data: bytes, name: str) -> Page:
    """A page whose characters are told apart. Raises CorpusError that names the byte."""
    return _page(Cursor(data, name), is_segmented=True)


def read_wptt(data: bytes, name: str) -> Page:
    """A page of words. Raises CorpusError that names the byte."""
    return _page(Cursor(data, name), is_segmented=False)


def _page(file: Cursor, *, is_segmented: bool) -> Page:
    size = file.number("<i4")
    magic = file.text(8)
    wanted = "PTTS" if is_segmented else "WPTT"
    if not magic.upper().startswith(wanted):
        raise file.fault(f"the format is {magic!r}, not {wanted}")
    if size < HEADER:
        raise file.fault(f"a header has {HEADER} bytes or more, this one {size}")
    file.bytes(size - HEADER)  # the illustration
    file.text(20)
    length = file.number("<i2")
    if length != 2:
        raise file.fault(f"codes have 2 bytes, not {length}")
    file.text(20)
    file.number("<i4")  # of the sample; the file's own end is what counts
    number, count = file.number("<i4"), file.number("<i4")
    if not 0 <= count <= len(file.data):
        raise file.fault(f"a page cannot have {count} strokes")
    strokes = tuple(_stroke(file) for _ in range(count))
    lines = tuple(_line(file, count, is_segmented) for _ in range(file.number("<u2")))
    if not file.is_done:
        raise file.fault(f"{len(file.data) - file.offset} bytes are left after the last line")
    return Page(number, strokes, lines)


def _stroke(file: Cursor) -> Points:
    count = file.number("<u2")
    if count == 0:
        raise file.fault("a stroke has no points")
    return file.numbers("<u2", 2 * count).reshape(-1, 2).astype(np.float32)


def _line(file: Cursor, strokes: int, is_segmented: bool) -> TextLine:
    numbers = _numbers(file, strokes)
    chars, groups = [], []
    for _ in range(file.number("<u2")):
        code = int.from_bytes(file.bytes(2), "big")
        char = "\ufffd" if code == ABNORMAL else character(code)
        if char is None:
            raise file.fault(f"the tag {code:#06x} is no character of GB 18030")
        chars.append(char)
        if is_segmented:
            groups.append(_numbers(file, strokes))
    return TextLine(numbers, "".join(chars), tuple(groups))


def _numbers(file: Cursor, strokes: int) -> tuple[int, ...]:
    found = file.numbers("<u2", file.number("<u2"))
    if len(found) and found.max() >= strokes:
        raise file.fault(f"there is no stroke {found.max()}; the page has {strokes}")
    return tuple(found.tolist())
