"""JSONL: one ink on each line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from data.cache import replacing
from data.errors import InkError
from data.ink import Ink

MAX_LINE = 8 << 20  # bytes of a line


def read_jsonl(path: Path) -> Iterator[Ink]:
    """Yields the inks of a JSONL file; blank lines are skipped.

    Raises InkError with the file and the line, and OSError where the file cannot be read.
    """
    yield from read_lines(path, 0, None)


def read_lines(path: Path, begin: int, end: int | None) -> Iterator[Ink]:
    """Yields the inks of the lines that start at a byte in [begin, end); None: to the file's end.

    Raises InkError with the file and the line. Line numbers are counted only for an error.
    """
    with path.open("rb") as lines:
        if begin:
            lines.seek(begin - 1)
            lines.readline()  # the rest of a line that starts before `begin`
        while end is None or lines.tell() < end:
            offset = lines.tell()
            line = lines.readline(MAX_LINE + 1)
            if not line:
                return
            if not line.strip():
                continue
            try:
                if len(line) > MAX_LINE:
                    raise InkError(f"the line has more than {MAX_LINE} bytes")
                yield Ink.from_wire(json.loads(line))
            except (InkError, ValueError, RecursionError) as error:
                number = _line_number(path, offset)
                raise InkError(f"{path}, line {number}: {error}") from error


def write_jsonl(path: Path, inks: Iterable[Ink]) -> int:
    """Writes one ink on each line and returns the number of inks."""
    count = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        for ink in inks:
            count += 1
            file.write(json.dumps(ink.to_wire(), ensure_ascii=False) + "\n")
    return count


def _line_number(path: Path, offset: int) -> int:
    """The number, from 1, of the line that starts at byte `offset`."""
    with path.open("rb") as file:
        number, left = 1, offset
        while left > 0 and (block := file.read(min(left, 1 << 20))):
            number += block.count(b"\n")
            left -= len(block)
        return number
