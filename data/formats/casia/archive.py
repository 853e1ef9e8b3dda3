"""The files of a database: one file, those of a folder, or those in a .zip, which stays packed."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from data.errors import CorpusError, DataError

# What Python's zipfile raises on archives that are damaged, locked, or packed by unknown means.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    RuntimeError,
    OverflowError,
    struct.error,
)
MAX_MEMBERS = 100_000
MAX_MEMBER = 1 << 30  # bytes of one file, unpacked


@dataclass(frozen=True)
class Source:
    """A file on the disk, or `member` of the archive at `path`."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """Where it lies, for people: `Pot1.0Test.zip/1241.pot`, or the whole path."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def writer(self) -> str:
        """Who wrote it: CASIA's files are named by their writers."""
        return PurePosixPath(self.member or self.path.name).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.member or self.path.name).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, as a stream. Raises CorpusError where an archive is damaged or locked."""
        if self.member is None:
            with self.path.open("rb") as file:
                yield file
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                yield file
        except (DataError, FileNotFoundError, PermissionError):
            raise
        except BROKEN as error:
            raise CorpusError(f"{self.name} cannot be unpacked: {error}") from error


def sources(path: Path, suffixes: tuple[str, ...]) -> list[Source]:
    """The files with such suffixes that `path` is or holds, in the order of their names.

    Raises CorpusError where there are none, or where an archive is damaged or larger than the
    limits.
    """
    if path.is_dir():
        found = [Source(p) for p in sorted(path.rglob("*")) if p.suffix.lower() in suffixes]
    elif path.suffix.lower() == ".zip":
        found = [Source(path, member) for member in _members(path, suffixes)]
    else:
        return [Source(path)]
    if not found:
        raise CorpusError(f"{path} has no {' or '.join(suffixes)} files")
    return found


def _members(path: Path, suffixes: tuple[str, ...]) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            every = archive.infolist()
    except (FileNotFoundError, PermissionError):
        raise
    except BROKEN as error:
        raise CorpusError(f"{path} is no .zip archive, or is damaged: {error}") from error
    if len(every) > MAX_MEMBERS:
        raise CorpusError(f"{path} holds more than {MAX_MEMBERS} files")
    wanted = [i for i in every if PurePosixPath(i.filename).suffix.lower() in suffixes]
    large = next((info for info in wanted if info.file_size > MAX_MEMBER), None)
    if large:
        raise CorpusError(f"{path}: {large.filename} unpacks to more than {MAX_MEMBER} bytes")
    return sorted(info.filename for info in wanted if not info.is_dir())
