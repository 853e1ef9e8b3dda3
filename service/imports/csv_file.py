"""CSV: our own table of attempts, or three columns that any program can write."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from kanji.practice.days import Days
from kanji.practice.events import RATINGS
from service.imports.imported import Imported, UnreadableFile, overridden, rated

SIMPLE = ("kanji", "date", "rating")
OURS = ("at", "rating", "graded", "kanji", "id")  # what an export of ours has at least
NOON = time(12)  # of the learner's day, for a review that has a day and no time
WANTED = f"begin with the columns {','.join(SIMPLE)}, or send GET /v1/me/export?format=csv"
# How a field of our export is read; an empty one is left out.
FIELDS: Mapping[str, Callable[[str], Any]] = {
    "misses": int,
    "hints": int,
    "gave_up": lambda text: {"True": True, "False": False}[text],
    "seconds": float,
    "score": float,
    "read_as": str,
    "faulty_strokes": lambda text: [int(stroke) for stroke in text.split()],
}

Row = Mapping[str, str]


def read_csv(data: bytes, days: Days) -> Imported:
    """The attempts of a table; a day without a time is one of `days`, at noon.

    A row that cannot be read is refused with its line. Raises UnreadableFile where the file is no
    such table.
    """
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), strict=True, restval="")
        columns = set(rows.fieldnames or ())
        if not (columns >= set(OURS) or columns >= set(SIMPLE)):
            raise UnreadableFile(f"the first line is not that of a table of reviews; {WANTED}")
        read = _OfExport() if columns >= set(OURS) else _OfAnyone(days)
        found = Imported()
        for row in rows:
            try:
                found.add(*read(row))
            except (ValueError, KeyError, OverflowError) as error:
                if isinstance(error, UnreadableFile):
                    raise
                found.refused[f"line {rows.line_num}: {_reason(error)}"] += 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"the file is not CSV in UTF-8: {error}; {WANTED}") from error
    return found


class _OfExport:
    """A row of our own export."""

    def __call__(self, row: Row) -> Iterator[dict[str, Any]]:
        at = _moment(row["at"])
        _check_rating(row["graded"])
        read = {name: FIELDS[name](row[name]) for name in FIELDS if row.get(name)}
        id, when = row["id"], at.isoformat()
        yield {"kind": "attempt", "id": id, "at": when, "kanji": row["kanji"], **read}
        if row["rating"] != row["graded"]:
            yield overridden(id, _check_rating(row["rating"]), at)


class _OfAnyone:
    """A row of three columns. Rows that are the same count as several reviews of that day."""

    def __init__(self, days: Days) -> None:
        self._days, self._seen = days, Counter[tuple[str, ...]]()

    def __call__(self, row: Row) -> Iterator[dict[str, Any]]:
        kanji, when, rating = (row[name].strip() for name in SIMPLE)
        _check_rating(rating)
        if len(when) > len("2026-11-11"):
            at = named = _moment(when)
        else:  # the learner may change their time zone before the same table comes again
            day = date.fromisoformat(when)
            at, named = self._noon(day), datetime.combine(day, NOON, UTC)
        key = kanji, named.isoformat(), rating
        self._seen[key] += 1
        yield from rated(kanji, rating, at, "csv", *key, self._seen[key], named=named)

    def _noon(self, day: date) -> datetime:
        """Noon of a learner's day, or its begin where that is later."""
        begin = self._days.begin(day)
        noon = self._days.local(begin).replace(hour=NOON.hour, minute=0)
        return max(begin, noon.astimezone(UTC))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: write 2026-11-11T08:00:00Z")
    return at.astimezone(UTC)


def _check_rating(text: str) -> str:
    if text not in RATINGS:
        raise ValueError(f"no rating {text!r}: give {', '.join(RATINGS)}")
    return text


def _reason(error: Exception) -> str:
    if isinstance(error, OverflowError):
        return "the time is out of range"
    return str(error) if isinstance(error, ValueError) else f"{error} is not True or False"
