"""`.gnt`: the characters of one writer as grayscale images.

A record: uint32 size (10 + width * height), 2 bytes of tag (the code's high byte first; "!" is one
byte and a NUL), uint16 width, uint16 height, the pixels. Background is 255, ink 0 to 254.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from data.cache import replacing
from data.errors import InkError
from data.formats.casia.damage import Damage, Report, refuse
from data.formats.casia.tags import character, code_of

HEAD = struct.Struct("<I2sHH")
MAX_SIDE = 4096  # pixels; a character has about 80


@dataclass(frozen=True, eq=False)
class Glyph:
    """An image of a character. `image`: (H, W) uint8, 255 is paper. `char`: which character."""

    image: npt.NDArray[np.uint8]
    char: str
    writer: str | None = None


def read_gnt(
    file: IO[bytes], name: str, *, writer: str | None = None, report: Report | None = None
) -> Iterator[Glyph]:
    """Yields the images of a file, one at a time. `name` and `writer` are the file's.

    Raises CorpusError for a damaged record, unless there is a `report`. Where a record's size is
    wrong, the rest of the file is left out: nothing marks the start of the next record.
    """
    offset = record = 0
    while head := file.read(HEAD.size):
        if len(head) < HEAD.size:
            reason = f"the file is truncated: {len(head)} bytes of a record are left"
            return refuse(Damage(name, record, offset, reason), report)
        size, tag, width, height = HEAD.unpack(head)
        if size != HEAD.size + width * height or not 0 < max(width, height) <= MAX_SIDE:
            reason = f"an image of {width} by {height} pixels in {size} bytes; the rest is left out"
            return refuse(Damage(name, record, offset, reason), report)
        pixels = file.read(width * height)
        if len(pixels) < width * height:
            reason = f"the file is truncated: {len(pixels)} of {width * height} pixels are left"
            return refuse(Damage(name, record, offset, reason), report)
        char = character(int.from_bytes(tag, "big"))
        if char is None or width * height == 0:
            reason = "it has no pixels" if char else f"its tag {tag.hex()} is not a character"
            refuse(Damage(name, record, offset, reason), report)
        else:
            yield Glyph(np.frombuffer(pixels, np.uint8).reshape(height, width), char, writer)
        offset, record = offset + size, record + 1
    return None


def write_gnt(path: Path, glyphs: Iterable[Glyph]) -> int:
    """Writes images and returns their number. Raises InkError for what .gnt cannot hold."""
    count = 0
    with replacing(path) as partial, partial.open("wb") as file:
        for glyph in glyphs:
            height, width = glyph.image.shape
            if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
                raise InkError(f".gnt holds images of 1 to {MAX_SIDE} pixels a side")
            tag = code_of(glyph.char).to_bytes(2, "big")
            file.write(HEAD.pack(HEAD.size + width * height, tag, width, height))
            file.write(np.ascontiguousarray(glyph.image, np.uint8).tobytes())
            count += 1
    return count
