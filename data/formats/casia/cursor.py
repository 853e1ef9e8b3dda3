"""A cursor that reads numbers and text from bytes, and checks each read against their end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

MAX_FILE = 64 << 20  # bytes; a page of text has about 100 KB


class Cursor:
    """Reads `data` from `offset` on; `name` is the file's name for messages.

    Raises CorpusError with file and byte for a read past the end, and for more than MAX_FILE bytes.
    """

    def __init__(self, data: bytes, name: str) -> None:
        if len(data) > MAX_FILE:
            raise CorpusError(f"{name} has {len(data)} bytes, {MAX_FILE} at most")
        self.data, self.name, self.offset = data, name, 0

    @property
    def left(self) -> int:
        """The number of bytes that are not read yet."""
        return len(self.data) - self.offset

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        if not 0 <= count <= self.left:
            raise self.fault(f"{count} bytes are needed, {self.left} are left")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def number(self, dtype: str) -> int:
        """The next number of a NumPy dtype, e.g. "<u2"."""
        return int(self.numbers(dtype, 1)[0])

    def numbers(self, dtype: str, count: int) -> npt.NDArray[Any]:
        """The next `count` numbers of a NumPy dtype."""
        return np.frombuffer(self.bytes(count * np.dtype(dtype).itemsize), dtype)

    def text(self, count: int) -> str:
        """The next `count` bytes as text, up to the first NUL."""
        return self.bytes(count).split(b"\0")[0].decode("gb18030", "replace")

    def header(self, magic: str, least: int) -> tuple[int, str]:
        """Reads the header common to `.ptts`, `.wptt` and `.mpf`: the code length, the data type.

        The header: int32 size, 8 bytes of format, an illustration (size - `least` bytes), 20 bytes
        of code type, int16 code length, 20 bytes of data type.
        """
        size = self.number("<i4")
        actual = self.text(8)
        if not actual.upper().startswith(magic):
            raise self.fault(f"the format is {actual!r}, not {magic}")
        if size < least:
            raise self.fault(f"the header has {size} bytes, fewer than {least}")
        self.bytes(size - least)
        self.text(20)
        return self.number("<i2"), self.text(20)

    def fault(self, reason: str) -> CorpusError:
        """An error with the file and the current byte, to raise."""
        return CorpusError(f"{self.name}, byte {self.offset}: {reason}")
