"""The data folder: created for this user alone, and tried out before it is relied on."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.os_errors import why
from service.errors import SettingsError

FOLDER_MODE = 0o700


def create_data_folder(folder: Path) -> None:
    """Create the folder where it is missing. Raises SettingsError where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        try_writing(folder)
    except OSError as error:
        raise SettingsError(
            f"the data folder {folder} cannot be written: {why(error)};"
            " name another one with --data-dir or HITSUJUN_DATA_DIR"
        ) from error


def missing_of(paths: Iterable[Path]) -> list[Path]:
    """What is not there of these paths and of the folders around them, the innermost first."""
    every = {one for path in paths for one in (path.absolute(), *path.absolute().parents)}
    return sorted((one for one in every if not one.exists()), key=lambda one: -len(one.parts))


@contextmanager
def no_empty_folders(*folders: Path) -> Iterator[None]:
    """Removes what was made of these folders meanwhile, and of those around them, if empty."""
    missing = missing_of(folders)
    try:
        yield
    finally:
        for folder in missing:
            with suppress(OSError):  # it is not there, or has something in it
                folder.rmdir()


def try_writing(folder: Path) -> None:
    """Write a few bytes to a file in the folder, and remove it. Raises OSError."""
    path = folder / f".probe-{secrets.token_hex(4)}"
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(file, b"probe")
    finally:
        os.close(file)
        path.unlink()
