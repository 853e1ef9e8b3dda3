"""JSONL: one ink a line, read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from data.cache import replacing
from data.errors import InkError
from data.ink import Ink

MAX_LINE = 8 << 20  # bytes of a line of JSONL


def read_jsonl(path: Path) -> Iterator[Ink]:
    """The inks of a JSONL file, one a line, blank lines skipped.

    Raises InkError that names the file and the line, OSError where the file cannot be read.
    """
    yield from read_lines(path, 0, None)


def read_lines(path: Path, begin: int, end: int | None) -> Iterator[Ink]:
    """The inks of the lines of a JSONL file that start at a byte of [begin, end).

    Raises InkError that names the file and the line, which it counts only then.
    """
    with path.open("rb") as lines:
        if begin:
            lines.seek(begin - 1)
            lines.readline()  # the rest of a line that starts before
        while end is None or lines.tell() < end:
            at = lines.tell()
            line = lines.readline(MAX_LINE + 1)
            if not line:
                return
            if not line.strip():
                continue
            try:
                if len(line) > MAX_LINE:
                    raise InkError(f"a line has more than {MAX_LINE} bytes")
                yield Ink.from_wire(json.loads(line))
            except (InkError, ValueError, RecursionError) as error:
                raise InkError(f"{path}, line {_line_of(path, at)}: {error}") from error


def _line_of(path: Path, offset: int) -> int:
    """The number, from 1, of the line that starts at a byte."""
    with path.open("rb") as file:
        lines, left = 1, offset
        while left > 0 and (block := file.read(min(left, 1 << 20))):
            lines += block.count(b"\n")
            left -= len(block)
        return lines


def write_jsonl(path: Path, inks: Iterable[Ink]) -> int:
    """Write inks as JSONL, one a line, and return how many there were."""
    count = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        for ink in inks:
            count += 1
            file.write(json.dumps(ink.to_wire(), ensure_ascii=False) + "\n")
    return count
