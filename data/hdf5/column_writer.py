"""Columns that grow while they are written, and then lie in one piece in an HDF5 file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

COPIED = 1 << 22  # rows that are copied at a time


class ColumnWriter:
    """Rows of numbers, collected in a file without a name, which no crash leaves behind.

    HDF5 stores a dataset of unknown length in chunks, which cannot be mapped. So the rows go into
    the HDF5 file when all of them are known. `folder`: where they lie until then; `row`: the shape
    of a row, () for a flat column.
    """

    def __init__(self, folder: Path, dtype: str, row: tuple[int, ...] = ()) -> None:
        self.dtype, self.row, self.rows = np.dtype(dtype), row, 0
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 -- closed by __exit__

    def __enter__(self) -> ColumnWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, values: npt.ArrayLike) -> None:
        """Adds rows."""
        rows = np.ascontiguousarray(values, self.dtype)
        self._file.write(rows.tobytes())
        self.rows += len(rows)

    def copy_to(self, file: Any, name: str) -> None:
        """Writes the rows to a new dataset of an open HDF5 file."""
        data = file.create_dataset(name, (self.rows, *self.row), self.dtype)
        self._file.seek(0)
        for first in range(0, self.rows, COPIED):
            shape = (min(COPIED, self.rows - first), *self.row)
            block = self._file.read(int(np.prod(shape)) * self.dtype.itemsize)
            data[first : first + shape[0]] = np.frombuffer(block, self.dtype).reshape(shape)
