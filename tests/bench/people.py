"""The real handwriting in `../shared/ink`, for validation only."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from data.ink import Ink

PEOPLE = Path(__file__).parents[3] / "shared" / "ink" / "people.jsonl.gz"

# Wrongly labelled: they show 肌, 肢 and 自.
MISLABELLED = {("kanjicanvas", "肉"), ("kanjicanvas", "肝"), ("kanjicanvas", "臨")}


def people(source: str) -> Iterator[Ink]:
    """Yields the inks of one source, in file order."""
    with gzip.open(PEOPLE, "rt", encoding="utf-8") as lines:
        for line in lines:
            wire = json.loads(line)
            if wire["source"] == source:
                yield Ink.from_wire(wire)
