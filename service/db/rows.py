"""Writes rows of one table in one statement on both databases.

PostgreSQL gets the rows as one JSON document, so that they take one round trip. By the row, each
would be sent and acknowledged by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    ColumnElement,
    Insert,
    String,
    Table,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Row = Mapping[str, Any]
# What becomes of a row whose primary key is there already.
Conflict = Literal["fail", "replace", "add"]


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows with all columns. Raises IntegrityError for a primary key that is there."""
    _write(session, table, rows, "fail")


def replace_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows with all columns; a row with the same primary key is replaced."""
    _write(session, table, rows, "replace")


def add_to_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows of numbers; they are added to those of a row with the same primary key."""
    _write(session, table, rows, "add")


def _write(session: Session, table: Table, rows: Sequence[Row], conflict: Conflict) -> None:
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        document = json.dumps([dict(row) for row in rows], default=str)  # times, days, ids
        session.execute(_of_document(table, conflict), {"document": document})
    else:
        session.execute(_of_parameters(table, conflict), rows)


@cache  # SQLAlchemy finds what it compiled for a statement faster if it is the same object
def _of_parameters(table: Table, conflict: Conflict) -> Insert:
    """The statement for one row, in SQLite."""
    return _with_conflict(sqlite.insert(table), table, conflict)


@cache
def _of_document(table: Table, conflict: Conflict) -> Insert:
    """The statement for the rows of a JSON document, in PostgreSQL."""
    names = [column.name for column in table.columns]
    document = cast(bindparam("document", type_=String), JSON)
    kind: ColumnElement[Any] = literal_column(f'NULL::"{table.name}"')
    rows = func.json_populate_recordset(kind, document).table_valued(*names)
    insert = postgresql.insert(table).from_select(names, select(rows), include_defaults=False)
    return _with_conflict(insert, table, conflict)


def _with_conflict(
    insert: postgresql.Insert | sqlite.Insert, table: Table, conflict: Conflict
) -> Insert:
    if conflict == "fail":
        return insert
    keys, given = table.primary_key.columns, insert.excluded
    changed = {
        column.name: column + given[column.name] if conflict == "add" else given[column.name]
        for column in table.columns
        if column.name not in keys
    }
    return insert.on_conflict_do_update(index_elements=list(keys), set_=changed)
