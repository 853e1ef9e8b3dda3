"""HDF5 files of ragged arrays: flat values, and the offsets at which each row starts.

Files may come from anywhere, so they are untrusted: everything is checked before it is used.
"""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from data.content import head_of, named_content, refuse_pipe
from data.errors import CorpusError

BLOCK = 1 << 20  # rows that are checked at a time
LIMIT = 1.000001e12  # absolute value of a number: MAX_COORDINATE of an ink, as float32 rounds it
MAX_CHUNK = 16 << 20  # bytes; the chunks that h5py chooses have at most 1 MiB
MAX_RATIO = 100  # bytes that a compressed dataset may declare for each byte of the file
MAX_ATTRIBUTES = 64
FILTERS = frozenset({1, 2, 3, 32000})  # deflate, shuffle, fletcher32, lzf

Array = npt.NDArray[Any]


@contextmanager
def opened(path: Path, *, kind: str, version: int, older: Collection[int] = ()) -> Iterator[Any]:
    """Opens a hitsujun file for reading, as a context manager. `older` versions are read as well.

    Raises CorpusError where it is missing or damaged, of another kind, or of another schema
    version. Errors of h5py within the block become CorpusError too.
    """
    if path.is_dir() or not path.exists():
        raise CorpusError(f"no such file: {path}")
    _check_signature(path)
    try:
        with h5py.File(path, "r") as file:
            _check_header(file, path, kind, (version, *older))
            yield file
    except CorpusError:
        raise
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorpusError(f"{path} cannot be read: {reason}") from error


def kind_of(path: Path) -> str:
    """The kind of a hitsujun file, e.g. "corpus". Raises CorpusError for any other file."""
    _check_signature(path)
    try:
        with h5py.File(path, "r") as file:
            kind = _attribute(file, "kind")
    except OSError as error:
        raise CorpusError(f"{path} is damaged: {error}") from error
    if not isinstance(kind, str):
        raise CorpusError(f"{path} is not a hitsujun file")
    return kind


def _check_signature(path: Path) -> None:
    """Raises CorpusError for a file that is not HDF5, InkError for a pipe, OSError without one."""
    path.stat()
    refuse_pipe(path)
    if not h5py.is_hdf5(path):
        found = named_content(head_of(path))
        raise CorpusError(f"{path} is {found}, not an HDF5 file as hitsujun data build makes")


def column(
    file: Any, name: str, *, dtype: str, shape: Sequence[int | None], finite: bool = True
) -> Array:
    """A dataset, read into memory after the checks of `dataset`. `finite` forbids NaN."""
    values: Array = dataset(file, name, dtype=dtype, shape=shape)[...]
    if finite:
        check_finite(file, name, values)
    return values


def dataset(file: Any, name: str, *, dtype: str, shape: Sequence[int | None]) -> Any:
    """A dataset whose declaration is checked, and that is not read yet.

    None in `shape` stands for any length. Raises CorpusError for another dtype or shape, for data
    in another file, for a filter that HDF5 itself does not have, for a chunk above MAX_CHUNK, and
    for a size that the file cannot hold: reading a small file must not fill the memory.
    """
    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        raise CorpusError(f"{file.filename} has no dataset {name} of its own")
    data = file.get(name)
    if not isinstance(data, h5py.Dataset) or data.dtype != np.dtype(dtype):
        raise CorpusError(f"{file.filename} has no dataset {name} of dtype {dtype}")
    has_shape = len(data.shape) == len(shape) and all(
        expected in (None, actual) for expected, actual in zip(shape, data.shape, strict=True)
    )
    if not has_shape:
        raise CorpusError(f"{file.filename}: {name} has shape {data.shape}, not {tuple(shape)}")
    _check_storage(file, name, data)
    return data


def check_finite(file: Any, name: str, values: Any) -> None:
    """Raises CorpusError where an array or dataset has numbers that are not finite, or > LIMIT."""
    if values.dtype.kind != "f":
        return
    for block in blocks(values):  # a NaN makes both comparisons false
        if not (block.min() >= -LIMIT and block.max() <= LIMIT):
            raise CorpusError(f"{file.filename}: {name} has numbers that are not finite")


