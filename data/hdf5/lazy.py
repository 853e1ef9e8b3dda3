"""HDF5 datasets that stay on the disk: each process opens the file when it first reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.errors import CorpusError
from data.hdf5.stamp import FileStamp


class LazyFile:
    """An HDF5 file that is opened at the first read and then kept open.

    An open HDF5 file must not be shared between processes. So it is left out when the object is
    pickled, and a forked process opens its own.
    Raises CorpusError where the file has changed since this object was made: the checks that were
    made then do not hold for what would be read.
    """

    def __init__(self, path: Path) -> None:
        self._stamp = FileStamp(path)
        self.path = self._stamp.path
        self._file: Any = None
        self._owner = 0  # id of the process that opened the file

    def dataset(self, name: str) -> Any:
        """The dataset `name`, in a file that is open in this process."""
        if self._file is None or self._owner != os.getpid():
            self._open()
        return self._file[name]

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_file": None, "_owner": 0}

    def _open(self) -> None:
        self._stamp.check()
        try:
            self._file, self._owner = h5py.File(self.path, "r"), os.getpid()
        except OSError as error:
            raise CorpusError(f"{self.path} can no longer be read: {error}") from error


class LazyColumn:
    """A dataset whose slices are read from the disk when they are indexed."""

    def __init__(self, file: LazyFile, name: str, length: int) -> None:
        self._file, self._name, self._length = file, name, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> npt.NDArray[Any]:
        try:
            return np.asarray(self._file.dataset(self._name)[part])
        except (KeyError, OSError, RuntimeError) as error:
            raise CorpusError(f"{self._file.path}: cannot read {self._name}") from error
