"""The figures of programs side by side: a row for each kind of drawing, a column for each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from service.bench.row import Row
from tests.bench.table import table

# "kanjicanvas, one_missing, 88 inks, zinnia: top-1", "kanjicanvas, clean, 92 inks: accepted by X"
NAMES = (
    r"(?P<source>\S+), (?P<kind>[^,]+), \d+ inks, (?P<program>.+): top-1",
    r"(?P<source>\S+), (?P<kind>[^,]+), \d+ inks: accepted by (?P<program>.+)",
)
SHORT = {"kanjicanvas": "careful", "mcyph-supplemental": "messy"}


def tables(rows: Iterable[Row]) -> str:
    """A table for the recognizers and one for the graders, of the rows that they have."""
    every = list(rows)
    return "\n\n".join(filter(None, (_table(name, every) for name in NAMES)))


def _table(name: str, rows: list[Row]) -> str:
    heads: list[str] = []
    kinds: dict[str, dict[str, str]] = {}
    for row in rows:
        if found := re.fullmatch(name, row.name):
            head = f"{SHORT.get(found['source'], found['source'])}: {found['program']}"
            heads += [head] if head not in heads else []
            kinds.setdefault(found["kind"], {})[head] = f"{row.value:.1f} %"
    if not kinds:
        return ""
    cells = ([kind.replace("_", " "), *(of[head] for head in heads)] for kind, of in kinds.items())
    return table(["", *heads], cells)
