"""Whether a file is still the one that was checked."""

from __future__ import annotations

from pathlib import Path

from data.errors import CorpusError


class FileStamp:
    """The size and modification time of a file now, which tell later whether it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._stamp = self._now()

    def check(self) -> None:
        """Raises CorpusError where the file has changed: what was checked of it holds no more."""
        try:
            has_changed = self._now() != self._stamp
        except OSError as error:
            raise CorpusError(f"{self.path} can no longer be read: {error}") from error
        if has_changed:
            raise CorpusError(f"{self.path} has changed since it was opened; open it again")

    def _now(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_size, status.st_mtime_ns
