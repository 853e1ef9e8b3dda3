"""Numbers out of a file's bytes, each read checked against its end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

MAX_FILE = 64 << 20  # bytes; a page of text has about 100 KB


class Cursor:
    """Reads on from `offset`. Raises CorpusError, which names file and byte, past the end."""

    def __init__(self, data: bytes, name: str) -> None:
        if len(data) > MAX_FILE:
            raise CorpusError(f"{name} has {len(data)} bytes; {MAX_FILE} at most are read")
        self.data, self.name, self.offset = data, name, 0

    @property
    def is_done(self) -> bool:
        return self.offset >= len(self.data)

    def bytes(self, count: int) -> bytes:
        """The next bytes."""
        if not 0 <= count <= len(self.data) - self.offset:
            left = len(self.data) - self.offset
            raise CorpusError(
                f"{self.name}, byte {self.offset}: {count} bytes are wanted, {left} are left"
            )
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def number(self, kind: str) -> int:
        """The next number of a NumPy dtype, e.g. "<u2"."""
        return int(self.numbers(kind, 1)[0])

    def numbers(self, kind: str, count: int) -> npt.NDArray[Any]:
        """So many numbers."""
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)

    def text(self, count: int) -> str:
        """So many bytes of text, without the NULs at its end."""
        return self.bytes(count).split(b"\0")[0].decode("gb18030", "replace")

    def fault(self, reason: str) -> CorpusError:
        """An error at this place."""
        return CorpusError(f"{self.name}, byte {self.offset}: {reason}")
