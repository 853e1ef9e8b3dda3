"""Databases for tests: of SQLite and of PostgreSQL, both with all tables and no rows."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from service.db.base import Base
from service.db.erasure import OWNED
from service.jobs.job import Job, Painter

TABLES = Base.metadata.tables  # all, since those are imported that declare one
assert {"users", *(one.__tablename__ for one in (*OWNED, Job, Painter))} == set(TABLES)
SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")
BACKENDS = ("sqlite", "postgresql")
both = pytest.mark.parametrize("backend", BACKENDS, indirect=True)  # runs a test on each


@contextmanager
def empty_postgresql() -> Iterator[str]:
    """The URL of a schema of its own, which is dropped at the end. Skips where none answers."""
    if not _answers():
        pytest.skip("no PostgreSQL at TEST_POSTGRES_URL")
    name = f"test_{secrets.token_hex(8)}"
    _execute(f'CREATE SCHEMA "{name}"')
    try:
        yield f"{SERVER}?options=-csearch_path%3D{name}"
    finally:
        _execute(f'DROP SCHEMA "{name}" CASCADE')


def _execute(statement: str) -> None:
    engine = create_engine(SERVER.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


@cache
def _answers() -> bool:
    try:
        _execute("SELECT 1")
    except (SQLAlchemyError, ModuleNotFoundError):
        return False
    return True
