"""Pictures in a folder that only this user may read."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from service.blobs.blobs import Stored

FOLDER_MODE, FILE_MODE = 0o700, 0o600
PARTIAL = "."  # prefix of files that are being written


class FolderBlobs:
    """One folder for each folder of names. Folders have mode 0700 and files 0600."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, file: Path) -> None:
        """Store a file, which is on the disk before this returns."""
        path = self._root / name
        self._root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        partial = path.with_name(f"{PARTIAL}{secrets.token_hex(4)}")
        try:
            descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
            with file.open("rb") as source, os.fdopen(descriptor, "wb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """The file itself."""
        return (self._root / name).open("rb")

    def size(self, name: str) -> int:
        """Bytes of the file."""
        return (self._root / name).stat().st_size

    def files(self, folder: str = "") -> Iterator[Stored]:
        """What is being written is listed too, so that a sweep finds it after a crash."""
        for path in sorted((self._root / folder).glob("*" if folder else "*/*")):
            with suppress(FileNotFoundError):  # deleted meanwhile
                status = path.stat()
                name = path.relative_to(self._root).as_posix()
                yield Stored(name, status.st_size, status.st_mtime)

    def delete(self, names: Iterable[str]) -> None:
        """A folder goes with its last file."""
        for name in names:
            path = self._root / name
            path.unlink(missing_ok=True)
            with suppress(OSError):  # it has other files, or has gone
                path.parent.rmdir()
