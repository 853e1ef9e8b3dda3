"""HDF5 files of ragged arrays: flat values, and the offsets at which each row starts.

A file from outside is untrusted: what is read is checked before it is used.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.errors import CorpusError

BLOCK = 1 << 20  # rows that are checked at a time
LIMIT = 1.000001e12  # of a number, either way: MAX_COORDINATE of an ink as float32 rounds it
MAX_CHUNK = 16 << 20  # bytes; h5py's own choice is 1 MiB at most
MAX_RATIO = 100  # bytes that a compressed dataset may declare for each byte of the file
MAX_FACTS = 64
FILTERS = frozenset({1, 2, 3, 32000})  # deflate, shuffle, fletcher32, lzf

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
            found, schema = _attribute(file, "kind"), _attribute(file, "schema_version")
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
    values: Array = dataset(file, name, dtype=dtype, shape=shape)[...]
    if finite:
        check_finite(file, name, values)
    return values


def dataset(file: Any, name: str, *, dtype: str, shape: Sequence[int | None]) -> Any:
    """A dataset of this very file, not read yet, whose declaration is checked.

    Raises CorpusError for another type or shape, for a link or storage elsewhere, a filter that is
    not HDF5's own, a chunk above MAX_CHUNK, and a size that the file cannot hold: a small file
    must not declare what fills the memory.
    """
    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        raise CorpusError(f"{file.filename} has no dataset {name} of its own")
    data = file.get(name)
    if not isinstance(data, h5py.Dataset) or data.dtype != np.dtype(dtype):
        raise CorpusError(f"{file.filename} has no dataset {name} of {dtype}")
    fits = len(data.shape) == len(shape) and all(
        want in (None, have) for want, have in zip(shape, data.shape, strict=True)
    )
    if not fits:
        raise CorpusError(f"{file.filename}: {name} has shape {data.shape}, not {tuple(shape)}")
    plan = data.id.get_create_plist()
    filters = {plan.get_filter(number)[0] for number in range(plan.get_nfilters())}
    if data.is_virtual or data.external or not filters <= FILTERS:
        raise CorpusError(f"{file.filename}: {name} is stored in a way that we do not read")
    if data.chunks and math.prod(data.chunks) * data.dtype.itemsize > MAX_CHUNK:
        raise CorpusError(f"{file.filename}: {name} has chunks of more than {MAX_CHUNK} bytes")
    declared = math.prod(data.shape) * data.dtype.itemsize
    if declared > (os.path.getsize(file.filename) * MAX_RATIO if filters else _stored(data)):
        raise CorpusError(f"{file.filename}: {name} declares {declared} bytes, more than are there")
    return data


def check_finite(file: Any, name: str, values: Any) -> None:
    """Raises CorpusError where numbers of an array or a dataset are not finite, or beyond LIMIT."""
    if values.dtype.kind != "f":
        return
    for block in blocks(values):  # a NaN makes both comparisons false
        if not (block.min() >= -LIMIT and block.max() <= LIMIT):
            raise CorpusError(f"{file.filename}: {name} holds numbers that are not finite")


def offsets(file: Any, name: str, *, total: int, rows: int | None = None, least: int = 0) -> Array:
    """Where each row starts in a flat array of `total` values, and the end: (rows + 1,) int64."""
    values = column(file, name, dtype="i8", shape=[None if rows is None else rows + 1])
    check_offsets(file, name, values, total=total, least=least)
    return values


def check_offsets(file: Any, name: str, values: Any, *, total: int, least: int) -> None:
    """Raises CorpusError where an array or a dataset is no offsets of rows of `least` or more."""
    if len(values) == 0 or values[0] != 0 or values[-1] != total:
        raise CorpusError(f"{file.filename}: {name} does not run from 0 to {total}")
    before = -least
    for block in blocks(values):
        # Compared, not subtracted: the difference of two int64 may overflow.
        if block[0] < before + least or (block[1:] < block[:-1]).any() or block[-1] > total:
            raise CorpusError(f"{file.filename}: {name} does not rise within 0 to {total}")
        if len(block) > 1 and np.diff(block).min() < least:
            raise CorpusError(f"{file.filename}: {name} has rows with fewer than {least} values")
        before = int(block[-1])


def blocks(values: Any) -> Iterator[Array]:
    """The rows of an array or a dataset, BLOCK at a time, so that memory stays flat."""
    for first in range(0, len(values), BLOCK):
        yield values[first : first + BLOCK]


def attributes(file: Any) -> dict[str, Any]:
    """The attributes of a file: texts and numbers, of which a hostile file can have few."""
    if len(file.attrs) > MAX_FACTS:
        raise CorpusError(f"{file.filename} has more than {MAX_FACTS} attributes")
    return {str(name): _attribute(file, name) for name in file.attrs}


def state(file: Any, facts: Mapping[str, str | int | float]) -> None:
    """Write attributes, texts at a fixed length: those of any length lie in a heap of the file.

    The library goes through a damaged heap for ever, so `attributes` reads none.
    """
    for name, value in facts.items():
        is_text = isinstance(value, str)
        file.attrs[name] = np.bytes_((str(value) or " ").encode()) if is_text else value


def _attribute(file: Any, name: str) -> str | int | float | None:
    """An attribute that is a text of a fixed length or a number; None where there is none."""
    if name not in file.attrs:
        return None
    stored = file.attrs.get_id(name)
    text = h5py.check_string_dtype(stored.dtype)
    is_plain = stored.dtype.kind in "iuf" or (text is not None and text.length is not None)
    if stored.shape != () or not is_plain:
        raise CorpusError(
            f"{file.filename}: the attribute {name} is no text or number:"
            " build the file again with hitsujun data build"
        )
    value = file.attrs[name]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return value.item()  # type: ignore[no-any-return]


def starts(lengths: Sequence[int]) -> Array:
    """The offsets of rows of such lengths: (len + 1,) int64."""
    return np.concatenate([[0], np.cumsum(np.asarray(lengths, np.int64))]).astype(np.int64)


def _stored(data: Any) -> int:
    """Bytes of a dataset without filters that are in the file."""
    return int(data.id.get_storage_size())


def kind(path: Path) -> str:
    """What kind of hitsujun file `path` is; raises CorpusError where it is none."""
    try:
        with h5py.File(path, "r") as file:
            found = _attribute(file, "kind")
    except OSError as error:
        raise CorpusError(f"{path} is no HDF5 file, or cannot be read") from error
    if not isinstance(found, str):
        raise CorpusError(f"{path} is no hitsujun file")
    return found
