"""The file of a backup: a tar with rows, pictures, and a manifest that says what must be in it.

    manifest.json              format, versions, tables with counts and kinds, hashes of all files
    tables/NAME.jsonl          the rows of a table
    pictures/FOLDER/FILE       a stored picture

Nothing is ever unpacked by the names in the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from data.cache import named
from data.errors import DataError
from data.json_text import json_value
from service.errors import BackupError

FORMAT = 1
MANIFEST, TABLES, PICTURES = "manifest.json", "tables/", "pictures/"
CHUNK_BYTES = 1 << 20
MOST_MANIFEST_BYTES = 1 << 30

Manifest = dict[str, Any]


class ArchiveWriter:
    """Adds files to a backup and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.hashes: dict[str, str] = {}

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """Add a file of lines, through a temporary file. Returns the number of lines."""
        count = 0
        with tempfile.TemporaryFile(dir=Path(str(self._tar.name)).parent) as file:
            for line in lines:
                file.write(line)
                count += 1
            size = file.tell()
            file.seek(0)
            self.add(name, file, size)
        return count

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """Add a file of a known size. Raises OSError where it turns out to be shorter."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(file)
        self._tar.addfile(info, hashed)
        self.hashes[name] = hashed.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, which is the last file."""
        text = json.dumps({"format": FORMAT, **manifest, "files": self.hashes}, indent=1).encode()
        self.add(MANIFEST, io.BytesIO(text), len(text))


class ArchiveReader:
    """A backup whose files are what its manifest says. `path`: for messages."""

    def __init__(self, tar: tarfile.TarFile, path: Path) -> None:
        self._tar, self._path = tar, path
        self._members = {member.name: member for member in tar.getmembers() if member.isfile()}
        self.manifest = self._read_manifest()

    def check(self) -> None:
        """Read everything. Raises BackupError for a file that is missing, more, or other."""
        hashes = self.manifest["files"]
        others = set(hashes) ^ (set(self._members) - {MANIFEST})
        if others:
            raise BackupError(f"{self._path} is damaged: {sorted(others)[0]} is missing or unknown")
        for name, expected in hashes.items():
            digest = hashlib.sha256()
            with self.open(name) as file:
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
            if digest.hexdigest() != expected:
                raise BackupError(f"{self._path} is damaged: {name} has another hash")

    def open(self, name: str) -> IO[bytes]:
        """A file of the backup."""
        file = self._tar.extractfile(self._members[name])
        assert file  # only files are members
        return file

    def pictures(self) -> list[str]:
        """The names of the stored pictures, FOLDER/FILE."""
        return [name.removeprefix(PICTURES) for name in self._members if name.startswith(PICTURES)]

    def _read_manifest(self) -> Manifest:
        member = self._members.get(MANIFEST)
        if member is None or member.size > MOST_MANIFEST_BYTES:
            raise BackupError(f"{self._path} is no backup, or one that was not finished")
        manifest = _manifest(json_value(self.open(MANIFEST).read()))
        if manifest.get("format") != FORMAT:
            raise BackupError(
                f"{self._path} has format {manifest.get('format')}; this version reads {FORMAT}"
            )
        return manifest


@contextmanager
def writing_archive(path: Path) -> Iterator[ArchiveWriter]:
    """A backup that is there at the end, whole and readable by this user only; or not at all.

    Raises BackupError where the file is there already.
    """
    if path.exists():
        raise BackupError(f"{path} exists already; name another file")
    partial = path.with_name(f".{path.name}.partial")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(partial, "w", fileobj=file) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)  # fails where another process has made the file meanwhile
    except OSError as error:
        named(error, path, partial)
        raise
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def reading_archive(path: Path) -> Iterator[ArchiveReader]:
    """A checked backup. Raises BackupError, and OSError where it cannot be read."""
    try:
        with tarfile.open(path, "r:") as tar:
            reader = ArchiveReader(tar, path)
            reader.check()
            yield reader
    except (tarfile.TarError, UnicodeDecodeError, DataError) as error:
        raise BackupError(f"{path} is no backup, or is damaged: {error}") from error


def _manifest(value: Any) -> Manifest:
    """A manifest whose parts have the types that are relied on. Raises DataError."""
    types = {"files": dict, "tables": dict, "revision": str, "version": str}
    if not isinstance(value, dict):
        raise DataError(f"{MANIFEST} is not an object")
    wrong = [name for name, kind in types.items() if not isinstance(value.get(name), kind)]
    if "format" not in value or (value["format"] == FORMAT and wrong):
        raise DataError(f"{MANIFEST} lacks {', '.join(wrong) or 'format'}")
    return value


class _Hashed:
    """A file to read whose hash is computed meanwhile."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data

    def hexdigest(self) -> str:
        return self._digest.hexdigest()
