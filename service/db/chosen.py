"""Databases that a command is given: one that must be there, or one that it fills.

A command that fails leaves no database behind, and changes none that is not hitsujun's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect

from service.data_folder import missing_of
from service.db.engine import (
    check_sqlite,
    database_name,
    open_database,
    open_engine,
    sqlite_driver,
    telling_no_answer,
    url_of,
)
from service.errors import DatabaseError
from service.settings import Settings
from service.waiting import say_if_slow

JOBS = {"id", "state", "options", "heartbeat"}  # columns of `jobs` before there were migrations
BESIDE = ("", "-wal", "-shm", "-journal", ".lock")  # what the names of a file's companions end in


@contextmanager
def existing_database(settings: Settings) -> Iterator[Engine]:
    """The engine of a database that hitsujun has made.

    Raises DatabaseError for any other, which stays as it is, where there is none, and where it
    fails. Nothing is created.
    """
    _check_ours(settings)
    engine = open_database(settings)
    try:
        with telling_no_answer():
            yield engine
    finally:
        engine.dispose()


@contextmanager
def database_to_fill(settings: Settings) -> Iterator[Engine]:
    """The engine of a database that may be new. After an error, what was created is removed.

    Raises DatabaseError where it does not answer or cannot be written.
    """
    file = database_file(settings)
    created = _missing(settings, file)
    engine = open_engine(settings)
    try:
        with telling_no_answer():
            yield engine
    except BaseException:
        engine.dispose()
        _remove(created)
        raise
    engine.dispose()


def database_file(settings: Settings) -> Path | None:
    """The file of SQLite; None of another database."""
    url = url_of(settings)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database) if is_file and url.database else None


def _missing(settings: Settings, file: Path | None) -> list[Path]:
    """What is not there yet of the files and folders of an installation, the innermost first."""
    files = [file.with_name(file.name + end) for end in BESIDE] if file else []
    if file and file.exists():
        files = []
    return missing_of([settings.work_dir, settings.jobs_dir, *files])


def _remove(created: list[Path]) -> None:
    """Remove files, and folders that are empty."""
    for path in created:
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()


def _check_ours(settings: Settings) -> None:
    url, file = url_of(settings), database_file(settings)
    if file:
        if not file.is_file():
            raise DatabaseError(f"there is no database {file}; name one that is there")
        check_sqlite(file)
        if not file.stat().st_size:
            raise DatabaseError(f"{file} is empty, and no database of hitsujun; name another one")
    # To look at a file of SQLite in the way of `open_database` would change it.
    engine = create_engine(url, module=sqlite_driver()) if file else open_database(settings)
    try:
        with telling_no_answer(), say_if_slow(database_name(url)):
            is_ours = _has_our_tables(engine)
    finally:
        engine.dispose()
    if not is_ours:
        name = file or f"{url.host}/{url.database}"
        raise DatabaseError(f"{name} is no database of hitsujun; name another one")


def _has_our_tables(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = inspect(connection)
        if found.has_table("alembic_version"):
            return True
        columns = found.get_columns("jobs") if found.has_table("jobs") else []
        return {one["name"] for one in columns} >= JOBS
