"""`.mpf`: feature vectors of the characters of one writer.

After the header (see `Cursor.header`; 62 bytes and an illustration): int32 number of samples, int32
dimensions. Then, for each sample, its code (high byte first) and one byte for each dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.formats.casia.cursor import Cursor
from data.formats.casia.tags import character

HEADER = 62  # bytes of the header without its illustration; it counts the two int32 after it
CODE_BYTES = 2


@dataclass(frozen=True, eq=False)
class Features:
    """`values`: (N, D) uint8. `characters`: N characters, one for each row."""

    values: npt.NDArray[np.uint8]
    characters: str


def read_mpf(data: bytes, name: str) -> Features:
    """Reads the features of a file. Raises CorpusError with file and byte."""
    file = Cursor(data, name)
    length, kind = file.header("MPF", HEADER)
    if length != CODE_BYTES or kind.lower() != "unsigned char":
        raise file.fault(f"codes have {length} bytes, not 2, or values are {kind!r}, not uint8")
    count, dimensions = file.number("<i4"), file.number("<i4")
    row = CODE_BYTES + dimensions
    if count < 0 or dimensions < 1 or count * row != file.left:
        raise file.fault(f"{count} samples of {dimensions} numbers do not fit {file.left} bytes")
    rows = np.frombuffer(file.bytes(count * row), np.uint8).reshape(count, row)
    chars = []
    for number, (high, low) in enumerate(rows[:, :CODE_BYTES].tolist()):
        char = character(high << 8 | low)
        if char is None:
            raise file.fault(f"the tag {high:02x}{low:02x} of sample {number} is not a character")
        chars.append(char)
    return Features(rows[:, CODE_BYTES:], "".join(chars))
