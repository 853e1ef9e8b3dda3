"""Reads a backup into an empty installation, of either kind of database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine, Table
from sqlalchemy.orm import Session

from service.backup.archive import PICTURES, TABLES, ArchiveReader, Manifest
from service.backup.tables import insert_lines
from service.blobs import Blobs
from service.db.engine import writing
from service.db.migrate import downgrade, head, upgrade
from service.db.move import check_empty
from service.errors import BackupError
from service.jobs.folders import folder_name
from service.jobs.job import CANCELLED, DONE, RUNNING, WAITING, Job


def restore(
    engine: Engine,
    blobs: Blobs,
    tables: Sequence[Table],
    archive: ArchiveReader,
    *,
    work_dir: Path,
) -> dict[str, Any]:
    """Read a backup, which `reading_archive` has checked.

    The tables are made as they were in its revision, and then brought to the newest one.
    Pictures go through `work_dir`. Returns the number of rows by table, and of pictures. Raises
    BackupError, and DatabaseError where the installation is not empty; it is then as it was.
    """
    _prepare(engine, tables, archive.manifest)
    if next(iter(blobs.files()), None):
        raise BackupError("the store of pictures must be empty; name another data folder")
    stored: list[str] = []
    try:
        _put_pictures(archive, blobs, work_dir, stored)
        counts = _insert(archive, engine)
        upgrade(engine)
    except BaseException:
        blobs.delete(stored)
        raise
    return counts | {"pictures": len(stored)}


def _prepare(engine: Engine, tables: Sequence[Table], manifest: Manifest) -> None:
    """Make empty tables of the revision of the backup."""
    revision = manifest["revision"]
    if int(revision) > int(head()):
        raise BackupError(
            f"the backup is of version {manifest['version']}, whose database has revision"
            f" {revision}, and this version knows {head()}: install that version or a later one"
        )
    upgrade(engine)
    with writing(engine) as session:
        check_empty(session, tables)
    if revision != head():
        downgrade(engine, revision)


def _insert(archive: ArchiveReader, engine: Engine) -> dict[str, int]:
    with writing(engine) as session:
        counts = {
            name: _insert_table(archive, session, name, described)
            for name, described in archive.manifest["tables"].items()
        }
        _settle_jobs(session, archive.pictures())
    return counts


def _insert_table(
    archive: ArchiveReader, session: Session, name: str, described: dict[str, Any]
) -> int:
    with archive.open(f"{TABLES}{name}.jsonl") as lines:
        count = insert_lines(session, name, described["kinds"], iter(lines))
    if count != described["rows"]:
        raise BackupError(f"table {name} has {count} rows; the backup says {described['rows']}")
    return count


def _settle_jobs(session: Session, pictures: Iterable[str]) -> None:
    """Nobody paints the running jobs; and a picture may have been deleted during the backup."""
    running = sa.update(Job).where(Job.state == RUNNING)
    session.execute(running.values(state=WAITING, claim=None, painter=None, progress=0.0))
    there = set(pictures)
    for job_id, result in session.execute(
        sa.select(Job.id, Job.result).where(Job.state == DONE)
    ).all():
        if f"{folder_name(job_id)}/{result}" not in there:
            gone = sa.update(Job).where(Job.id == job_id)
            session.execute(gone.values(state=CANCELLED, result=None))


def _put_pictures(archive: ArchiveReader, blobs: Blobs, work_dir: Path, stored: list[str]) -> None:
    """Store all pictures; their names are added to `stored`."""
    work_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=work_dir) as copy:
        for name in archive.pictures():
            with archive.open(f"{PICTURES}{name}") as file, Path(copy.name).open("wb") as target:
                shutil.copyfileobj(file, target)
            stored.append(name)
            blobs.put(name, Path(copy.name))
