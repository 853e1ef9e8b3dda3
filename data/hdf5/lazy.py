"""An HDF5 file that every process opens for itself, when it first reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.errors import CorpusError


class Handle:
    """Opens a file late and keeps it open; the open file goes neither with a pickle nor a fork.

    Raises CorpusError where the file was changed since the handle was made: what was checked then
    is no longer what is read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._stamp = _stamp(self.path)
        self._file: Any = None
        self._owner = 0

    def dataset(self, name: str) -> Any:
        """The open dataset of that name."""
        if self._file is None or self._owner != os.getpid():
            self._open()
        return self._file[name]

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_file": None, "_owner": 0}

    def _open(self) -> None:
        try:
            changed = _stamp(self.path) != self._stamp
            if not changed:
                self._file, self._owner = h5py.File(self.path, "r"), os.getpid()
        except OSError as error:
            raise CorpusError(f"{self.path} can no longer be read: {error}") from error
        if changed:
            raise CorpusError(f"{self.path} was changed while it was in use: open it again")


class LazyColumn:
    """A dataset of which slices are read from the disk when they are asked for."""

    def __init__(self, handle: Handle, name: str, length: int) -> None:
        self._handle, self._name, self._length = handle, name, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> npt.NDArray[Any]:
        try:
            return np.asarray(self._handle.dataset(self._name)[part])
        except (KeyError, OSError, RuntimeError) as error:
            raise CorpusError(f"{self._handle.path}: {self._name} cannot be read") from error


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
