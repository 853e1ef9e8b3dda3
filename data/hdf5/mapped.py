"""HDF5 datasets as arrays that the system reads from the disk page by page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.hdf5.stamp import FileStamp

Array = npt.NDArray[Any]


class MappedColumn:
    """A dataset as a read-only array of any size, `array`.

    Where it lies in one piece in its file it is mapped: what is read stays in the system's cache of
    files, which all processes share, and another process that gets the object maps the file for
    itself. A dataset in chunks is read into memory.
    Raises CorpusError in another process where the file has changed since this object was made: the
    checks that were made of it do not hold for what would be read.
    """

    def __init__(self, path: Path, dataset: Any) -> None:
        self._stamp = FileStamp(path)
        self._shape, self._dtype = dataset.shape, dataset.dtype
        self._offset = None if dataset.chunks else dataset.id.get_offset()
        self.array: Array = dataset[...] if self._offset is None else self._mapped(self._offset)
        self.array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.array)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | ({} if self._offset is None else {"array": None})

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._offset is None:
            return
        self._stamp.check()
        self.array = self._mapped(self._offset)

    def _mapped(self, offset: int) -> Array:
        # As a plain array, whose slices cost less than those of np.memmap.
        return np.asarray(np.memmap(self._stamp.path, self._dtype, "r", offset, self._shape))
