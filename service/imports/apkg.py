"""Decks of Anki (.apkg): the reviews of notes that are about one kanji.

The file is untrusted and a database: a process of its own with limits reads it (`main`), opens it
read-only, and reads the columns that it needs.
"""

from __future__ import annotations

import errno
import html
import json
import re
import sqlite3
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.references.store import load_references
from service.imports.imported import Imported, UnreadableFile, rated
from service.jobs.decoder import MOST_BYTES, MOST_CPU_SECONDS, limit_this_process

OLD = ("collection.anki21", "collection.anki2")  # SQLite with the schema 11, the newer first
NEW = "collection.anki21b"  # compressed by zstd, with another schema
MOST_MEMBERS = 20_000  # of the zip: media count, too
MOST_COLLECTION_BYTES = 100_000_000
MOST_EXPANSION = 100  # of the collection; decks reach 10
CHUNK = 1 << 16
LATEST_MS = 4_102_444_800_000  # the year 2100
RATINGS = {1: "again", 2: "hard", 3: "good", 4: "easy"}
MANUAL = 0  # ease of an entry that is no review: a card was rescheduled
MOST_SECONDS = 3600
FIELD_END = "\x1f"
TAG = re.compile(r"<[^>]*>")
REFUSED = "refused_file"  # key of an answer
WANTED = "export the deck as .apkg with scheduling, and 'Support older Anki versions' ticked"
REVIEWS = """
SELECT revlog.id, revlog.cid, revlog.ease, revlog.time, cards.nid
FROM revlog JOIN cards ON cards.id = revlog.cid ORDER BY revlog.id
"""


def main() -> int:
    """Read the .apkg whose path is the argument; write an Imported, or why it is none."""
    load_references()  # before the limits, for it maps a file
    limit_this_process(most_bytes=MOST_BYTES, most_cpu_seconds=MOST_CPU_SECONDS)
    try:
        found = read_apkg(Path(sys.argv[1]))
        answer: dict[str, Any] = {"events": found.events, "refused": found.refused}
    except UnreadableFile as error:
        answer = {REFUSED: str(error)}
    except MemoryError:
        answer = {REFUSED: "the deck takes too much memory to read; export a smaller one"}
    json.dump(answer, sys.stdout)
    return 0


def read_apkg(path: Path) -> Imported:
    """The reviews of a deck. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "collection"
        try:
            with zipfile.ZipFile(path) as package, collection.open("xb") as file:
                for chunk in _collection(package):
                    file.write(chunk)
            with closing(_open(collection)) as connection:
                return _reviews(connection)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise UnreadableFile(f"the file is not a deck of Anki; {WANTED}") from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # of zipfile, for an offset that is none
                raise
            raise UnreadableFile(f"the file is not a deck of Anki; {WANTED}") from error
        except (sqlite3.Error, RuntimeError, OverflowError) as error:
            raise UnreadableFile(f"the deck cannot be read; {WANTED}") from error


def _collection(package: zipfile.ZipFile) -> Iterator[bytes]:
    """The bytes of the collection, in parts. Nothing else of the file is read."""
    names = set(package.namelist())
    if len(package.infolist()) > MOST_MEMBERS:
        raise UnreadableFile(
            f"the deck has more than {MOST_MEMBERS} files; export it without media"
        )
    if NEW in names:
        raise UnreadableFile(f"the deck is of a newer format; {WANTED}")
    member = next((package.getinfo(name) for name in OLD if name in names), None)
    if member is None:
        raise UnreadableFile(f"the file is not a deck of Anki; {WANTED}")
    most = min(MOST_COLLECTION_BYTES, MOST_EXPANSION * max(member.compress_size, CHUNK))
    if member.flag_bits & 1:
        raise UnreadableFile(f"the deck is encrypted; {WANTED}")
    with package.open(member) as file:
        while chunk := file.read(CHUNK):
            most -= len(chunk)
            if most < 0:
                raise UnreadableFile("the deck is too large when it is unpacked")
            yield chunk


def _open(path: Path) -> sqlite3.Connection:
    """A database that may be anything, read-only and without what its schema would run."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA cell_size_check=ON")
    tables = {
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN"
            " ('notes', 'cards', 'revlog') AND sql NOT LIKE '%VIRTUAL%'"
        )
    }
    if tables != {"notes", "cards", "revlog"}:
        connection.close()
        raise UnreadableFile(f"the deck has no log of reviews; {WANTED}")
    return connection


def _reviews(connection: sqlite3.Connection) -> Imported:
    found = Imported()
    kanji: dict[int, str] = {}
    for note, fields in connection.execute("SELECT id, flds FROM notes"):
        if one := kanji_of(fields):
            kanji[note] = one
        else:
            found.refused["a note without a field that is one kanji"] += 1
    for row in connection.execute(REVIEWS):
        if not all(isinstance(value, int) for value in row) or not 0 < row[0] < LATEST_MS:
            found.refused["a review that is damaged"] += 1
            continue
        id, card, ease, milliseconds, note = row
        if note in kanji and ease in RATINGS:
            at = datetime.fromtimestamp(id / 1000, UTC)
            seconds = min(max(milliseconds, 0) / 1000, MOST_SECONDS)
            events = rated(kanji[note], RATINGS[ease], at, "anki", id, card, seconds=seconds)
            found.add(*events)
        elif note in kanji and ease != MANUAL:
            found.refused["a review without a rating"] += 1
    return found


def kanji_of(fields: object) -> str | None:
    """The first of a note's fields that is one character with strokes, without its HTML."""
    references: Mapping[str, Any] = load_references()
    for text in fields.split(FIELD_END) if isinstance(fields, str) else ():
        plain = html.unescape(TAG.sub("", text[:200])).strip()
        if len(plain) == 1 and plain in references:
            return plain
    return None


if __name__ == "__main__":
    sys.exit(main())
