"""Copies a database into another one, such as a SQLite file into PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Engine, Table, func, insert, select
from sqlalchemy.orm import Session

from service.db.engine import snapshot, writing
from service.db.migrate import upgrade
from service.errors import DatabaseError

BATCH = 500  # rows that are copied at a time


def move(source: Engine, target: Engine, tables: Sequence[Table]) -> dict[str, int]:
    """Copy all rows, and read them back. The source stays as it is.

    `tables`: all, each after those that it refers to. Both databases are first brought to the
    newest migration. Returns the number of rows by table. Raises DatabaseError for a target that
    has rows, and for one that does not hold the same as the source afterwards; it is then empty
    again.
    """
    upgrade(source)
    upgrade(target)
    with snapshot(source) as old, writing(target) as new:
        check_empty(new, tables)
        counts = {table.name: _copy(old, new, table) for table in tables}
        different = [t.name for t in tables if _identity(old, t) != _identity(new, t)]
        if different:
            raise DatabaseError(f"these tables differ after the copy: {', '.join(different)}")
    return counts


def check_empty(session: Session, tables: Sequence[Table]) -> None:
    """Raises DatabaseError where a table has rows."""
    full = [
        table.name for table in tables if session.scalar(select(func.count()).select_from(table))
    ]
    if full:
        raise DatabaseError(
            f"the target must be empty; it has rows in {', '.join(full)}: name another folder or"
            " database"
        )


def _copy(old: Session, new: Session, table: Table) -> int:
    count = 0
    for rows in _batches(old, table):
        new.execute(insert(table), rows)
        count += len(rows)
    return count


def _batches(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows = session.execute(select(table).execution_options(yield_per=BATCH)).mappings()
    while some := [dict(row) for row in islice(rows, BATCH)]:
        yield some


def _identity(session: Session, table: Table) -> tuple[int, int]:
    """The number of rows, and a sum of their hashes, which does not depend on their order."""
    count = total = 0
    for rows in _batches(session, table):
        count += len(rows)
        total += sum(hash(repr(sorted(row.items()))) for row in rows)
    return count, total
