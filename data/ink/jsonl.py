"""JSONL: one ink on each line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import IO

from data.cache import replacing
from data.content import check_content, is_pipe
from data.errors import DataError, InkError
from data.ink import Ink
from data.json_text import json_value

MAX_LINE = 8 << 20  # bytes of a line


def read_jsonl(path: Path) -> Iterator[Ink]:
    """Yields the inks of a JSONL file; blank lines are skipped.

    Raises InkError with the file and the line, or with what the file is where it is recognized as
    another kind of file, and OSError where the file cannot be read.
    """
    yield from read_lines(path, 0, None)


def read_lines(path: Path, begin: int, end: int | None) -> Iterator[Ink]:
    """Yields the inks of the lines that start at a byte in [begin, end); None: to the file's end.

    Raises InkError with the file and the line, or with what the file is where it is recognized as
    another kind of file. Line numbers are counted only for an error.
    """
    if not begin:
        check_content(path, "JSONL")
    if is_pipe(path):
        with path.open("rb") as lines:
            yield from read_stream(lines, str(path))
        return
    with path.open("rb") as lines:
        if begin:
            lines.seek(begin - 1)
            lines.readline()  # the rest of a line that starts before `begin`
        first = lines.tell()
        yield from _inks(lines, lambda n: f"{path}, line {_line_number(path, first) + n}", end)


def read_stream(lines: IO[bytes], name: str) -> Iterator[Ink]:
    """Yields the inks of lines as they arrive; `name`: what errors call them. Raises InkError."""
    return _inks(lines, lambda n: f"{name}, line {n + 1}")


def _inks(lines: IO[bytes], place: Callable[[int], str], end: int | None = None) -> Iterator[Ink]:
    """The inks of the lines that start before byte `end`; None: of all.

    `place`: what an error calls the line after n others.
    """
    for number in count():
        if end is not None and lines.tell() >= end:
            return
        line = lines.readline(MAX_LINE + 1)
        if not line:
            return
        if not line.strip():
            continue
        try:
            if len(line) > MAX_LINE:
                raise InkError(f"the line has more than {MAX_LINE} bytes")
            ink = Ink.from_wire(_parse(line))
        except InkError as error:
            raise InkError(f"{place(number)}: {error}") from error
        yield ink


def write_jsonl(path: Path, inks: Iterable[Ink]) -> int:
    """Writes one ink on each line and returns the number of inks."""
    written = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        for ink in inks:
            written += 1
            file.write(json.dumps(ink.to_wire(), ensure_ascii=False) + "\n")
    return written


def _parse(line: bytes) -> object:
    """The JSON value of a line. Raises InkError where it is not JSON in UTF-8."""
    try:
        return json_value(line)
    except DataError as error:
        raise InkError(str(error)) from error


def _line_number(path: Path, offset: int) -> int:
    """The number, from 1, of the line that starts at byte `offset`."""
    with path.open("rb") as file:
        number, left = 1, offset
        while left > 0 and (block := file.read(min(left, 1 << 20))):
            number += block.count(b"\n")
            left -= len(block)
        return number
