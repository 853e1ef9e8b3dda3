"""Inserts rows, or changes those that are there already, in one statement on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def replace_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with all columns; a row with the same primary key is replaced."""
    _execute(session, table, rows, adds=False)


def add_to_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of numbers; they are added to those of a row with the same primary key."""
    _execute(session, table, rows, adds=True)


def _execute(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, adds: bool
) -> None:
    if rows:
        session.execute(_statement(session.get_bind().dialect.name, table, adds), rows)


@cache  # SQLAlchemy finds what it compiled for a statement faster if it is the same object
def _statement(dialect: str, table: Table, adds: bool) -> Insert:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys, given = table.primary_key.columns, insert.excluded
    changed = {
        column.name: column + given[column.name] if adds else given[column.name]
        for column in table.columns
        if column.name not in keys
    }
    return insert.on_conflict_do_update(index_elements=list(keys), set_=changed)
