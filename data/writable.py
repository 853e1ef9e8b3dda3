"""Whether a file can be written, before the work that makes it."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def check_writable(path: Path) -> None:
    """Raises OSError, which names the path, where no file can be created there; leaves none behind.

    A folder that is missing is created by whoever writes: then the nearest one that exists counts.
    """
    from tempfile import NamedTemporaryFile  # not for --help

    folder = nearest_folder(path)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    try:  # with a name as long as that of the temporary file that is written first
        with NamedTemporaryFile(dir=folder, prefix=f".{path.name}.", suffix=path.suffix) as probe:
            probe.write(b"\0")
            probe.flush()
    except FileNotFoundError as error:  # the folder is there: /proc, which takes no file
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path)) from error
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def nearest_folder(path: Path) -> Path:
    """The innermost of the folders around a path that exists; it may turn out to be a file."""
    return next(one for one in path.absolute().parents if one.exists())
