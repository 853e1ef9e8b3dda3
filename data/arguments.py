"""What the arguments of all commands may be: numbers in a range, and paths.

They are argparse's types. A wrong number is argparse's error. A wrong path is the OSError that
using it would raise later.
"""

from __future__ import annotations

import argparse
import errno
import math
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.errors import DataError

STANDARD_INPUT = Path("-")


def whole(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """A type: integers from `least` to `most`, both allowed; None: any."""
    allowed = f"a whole number{_limits(least, most)}"

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no number; allowed: {allowed}") from None
        _check_limits(value, least, most, allowed)
        return value

    return parse


def number(least: float | None = None, most: float | None = None) -> Callable[[str], float]:
    """A type: numbers from `least` to `most`, both allowed; never infinite or NaN."""
    allowed = f"a number{_limits(least, most)}"

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no number; allowed: {allowed}") from None
        if not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"{text} is not allowed; allowed: {allowed}")
        _check_limits(value, least, most, allowed)
        return value

    return parse


@dataclass(frozen=True)
class PathType:
    """A type: a path, which `check` is called with when all arguments have been read.

    `check` raises the OSError that using the path would raise later, or DataError.
    """

    check: Callable[[Path], None]

    def __call__(self, text: str) -> Path:
        return Path(text)


def new_file(*suffixes: str) -> PathType:
    """A type: a file to write, whose suffix is one of `suffixes`; any where there are none.

    Its folder may be missing; whoever writes the file creates it.
    """

    def check(path: Path) -> None:
        if suffixes and path.suffix.lower() not in suffixes:
            raise DataError(f"cannot write {path}: its suffix must be {' or '.join(suffixes)}")
        _refuse_folder(path)
        _check_writable(path)

    return PathType(check)


def _error(kind: type[OSError], number: int, path: Path) -> OSError:
    return kind(number, os.strerror(number), str(path))


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise _error(IsADirectoryError, errno.EISDIR, path)


def _check_existing(path: Path) -> None:
    path.stat()


def _check_file(path: Path) -> None:
    path.stat()
    _refuse_folder(path)


def _check_folder(path: Path) -> None:
    if not stat.S_ISDIR(path.stat().st_mode):
        raise _error(NotADirectoryError, errno.ENOTDIR, path)


def _check_new_folder(path: Path) -> None:
    if path.exists():
        _check_folder(path)
    _check_writable(path / "file")


def _check_ink(path: Path) -> None:
    if path != STANDARD_INPUT:
        path.stat()
    elif sys.stdin is None or sys.stdin.isatty():
        raise DataError(
            "- reads JSONL from standard input, and nothing is piped into it; name a file, or"
            " write - < INK.jsonl"
        )


def _check_writable(path: Path) -> None:
    """Raises OSError where the nearest folder that exists is a file, or cannot be written."""
    folder = next(one for one in path.absolute().parents if one.exists())
    if not folder.is_dir():
        raise _error(NotADirectoryError, errno.ENOTDIR, folder)
    if not os.access(folder, os.W_OK):
        raise _error(PermissionError, errno.EACCES, folder)


existing = PathType(_check_existing)  # a file or a folder that is there
existing_file = PathType(_check_file)
existing_folder = PathType(_check_folder)
ink_source = PathType(_check_ink)  # a file or folder of ink, or `-`: JSONL from standard input
new_folder = PathType(_check_new_folder)  # a folder to write, which may be there


def _limits(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f", {least} or more"
    return "" if most is None else f", at most {most}"


def _check_limits(value: float, least: float | None, most: float | None, allowed: str) -> None:
    if (least is not None and value < least) or (most is not None and value > most):
        raise argparse.ArgumentTypeError(f"{value} is not allowed; allowed: {allowed}")
