"""What the arguments of all commands may be: numbers in a range, and paths.

They are argparse's types. A value that is not allowed is DataError, and a path that cannot be used
is the OSError that using it would raise later.
"""

from __future__ import annotations

import argparse
import errno
import math
import os
import re
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data.errors import DataError
from data.suffixes import suffix_fault
from data.writable import check_writable

STANDARD_INPUT = Path("-")
URL = re.compile(r"[A-Za-z][\w+.-]+://")  # how one begins

Role = Literal["", "read", "written"]  # what is done with the file that an argument names


@dataclass(frozen=True)
class Checked:
    """A type: what `parse` makes of the text, which `check` is called with after the parsing.

    `check` takes the value and the name of its argument, and raises DataError or OSError. So all
    arguments have been read before any of them is refused for its value. A command is refused where
    a file that is written is one that is read; both are told by `role`.
    """

    parse: Callable[[str], Any]
    check: Callable[[Any, str], object] = lambda *_: None
    role: Role = ""

    def __call__(self, text: str) -> Any:
        return self.parse(text)


def whole(least: int, most: int | None = None) -> Checked:
    """A type: integers from `least` to `most`, both allowed; None: any."""
    return Checked(parse_int, _within(least, most))


def number(least: float, most: float | None = None) -> Checked:
    """A type: finite numbers from `least` to `most`, both allowed; None: any."""
    return Checked(parse_float, _within(least, most))


def parse_int(text: str) -> int:
    """An integer. Raises ArgumentTypeError."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def parse_float(text: str) -> float:
    """A number, which may be infinite or NaN. Raises ArgumentTypeError."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def parse_path(text: str) -> Path:
    """A path; an empty text, which pathlib reads as the working folder, is none, nor is a URL.

    Raises ArgumentTypeError.
    """
    if URL.match(text):
        raise argparse.ArgumentTypeError(f"{text!r} is a URL: give a path on this machine")
    return Path(parse_name(text))


def parse_name(text: str) -> str:
    """A path, or what else an argument may name, as it was given. Raises ArgumentTypeError."""
    if not text:
        raise argparse.ArgumentTypeError("'' names nothing: give a file or a folder; . is this one")
    return text


def new_file(*suffixes: str) -> Checked:
    """A type: a file to write, whose suffix is one of `suffixes`; any where there are none.

    Its folder may be missing; whoever writes the file creates it.
    """

    def check(path: Path, _: str) -> None:
        if suffixes and (fault := suffix_fault(path, suffixes)):
            raise DataError(fault)
        _refuse_folder(path)
        check_writable(path)

    return Checked(parse_path, check, "written")


def _error(kind: type[OSError], number: int, path: Path) -> OSError:
    return kind(number, os.strerror(number), str(path))


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise _error(IsADirectoryError, errno.EISDIR, path)


def _check_existing(path: Path, _: str = "") -> None:
    path.stat()


def _check_file(path: Path, _: str = "") -> None:
    path.stat()
    _refuse_folder(path)


def _check_folder(path: Path, _: str = "") -> None:
    if not stat.S_ISDIR(path.stat().st_mode):
        raise _error(NotADirectoryError, errno.ENOTDIR, path)


def _check_new_folder(path: Path, _: str = "") -> None:
    if path.exists():
        _check_folder(path)
    try:
        check_writable(path / "file")
    except OSError as error:
        if error.filename == str(path / "file"):
            error.filename = str(path)
        raise


def _check_ink(path: Path, _: str = "") -> None:
    if path != STANDARD_INPUT:
        path.stat()
    elif sys.stdin is None or sys.stdin.isatty():
        raise DataError(
            "- reads JSONL from standard input, and nothing is piped into it; name a file, or"
            " write - < INK.jsonl"
        )


existing = Checked(parse_path, _check_existing, "read")  # a file or a folder that is there
existing_file = Checked(parse_path, _check_file, "read")
existing_folder = Checked(parse_path, _check_folder, "read")
file_or_name = Checked(parse_name, role="read")  # of a file, or of what has a name and no file
ink_source = Checked(parse_path, _check_ink, "read")  # of ink: a file, a folder, or `-`
new_folder = Checked(parse_path, _check_new_folder)  # a folder to write, which may be there


def _within(least: float, most: float | None) -> Callable[[float, str], None]:
    allowed = f"{least} or more" if most is None else f"{least} to {most}"
    largest = math.inf if most is None else most

    def check(value: float, name: str) -> None:
        if not least <= value <= largest or math.isinf(value):
            raise DataError(f"{name} is {value}; allowed: {allowed}")

    return check
