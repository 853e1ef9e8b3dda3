"""Files of PyTorch, which are .zip archives, and how much they unpack to. Needs no torch."""

from __future__ import annotations

import zipfile
from pathlib import Path

from data.errors import DataError

PICKLE = "data.pkl"
MOST_PICKLE_BYTES = 16 << 20  # the names and shapes of a million tensors need less
MOST_RATIO = 4  # of unpacked bytes to those of the file


def check_unpacked_size(path: Path) -> None:
    """Raises DataError for a file that would take far more memory than it has bytes.

    PyTorch writes an archive without compression, in which the pickle alone is small. What is no
    archive is left to whoever reads it.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(f"{path} is damaged: {error}") from error
    pickled = max((i.file_size for i in infos if i.filename.endswith(PICKLE)), default=0)
    if pickled > MOST_PICKLE_BYTES:
        raise DataError(f"{path}: {PICKLE} in it has {pickled} bytes; allowed: {MOST_PICKLE_BYTES}")
    unpacked, size = sum(info.file_size for info in infos), path.stat().st_size
    if unpacked > MOST_RATIO * size + MOST_PICKLE_BYTES:
        raise DataError(
            f"{path} has {size} bytes and unpacks to {unpacked}; allowed: {MOST_RATIO} times that"
        )
