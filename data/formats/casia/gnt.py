"""`.gnt`: the characters of one writer as grey pictures.

A record: uint32 size (10 + width * height), 2 bytes of tag (the code's high byte first, "!" alone
before a NUL), uint16 width, uint16 height, the pixels; background 255, ink 0 to 254.
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
    """`image`: (H, W) uint8, 255 is paper. `char`: what it is, `writer`: who wrote it."""

    image: npt.NDArray[np.uint8]
    char: str
    writer: str | None = None


def read_gnt(
    file: IO[bytes], name: str, *, writer: str | None = None, report: Report | None = None
) -> Iterator[Glyph]:
    """The pictures of a file, one at a time.

    Raises CorpusError for a damaged record without `report`. What follows a record whose size
    cannot be true is left out: nothing tells where the next one starts.
    """
    offset = record = 0
    while head := file.read(HEAD.size):
        if len(head) < HEAD.size:
            cut = f"the file is cut: {len(head)} bytes are left of a record"
            return refuse(Damage(name, record, offset, cut), report)
        size, tag, width, height = HEAD.unpack(head)
        if size != HEAD.size + width * height or not 0 < max(width, height) <= MAX_SIDE:
            wrong = f"a picture of {width} by {height} pixels in {size} bytes; the rest is left out"
            return refuse(Damage(name, record, offset, wrong), report)
        pixels = file.read(width * height)
        if len(pixels) < width * height:
            cut = f"the file is cut: {len(pixels)} of {width * height} pixels are there"
            return refuse(Damage(name, record, offset, cut), report)
        char = character(int.from_bytes(tag, "big"))
        if char is None or width * height == 0:
            fault = "it has no pixel" if char else f"its tag {tag.hex()} is no character"
            refuse(Damage(name, record, offset, fault), report)
        else:
            yield Glyph(np.frombuffer(pixels, np.uint8).reshape(height, width), char, writer)
        offset, record = offset + size, record + 1
    return None


def write_gnt(path: Path, glyphs: Iterable[Glyph]) -> int:
    """Write pictures, and return how many there were. Raises InkError for what it cannot hold."""
    count = 0
    with replacing(path) as partial, partial.open("wb") as file:
        for glyph in glyphs:
            height, width = glyph.image.shape
            if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
                raise InkError(f".gnt holds pictures of 1 to {MAX_SIDE} pixels a side")
            tag = code_of(glyph.char).to_bytes(2, "big")
            file.write(HEAD.pack(HEAD.size + width * height, tag, width, height))
            file.write(np.ascontiguousarray(glyph.image, np.uint8).tobytes())
            count += 1
    return count
