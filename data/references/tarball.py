"""Read small files of an untrusted .tgz in memory, without unpacking it to the disk."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, cast

from data.errors import CorpusError

MAX_MEMBER = 1 << 20  # bytes of one file
MAX_UNPACKED = 128 << 20  # bytes of the whole archive; hanzi-writer-data has 32 MB
MAX_MEMBERS = 50_000


def members(path: Path, *, suffix: str) -> Iterator[tuple[str, bytes]]:
    """The file name and content of each regular file with a suffix, in the archive's order.

    Folders, links and devices are skipped. The name has no folder, so it cannot lead out of one.
    Raises CorpusError where the archive is damaged or larger than the limits.
    """
    try:
        with gzip.open(path) as unpacked:
            stream = cast(IO[bytes], _Bounded(cast(IO[bytes], unpacked), path))
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for number, member in enumerate(archive, start=1):
                    if number > MAX_MEMBERS:
                        raise CorpusError(f"{path} has more than {MAX_MEMBERS} files")
                    if member.isfile() and member.name.endswith(suffix):
                        yield PurePosixPath(member.name).name, _read(archive, member, path)
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
        if isinstance(error, CorpusError | FileNotFoundError | PermissionError):
            raise
        raise CorpusError(f"{path} is not a .tgz archive, or it is damaged: {error}") from error


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> bytes:
    if member.size > MAX_MEMBER:
        raise CorpusError(
            f"{path}: {member.name!r} has {member.size} bytes, more than {MAX_MEMBER}"
        )
    file = archive.extractfile(member)
    return file.read(MAX_MEMBER) if file else b""


class _Bounded:
    """A stream that raises CorpusError after MAX_UNPACKED bytes, whatever the headers claim."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path, self._left = file, path, MAX_UNPACKED

    def read(self, size: int) -> bytes:
        block = self._file.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise CorpusError(f"{self._path} unpacks to more than {MAX_UNPACKED} bytes")
        return block