def offsets(file: Any, name: str, *, total: int, rows: int | None = None, least: int = 0) -> Array:
    """Where each row starts in a flat array of `total` values, and its end: (rows + 1,) int64.

    Raises CorpusError where a row has fewer than `least` values.
    """
    values = column(file, name, dtype="i8", shape=[None if rows is None else rows + 1])
    check_offsets(file, name, values, total=total, least=least)
    return values


def check_offsets(file: Any, name: str, values: Any, *, total: int, least: int) -> None:
    """Raises CorpusError where an array or dataset is not the offsets of rows in `total` values.

    Each row must have `least` values or more.
    """
    if len(values) == 0 or values[0] != 0 or values[-1] != total:
        raise CorpusError(f"{file.filename}: {name} does not run from 0 to {total}")
    before = -least
    for block in blocks(values):
        # Compared, not subtracted: the difference of two int64 may overflow.
        if block[0] < before + least or (block[1:] < block[:-1]).any() or block[-1] > total:
            raise CorpusError(f"{file.filename}: {name} is not ascending within 0 to {total}")
        if len(block) > 1 and np.diff(block).min() < least:
            raise CorpusError(f"{file.filename}: {name} has rows with fewer than {least} values")
        before = int(block[-1])


def blocks(values: Any) -> Iterator[Array]:
    """The rows of an array or dataset, BLOCK at a time, so that memory use stays constant."""
    for first in range(0, len(values), BLOCK):
        yield values[first : first + BLOCK]


def starts(lengths: Sequence[int]) -> Array:
    """The offsets of rows with these lengths: (len + 1,) int64."""
    return np.concatenate([[0], np.cumsum(np.asarray(lengths, np.int64))]).astype(np.int64)


def attributes(file: Any) -> dict[str, Any]:
    """The attributes of a file, strings and numbers. Raises CorpusError above MAX_ATTRIBUTES."""
    if len(file.attrs) > MAX_ATTRIBUTES:
        raise CorpusError(f"{file.filename} has more than {MAX_ATTRIBUTES} attributes")
    return {str(name): _attribute(file, name) for name in file.attrs}


def write_attributes(file: Any, values: Mapping[str, str | int | float]) -> None:
    """Writes attributes, strings with a fixed length.

    HDF5 keeps strings of variable length in a heap of the file, and its library loops forever on a
    damaged heap. So `attributes` refuses such strings.
    """
    for name, value in values.items():
        is_text = isinstance(value, str)
        file.attrs[name] = np.bytes_((str(value) or " ").encode()) if is_text else value


def _check_header(file: Any, path: Path, kind: str, versions: Sequence[int]) -> None:
    found_kind, found_version = _attribute(file, "kind"), _attribute(file, "schema_version")
    if found_kind != kind:
        raise CorpusError(f"{path} is not a hitsujun {kind} file")
    if found_version not in versions:
        raise CorpusError(
            f"{path} has schema version {found_version}, this program reads {versions[0]}:"
            " build it again with hitsujun data build"
        )


def _check_storage(file: Any, name: str, data: Any) -> None:
    properties = data.id.get_create_plist()
    filters = {properties.get_filter(number)[0] for number in range(properties.get_nfilters())}
    if data.is_virtual or data.external or not filters <= FILTERS:
        raise CorpusError(
            f"{file.filename}: {name} is stored in another file, or with an unsupported filter"
        )
    if data.chunks and math.prod(data.chunks) * data.dtype.itemsize > MAX_CHUNK:
        raise CorpusError(f"{file.filename}: {name} has chunks of more than {MAX_CHUNK} bytes")
    declared = math.prod(data.shape) * data.dtype.itemsize
    if filters:
        limit = os.path.getsize(file.filename) * MAX_RATIO
    else:
        limit = int(data.id.get_storage_size())
    if declared > limit:
        raise CorpusError(
            f"{file.filename}: {name} declares {declared} bytes, more than the file can hold"
        )


def _attribute(file: Any, name: str) -> str | int | float | None:
    """An attribute, a string of fixed length or a number; None where it is missing."""
    if name not in file.attrs:
        return None
    stored = file.attrs.get_id(name)
    text = h5py.check_string_dtype(stored.dtype)
    is_plain = stored.dtype.kind in "iuf" or (text is not None and text.length is not None)
    if stored.shape != () or not is_plain:
        raise CorpusError(
            f"{file.filename}: the attribute {name} is not a string of fixed length or a number:"
            " build the file again with hitsujun data build"
        )
    value = file.attrs[name]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return value.item()  # type: ignore[no-any-return]
