"""Writes everything that an installation holds into one file, while the service goes on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table

from service.backup.archive import PICTURES, TABLES, ArchiveWriter, writing_archive
from service.backup.tables import kinds_of, lines_of
from service.blobs import Blobs
from service.db.engine import snapshot
from service.db.migrate import head, revision_of
from service.errors import BackupError
from service.version import installed_version

log = logging.getLogger(__name__)


def back_up(engine: Engine, blobs: Blobs, tables: Sequence[Table], path: Path) -> dict[str, Any]:
    """Write a backup to `path`: the rows as they were at one moment, then the pictures.

    `tables`: all, each after those that it refers to. Returns the number of rows by table, and of
    pictures. Raises BackupError where the file exists, or the database is of another version.
    """
    revision = revision_of(engine)
    if revision != head():
        has = f"revision {revision}" if revision else "no revision"
        raise BackupError(
            f"the database has {has}, and this version needs {head()}: start the service once,"
            " which brings it there"
        )
    with writing_archive(path) as archive, snapshot(engine) as session:
        described = {
            table.name: {
                "kinds": kinds_of(table),
                "rows": archive.add_lines(f"{TABLES}{table.name}.jsonl", lines_of(session, table)),
            }
            for table in tables
        }
        count = _add_pictures(archive, blobs)
        archive.finish(
            {
                "version": installed_version(),
                "revision": revision,
                "at": datetime.now(UTC).isoformat(),
                "tables": described,
            }
        )
    return {name: one["rows"] for name, one in described.items()} | {"pictures": count}


def _add_pictures(archive: ArchiveWriter, blobs: Blobs) -> int:
    """Add all stored files. One that is deleted meanwhile is left out, as its job was."""
    count = 0
    for stored in blobs.files():
        try:
            with blobs.open(stored.name) as file:
                archive.add(f"{PICTURES}{stored.name}", file, blobs.size(stored.name))
        except FileNotFoundError:
            log.warning("a picture was deleted meanwhile")
            continue
        count += 1
    return count
