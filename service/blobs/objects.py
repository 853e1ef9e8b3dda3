"""Pictures in an object store such as S3, through obstore."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from service.blobs.blobs import Stored

READ_BYTES = 1_000_000  # that are asked for at a time


class ObjectBlobs:
    """The objects of a store, whose credentials are those of its own variables (AWS_...)."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, name: str, file: Path) -> None:
        """Upload a file; a large one in parts."""
        with _explained():
            obstore.put(self._store, name, file)

    def open(self, name: str) -> BinaryIO:
        """A reader that asks the store for READ_BYTES at a time."""
        with _explained():
            reader = obstore.open_reader(self._store, name, buffer_size=READ_BYTES)
        return cast(BinaryIO, io.BufferedReader(_Reader(reader), READ_BYTES))

    def size(self, name: str) -> int:
        """Bytes of the object."""
        with _explained():
            return int(obstore.head(self._store, name)["size"])

    def files(self, folder: str = "") -> Iterator[Stored]:
        """As the store lists them."""
        with _explained():
            for batch in obstore.list(self._store, folder or None):
                for one in batch:
                    yield Stored(one["path"], one["size"], one["last_modified"].timestamp())

    def delete(self, names: Iterable[str]) -> None:
        """One after another."""
        with _explained():
            for name in names:
                try:
                    obstore.delete(self._store, name)
                except FileNotFoundError:
                    continue


class _Reader(io.RawIOBase):
    """What obstore opens, as Python's own readers expect it."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def readinto(self, buffer: Any) -> int:
        with _explained():
            data = bytes(self._reader.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def _explained() -> Iterator[None]:
    """Turns the errors of obstore into OSError, which those of a folder are."""
    try:
        yield
    except OSError:  # a missing object is a FileNotFoundError
        raise
    except BaseError as error:
        first_line = str(error).strip().partition("\n")[0]
        raise OSError(errno.EIO, f"{type(error).__name__}: {first_line}") from error
