"""The cache folder, and files that are replaced atomically."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from data.errors import DataError
from data.os_errors import why

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no more bytes can be written to the disk


def cache_dir() -> Path:
    """The folder for downloaded and built files; it may not exist yet.

    `$HITSUJUN_CACHE` where it is set, else the platform's cache folder: on Linux
    `$XDG_CACHE_HOME/hitsujun`, by default `~/.cache/hitsujun`. Raises DataError for a URL.
    """
    if chosen := os.environ.get("HITSUJUN_CACHE"):
        if "://" in chosen:
            raise DataError("HITSUJUN_CACHE must be the path of a folder, and no URL")
        return Path(chosen)
    return _platform_cache(os.environ.get("XDG_CACHE_HOME"), os.environ.get("HOME"))


@cache
def _platform_cache(*_: str | None) -> Path:
    """The platform's cache folder. It is looked up once for the variables that it depends on."""
    return user_cache_path("hitsujun", appauthor=False)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path` to write to, and renames it to `path` at the end.

    The rename is atomic: readers see the old file or the new one. After an error the temporary file
    is removed and `path` is unchanged. Missing parent folders are created. Raises OSError at once,
    before anything is written, where `path` cannot be written, and where the disk is full.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.touch(exist_ok=False)  # with the mode that the umask gives to any new file
    except OSError as error:
        raise _with_advice(named(error, path, partial), path) from error
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        named(error, path, partial)
        if error.errno in FULL:
            error.filename = str(path)  # the same error: whoever exits us may hold it
        raise
    finally:
        partial.unlink(missing_ok=True)


def named(error: OSError, path: Path, temporary: Path) -> OSError:
    """The same error; where it names `temporary`, or what lies in that folder, it names `path`."""
    if isinstance(error.filename, str | os.PathLike):
        at = Path(error.filename)
        if at == temporary or temporary in at.parents:
            error.filename = str(path)
    return error


def _with_advice(error: OSError, path: Path) -> OSError:
    """The error, with what to do where it is the cache that cannot be written."""
    if not path.is_relative_to(cache_dir()):
        return error
    return OSError(
        f"the cache folder {cache_dir()} cannot be written: {why(error)}; name another one with"
        " HITSUJUN_CACHE"
    )
