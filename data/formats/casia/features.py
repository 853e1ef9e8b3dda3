"""`.mpf`: feature vectors of the characters of one writer.

int32 header size, 8 bytes "MPF", an illustration (header - 62 bytes), 20 bytes of code type, int16
code length, 20 bytes of data type, int32 samples, int32 dimensions; then for each sample its code
(high byte first) and a byte a dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.formats.casia.cursor import Cursor
from data.formats.casia.tags import character

HEADER = 62  # bytes of the header without its illustration


@dataclass(frozen=True, eq=False)
class Features:
    """`values`: (N, D) uint8; `characters`: the character of each row."""

    values: npt.NDArray[np.uint8]
    characters: str


def read_mpf(data: bytes, name: str) -> Features:
    """The features of a file. Raises CorpusError that names the byte."""
    file = Cursor(data, name)
    size = file.number("<i4")
    if not file.text(8).upper().startswith("MPF"):
        raise file.fault("this is no MPF file")
    if size < HEADER:
        raise file.fault(f"a header has {HEADER} bytes or more, this one {size}")
    file.bytes(size - HEADER)
    file.text(20)
    length = file.number("<i2")
    kind = file.text(20)
    if length != 2 or kind.lower() != "unsigned char":
        raise file.fault(f"codes of 2 bytes and unsigned char are read, not {length} and {kind!r}")
    count, dimensions = file.number("<i4"), file.number("<i4")
    row = length + dimensions
    if count < 0 or dimensions < 1 or count * row != len(data) - file.offset:
        left = len(data) - file.offset
        raise file.fault(f"{count} samples of {dimensions} numbers are not in {left} bytes")
    rows = np.frombuffer(file.bytes(count * row), np.uint8).reshape(count, row)
    chars = []
    for number, (high, low) in enumerate(rows[:, :2].tolist()):
        char = character(high << 8 | low)
        if char is None:
            raise file.fault(f"the tag {high:02x}{low:02x} of sample {number} is no character")
        chars.append(char)
    return Features(rows[:, 2:], "".join(chars))
