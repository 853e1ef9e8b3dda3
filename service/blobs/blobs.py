"""What a store of pictures can do. Every method raises OSError where the storage fails.

A name is FOLDER/FILE. It holds no secret, since whoever runs the storage can list it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Stored:
    """A stored file. `modified`: seconds since the epoch, by the clock of the storage."""

    name: str
    bytes: int
    modified: float


class Blobs(Protocol):
    """Files by name."""

    def put(self, name: str, file: Path) -> None:
        """Store a local file, whole or not at all, in place of one with this name."""
        ...

    def open(self, name: str) -> BinaryIO:
        """A file to read, which can seek and reads no more than asked. Raises FileNotFoundError."""
        ...

    def size(self, name: str) -> int:
        """Bytes of a file. Raises FileNotFoundError."""
        ...

    def files(self, folder: str = "") -> Iterator[Stored]:
        """The files of a folder, or all."""
        ...

    def delete(self, names: Iterable[str]) -> None:
        """Delete files. One that is missing is no error."""
        ...


def fetch(blobs: Blobs, folder: str, target: Path) -> None:
    """Copy the files of a folder into the local folder `target`."""
    for stored in list(blobs.files(folder)):
        path = target / stored.name.rpartition("/")[2]
        with blobs.open(stored.name) as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)


def delete_folder(blobs: Blobs, folder: str, *, keep: str | None = None) -> None:
    """Delete the files of a folder, but not FOLDER/`keep`."""
    names = [stored.name for stored in blobs.files(folder)]
    blobs.delete([name for name in names if name != f"{folder}/{keep}"])
