"""The files of a database: a single file, the files of a folder, or the members of a .zip.

Archives are read without unpacking them to the disk.
"""

from __future__ import annotations

import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from data.content import ZIP, head_of, named_content, refuse_pipe
from data.errors import CorpusError, DataError
from data.folders import files_below

# What Python's zipfile raises for archives that are damaged, encrypted, or use another compression.
ZIP_ERRORS = (
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
ONLINE = (".pot", ".ptts")  # suffixes of files of ink
MAX_MEMBERS = 20_000  # all databases of CASIA together have about 9,000 files
MAX_MEMBER = 1 << 30  # bytes of one file, unpacked


@dataclass(frozen=True)
class Source:
    """The file at `path`, or `member` of the archive at `path`."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """A name for messages: the whole path, or `Pot1.0Test.zip/1241.pot` for a member."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def writer(self) -> str:
        """The writer's name: CASIA names its files by their writers."""
        return PurePosixPath(self.member or self.path.name).stem

    @property
    def suffix(self) -> str:
        """The suffix in lower case, e.g. ".pot"."""
        return PurePosixPath(self.member or self.path.name).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Opens the bytes as a stream. Raises CorpusError for a damaged or encrypted archive."""
        if self.member is None:
            with self.path.open("rb") as file:
                yield file
            return
        try:
            with _archive(self.path).open(self.member) as file:
                yield file
        except (DataError, FileNotFoundError, PermissionError):
            raise
        except ZIP_ERRORS as error:
            raise CorpusError(f"{self.name} cannot be unpacked: {error}") from error


def sources(path: Path, suffixes: tuple[str, ...]) -> list[Source]:
    """The files with one of `suffixes` in a folder or .zip, sorted by name; else `path` itself.

    Raises CorpusError where there are none, and where an archive is damaged or exceeds a limit.
    """
    if path.is_dir():
        files = [Source(file) for file in files_below(path, suffixes)]
    elif path.suffix.lower() == ".zip":
        files = [Source(path, member) for member in _members(path, suffixes)]
    else:
        return [Source(path)]
    if not files:
        raise CorpusError(f"{path} has no {' or '.join(suffixes)} files")
    return files


def _archive(path: Path) -> zipfile.ZipFile:
    """The archive, which stays open for its next member: opening it reads the list of them all."""
    facts = path.stat()
    return _opened(path, os.getpid(), (facts.st_ino, facts.st_size, facts.st_mtime_ns))


@lru_cache(maxsize=1)
def _opened(path: Path, _process: int, _version: tuple[int, int, int]) -> zipfile.ZipFile:
    """A process does not read through the file that its parent opened: they share its position."""
    return zipfile.ZipFile(path)


def _members(path: Path, suffixes: tuple[str, ...]) -> list[str]:
    refuse_pipe(path)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (FileNotFoundError, PermissionError):
        raise
    except ZIP_ERRORS as error:
        if not zipfile.is_zipfile(path) and (found := named_content(head_of(path))) != ZIP:
            raise CorpusError(f"{path} is {found}, not {ZIP}") from error
        raise CorpusError(f"{path} is a damaged .zip archive: {error}") from error
    if len(infos) > MAX_MEMBERS:
        raise CorpusError(
            f"{path} has {len(infos)} files; allowed: {MAX_MEMBERS}. Divide it into several"
        )
    matching = [i for i in infos if PurePosixPath(i.filename).suffix.lower() in suffixes]
    large = next((info for info in matching if info.file_size > MAX_MEMBER), None)
    if large:
        raise CorpusError(f"{path}: {large.filename} unpacks to more than {MAX_MEMBER} bytes")
    return sorted(info.filename for info in matching if not info.is_dir())
