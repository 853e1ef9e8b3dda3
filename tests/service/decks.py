"""Decks of Anki, written as Anki itself does where older versions are supported."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

Review = tuple[int, int, int, int]  # milliseconds since 1970, card, ease, milliseconds it took
TABLES = """
CREATE TABLE notes (id integer primary key, guid text, mid integer, flds text);
CREATE TABLE cards (id integer primary key, nid integer, ord integer);
CREATE TABLE revlog (id integer primary key, cid integer, ease integer, time integer,
    type integer);
"""


def collection(notes: Sequence[str], reviews: Sequence[Review], tables: str = TABLES) -> bytes:
    """A collection whose note n (from 1) has one card, n."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "collection"
        connection = sqlite3.connect(path)
        connection.executescript(tables)
        for n, fields in enumerate(notes, start=1):
            connection.execute("INSERT INTO notes VALUES (?, ?, 1, ?)", (n, f"guid{n}", fields))
            connection.execute("INSERT INTO cards VALUES (?, ?, 0)", (n, n))
        if reviews:
            connection.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, 1)", reviews)
        connection.commit()
        connection.close()
        return path.read_bytes()


def package(**members: bytes) -> bytes:
    """An .apkg; a member `collection_anki2` is named collection.anki2."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as apkg:
        for name, data in members.items():
            apkg.writestr(name.replace("_", "."), data)
    return file.getvalue()
