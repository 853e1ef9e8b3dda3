"""Writing HDF5 files so that a full disk is an error: the library itself crashes on one.

Once a write has failed, HDF5 can neither finish the file nor close it, and ends the process with a
segmentation fault later (1.14). So it never learns of a failure: what comes after the first one is
dropped, and the error is raised when the file is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import h5py

from data.cache import replacing


@contextmanager
def created(path: Path) -> Iterator[Any]:
    """A new HDF5 file to write, which replaces `path` atomically at the end of the block.

    Raises OSError at the end where a write has failed. After any error `path` is unchanged.
    """
    with replacing(path) as temporary, temporary.open("w+b", buffering=0) as raw:
        disk = _Disk(raw)
        try:
            with h5py.File(disk, "w") as file:
                yield file
        finally:
            if disk.error:
                raise disk.error


class _Disk:
    """The file as h5py's driver for Python objects uses it. `error`: of the first failed write."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.error: OSError | None = None
        self.read, self.seek, self.tell, self.flush = raw.read, raw.seek, raw.tell, raw.flush

    def readinto(self, buffer: memoryview) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: memoryview) -> int:
        left = memoryview(data)
        try:
            while left and not self.error:
                left = left[self._raw.write(left) :]
        except OSError as error:
            self.error = error
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        try:
            return size if self.error and size else self._raw.truncate(size)
        except OSError as error:
            self.error = error
            return size or 0
