"""The statements of a UNIPEN file: keywords with their arguments, and lines of numbers.

A statement starts with a dot in the first column. Its arguments are separated by spaces, tabs and
line ends, and it goes on until the next statement.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from data.errors import InkError

MAX_LINE = 1 << 16  # bytes of a line, and characters of a segment

_KEYWORD = re.compile(r"\.([A-Za-z]\w*)")
_SEGMENT = re.compile(
    r'(?P<level>[^\s"]+)'
    r'(?:\s+(?P<delineation>\?|[\d,:-]+))?(?:\s+(?P<quality>[^\s"]+))?'
    r'(?:\s+"(?P<label>(?:[^"\\]|\\.)*)")?\s*'
)
_JIS = re.compile(r"JISx([0-9a-fA-F]{4})(?:_.*)?")
_COMPONENTS = ("PEN_DOWN", "PEN_UP")
_WITHIN = ("DT", "COMMENT")  # may stand between the points of a component
_CONTINUED = ("SEGMENT", "COORD")  # statements that are read over several lines
_NUMERIC = "+-.0123456789"


class Statements:
    """Iterates over (keyword, arguments); a line of points in a component has the keyword "".

    `line`: the number, from 1, of the line in which the latest statement or line of points began.
    `lines_read`: the number of lines that were read.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.line = 0
        self._file = file
        self.lines_read = 0

    def __iter__(self) -> Iterator[tuple[str, str]]:
        waiting: tuple[str, str, int] | None = None  # a statement that may go on, and its line
        keyword, is_component = "", False
        for text in self._lines():
            match = _KEYWORD.match(text)
            if match is None and waiting:
                waiting = _continued(waiting, text)
            elif match is None:
                # After a comment in a component its points go on, and so may the comment.
                if is_component and (keyword != "COMMENT" or text[0] in _NUMERIC):
                    self.line = self.lines_read
                    yield "", text
            else:
                if waiting:
                    yield self._statement(waiting)
                keyword, waiting = (
                    match[1],
                    (match[1], text[match.end() :].strip(), self.lines_read),
                )
                is_component = keyword in _COMPONENTS or (is_component and keyword in _WITHIN)
                if keyword not in _CONTINUED:
                    yield self._statement(waiting)
                    waiting = None
        if waiting:
            yield self._statement(waiting)

    def _statement(self, statement: tuple[str, str, int]) -> tuple[str, str]:
        keyword, arguments, self.line = statement
        return keyword, arguments

    def _lines(self) -> Iterator[str]:
        """Yields the lines that are not blank, stripped."""
        while line := self._file.readline(MAX_LINE + 1):
            self.lines_read += 1
            if len(line) > MAX_LINE:
                self.line = self.lines_read
                raise InkError(f"the line has more than {MAX_LINE} bytes")
            text = line.decode("utf-8-sig" if self.lines_read == 1 else "utf-8", "replace").strip()
            if text:
                yield text


def _continued(statement: tuple[str, str, int], text: str) -> tuple[str, str, int]:
    keyword, arguments, line = statement
    if len(arguments) > MAX_LINE:
        raise InkError(f"a .{keyword} has more than {MAX_LINE} characters")
    return keyword, f"{arguments} {text}", line


@contextmanager
def opened(path: Path) -> Iterator[Statements]:
    """Opens a file. An InkError within the block gets the file and the line as a prefix."""
    with path.open("rb") as file:
        statements = Statements(file)
        try:
            yield statements
        except InkError as error:
            raise InkError(f"{path}, line {statements.line}: {error}") from error


@dataclass(frozen=True)
class Segment:
    """A `.SEGMENT` statement.

    `level`: of the hierarchy, e.g. CHARACTER or WORD. `ranges`: first and last component of each
    range, in ascending order; empty where the file leaves it to the order of the statements, which
    is written `?`. `is_partial`: a range begins or ends within a component. `label`: the text that
    was written, or None.
    """

    level: str
    ranges: tuple[tuple[int, int], ...]
    is_partial: bool
    label: str | None

    @property
    def is_character(self) -> bool:
        """Its level is that of characters."""
        return self.level.upper() in ("CHARACTER", "CHAR")

    @property
    def has_one_character(self) -> bool:
        """Its label is a single character, whatever its level."""
        return self.label is not None and len(unicodedata.normalize("NFC", self.label)) == 1

    def __str__(self) -> str:
        """As in the file, without quality and label."""
        ranges = (f"{a}" if a == b else f"{a}-{b}" for a, b in self.ranges)
        return f".SEGMENT {self.level} {','.join(ranges) or '?'}"


def parse_segment(text: str) -> Segment:
    """Parses the arguments of a `.SEGMENT`. Raises InkError where they are malformed."""
    match = _SEGMENT.fullmatch(text)
    if not match:
        raise InkError(
            f".SEGMENT {text[:60]}: its arguments are a level, components such as 0-2,5, a quality"
            " and a label in quotes"
        )
    delineation, label = match["delineation"] or "?", match["label"]
    return Segment(
        match["level"],
        () if delineation == "?" else _ranges(delineation),
        ":" in delineation,
        _label(label) if label else None,
    )


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    """First and last component of each range in e.g. `0-2,5`; points, as in `1:40-3`, are left out.

    Raises InkError where they are not in ascending order.
    """
    ranges: list[tuple[int, int]] = []
    for word in text.split(","):
        ends = [end.partition(":")[0] for end in word.split("-")]
        if not 1 <= len(ends) <= 2 or not all(end.isdecimal() for end in ends) or len(word) > 40:
            raise InkError(f"{text[:40]!r} is not a list of components such as 0-2,5")
        first, last = int(ends[0]), int(ends[-1])
        if last < first or (ranges and first <= ranges[-1][1]):
            raise InkError(f"the components {text[:40]} are not in ascending order")
        if last > 1 << 60:
            raise InkError(f"there is no component {last}")
        ranges.append((first, last))
    return tuple(ranges)


def _label(text: str) -> str:
    """A label as a string: its Shift-JIS code decoded, or its escapes replaced."""
    if match := _JIS.fullmatch(text):
        try:
            return bytes.fromhex(match[1]).decode("cp932")
        except UnicodeDecodeError as error:
            raise InkError(f"the label {text!r} is not a Shift-JIS code") from error
    if "\ufffd" in text:
        raise InkError("a label is not UTF-8")
    letters = {"n": "\n", "t": "\t"}
    return re.sub(r"\\(.)", lambda escape: letters.get(escape[1], escape[1]), text)
