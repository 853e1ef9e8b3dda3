"""HDF5 files of ragged arrays: flat values, and the offsets at which each row starts.

A file from outside is untrusted: what is read is checked before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

Array = npt.NDArray[Any]


@contextmanager
def opened(path: Path, *, kind: str, version: int) -> Iterator[Any]:
    """An HDF5 file of ours, open for reading.

    Raises CorpusError where it is damaged, of another kind or of another schema version.
    """
    if not path.is_file():
        raise CorpusError(f"there is no file {path}")
    try:
        with h5py.File(path, "r") as file:
            found, schema = file.attrs.get("kind"), file.attrs.get("schema_version")
            if found != kind:
                raise CorpusError(f"{path} is no hitsujun {kind} file")
            if schema != version:
                raise CorpusError(
                    f"{path} has schema version {schema}, this program reads {version}:"
                    " build it again with hitsujun data build"
                )
            yield file
    except CorpusError:
        raise
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorpusError(f"{path} cannot be read: {reason}") from error


def column(
    file: Any, name: str, *, dtype: str, shape: Sequence[int | None], finite: bool = True
) -> Array:
    """A dataset in memory; None in `shape` stands for any length. `finite` forbids NaN."""
    data = file.get(name)
    if not isinstance(data, h5py.Dataset) or data.dtype != np.dtype(dtype):
        raise CorpusError(f"{file.filename} has no dataset {name} of {dtype}")
    fits = len(data.shape) == len(shape) and all(
        want in (None, have) for want, have in zip(shape, data.shape, strict=True)
    )
    if not fits:
        raise CorpusError(f"{file.filename}: {name} has shape {data.shape}, not {tuple(shape)}")
    values: Array = data[...]
    if finite and values.dtype.kind == "f" and not np.isfinite(values).all():
        raise CorpusError(f"{file.filename}: {name} holds numbers that are not finite")
    return values


def offsets(file: Any, name: str, *, total: int, rows: int | None = None, least: int = 0) -> Array:
    """Where each row starts in a flat array of `total` values, and the end: (rows + 1,) int64."""
    values = column(file, name, dtype="i8", shape=[None if rows is None else rows + 1])
    if len(values) == 0 or values[0] != 0 or values[-1] != total:
        raise CorpusError(f"{file.filename}: {name} does not run from 0 to {total}")
    if len(values) > 1 and np.diff(values).min() < least:
        raise CorpusError(f"{file.filename}: {name} has rows with fewer than {least} values")
    return values


def starts(lengths: Sequence[int]) -> Array:
    """The offsets of rows of such lengths: (len + 1,) int64."""
    return np.concatenate([[0], np.cumsum(np.asarray(lengths, np.int64))]).astype(np.int64)


def kind(path: Path) -> str:
    """What kind of hitsujun file `path` is; raises CorpusError where it is none."""
    try:
        with h5py.File(path, "r") as file:
            found = file.attrs.get("kind")
    except OSError as error:
        raise CorpusError(f"{path} is no HDF5 file, or cannot be read") from error
    if not isinstance(found, str):
        raise CorpusError(f"{path} is no hitsujun file")
    return found
