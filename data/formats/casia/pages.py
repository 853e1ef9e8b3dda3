"""`.ptts` and `.wptt`: handwritten pages of text, online.

After the header (see `Cursor.header`; 54 bytes and an illustration) both have int32 sample length,
page number, number of strokes; the strokes, each uint16 n and n times uint16 x, y; and uint16
number of lines. A line of `.ptts` has uint16 k and k stroke numbers, then uint16 number of
characters; each of them has a tag (high byte first, FFFF where the annotators could not name it),
uint16 m and m stroke numbers. A line of `.wptt` has its stroke numbers, then uint16 n and n tags;
it does not say which stroke belongs to which character.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.formats.casia.cursor import Cursor
from data.formats.casia.tags import UNNAMED, character
from data.ink import Ink, Points, Stroke

HEADER = 54  # bytes of the header without its illustration
REPLACEMENT = "\ufffd"  # stands in a text for a character without a name


@dataclass(frozen=True, eq=False)
class TextLine:
    """A line of text.

    `strokes`: indexes into the page's strokes. `text`: its characters, REPLACEMENT for one that the
    annotators could not name. `characters`: for each character its strokes; empty for a `.wptt`.
    """

    strokes: tuple[int, ...]
    text: str
    characters: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Page:
    """A page. `strokes`: (N, 2) float32 each, in the order written, x right, y down."""

    number: int
    strokes: tuple[Points, ...]
    lines: tuple[TextLine, ...]

    def inks(self, *, writer: str | None = None) -> Iterator[Ink]:
        """Yields the characters of a `.ptts`; `char` is None where the annotators gave no name."""
        for line in self.lines:
            for char, numbers in zip(line.text, line.characters, strict=True):
                strokes = tuple(Stroke(self.strokes[number]) for number in numbers)
                if strokes:
                    yield Ink(strokes, None if char == REPLACEMENT else char, None, writer)


def read_ptts(data: bytes, name: str) -> Page:
    """Reads a page that is segmented into characters. Raises CorpusError with file and byte."""
    return _page(Cursor(data, name), is_segmented=True)


def read_wptt(data: bytes, name: str) -> Page:
    """Reads a page that is not segmented. Raises CorpusError with file and byte."""
    return _page(Cursor(data, name), is_segmented=False)


def _page(file: Cursor, *, is_segmented: bool) -> Page:
    length, _ = file.header("PTTS" if is_segmented else "WPTT", HEADER)
    if length != 2:
        raise file.fault(f"codes have {length} bytes, not 2")
    file.number("<i4")  # sample length; the end of the file is what counts
    number, count = file.number("<i4"), file.number("<i4")
    if not 0 <= count <= len(file.data):
        raise file.fault(f"a page cannot have {count} strokes")
    strokes = tuple(_stroke(file) for _ in range(count))
    lines = tuple(_line(file, count, is_segmented) for _ in range(file.number("<u2")))
    if file.left:
        raise file.fault(f"{file.left} bytes are left after the last line")
    return Page(number, strokes, lines)


def _stroke(file: Cursor) -> Points:
    count = file.number("<u2")
    if count == 0:
        raise file.fault("a stroke has no points")
    return file.numbers("<u2", 2 * count).reshape(-1, 2).astype(np.float32)


def _line(file: Cursor, stroke_count: int, is_segmented: bool) -> TextLine:
    strokes = _stroke_numbers(file, stroke_count)
    chars, characters = [], []
    for _ in range(file.number("<u2")):
        code = int.from_bytes(file.bytes(2), "big")
        char = REPLACEMENT if code == UNNAMED else character(code)
        if char is None:
            raise file.fault(f"the tag {code:#06x} is not a character of GB 18030")
        chars.append(char)
        if is_segmented:
            characters.append(_stroke_numbers(file, stroke_count))
    return TextLine(strokes, "".join(chars), tuple(characters))


def _stroke_numbers(file: Cursor, stroke_count: int) -> tuple[int, ...]:
    numbers = file.numbers("<u2", file.number("<u2"))
    if len(numbers) and numbers.max() >= stroke_count:
        raise file.fault(f"there is no stroke {numbers.max()}; the page has {stroke_count}")
    return tuple(numbers.tolist())
