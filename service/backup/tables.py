"""Rows as lines of JSON, the same from each kind of database.

The kinds of the columns are written beside the rows, so that they can be read into the tables of
the revision that they come from, which later versions of the code no longer declare.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.json_text import json_value
from service.db.base import Utc
from service.errors import BackupError

BATCH = 500  # rows that are read or written at a time
Kinds = Mapping[str, str]  # of the columns of a table, by name

TYPES: Mapping[str, Callable[[], sa.types.TypeEngine[Any]]] = {
    "uuid": sa.Uuid, "time": Utc, "date": sa.Date, "json": lambda: sa.JSON(none_as_null=True),
    "bytes": sa.LargeBinary, "bool": sa.Boolean, "float": sa.Double, "int": sa.BigInteger,
    "str": sa.String,
}  # fmt: skip
KINDS: Mapping[type, str] = {  # SQLAlchemy says of JSON that it holds any object
    uuid.UUID: "uuid", dt.datetime: "time", dt.date: "date", object: "json", bytes: "bytes",
    bool: "bool", float: "float", int: "int", str: "str",
}  # fmt: skip
TO_JSON: Mapping[str, Callable[[Any], Any]] = {
    "uuid": str, "time": dt.datetime.isoformat, "date": dt.date.isoformat, "bytes": bytes.hex,
}  # fmt: skip
FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "uuid": uuid.UUID, "time": dt.datetime.fromisoformat, "date": dt.date.fromisoformat,
    "bytes": bytes.fromhex,
}  # fmt: skip


def kinds_of(table: sa.Table) -> dict[str, str]:
    """The kinds of the columns of a table."""
    return {column.name: KINDS[_plain(column.type).python_type] for column in table.columns}


def lines_of(session: Session, table: sa.Table) -> Iterator[bytes]:
    """Each row as one line of JSON, in the order of the primary key."""
    kinds = kinds_of(table)
    query = sa.select(table).order_by(*table.primary_key.columns)
    for row in session.execute(query.execution_options(yield_per=BATCH)).mappings():
        values = {name: _converted(row[name], TO_JSON.get(kind)) for name, kind in kinds.items()}
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"


def insert_lines(session: Session, name: str, kinds: Kinds, lines: Iterator[bytes]) -> int:
    """Insert rows into a table. Returns how many. Raises BackupError for a kind of column."""
    table, count = _table(name, kinds), 0
    while some := [_row(line, kinds) for line in islice(lines, BATCH)]:
        session.execute(sa.insert(table), some)
        count += len(some)
    return count


def _plain(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """The type that one of our own is made of."""
    return kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind


def _table(name: str, kinds: Kinds) -> sa.Table:
    unknown = set(kinds.values()) - set(TYPES)
    if unknown:
        raise BackupError(f"table {name} has columns of an unknown kind: {', '.join(unknown)}")
    columns: Sequence[sa.Column[Any]] = [
        sa.Column(column, TYPES[kind]()) for column, kind in kinds.items()
    ]
    return sa.Table(name, sa.MetaData(), *columns)


def _row(line: bytes, kinds: Kinds) -> dict[str, Any]:
    values = json_value(line)
    try:
        return {name: _converted(values[name], FROM_JSON.get(kind)) for name, kind in kinds.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError(f"a row of the backup is damaged: {error!r}") from error


def _converted(value: Any, convert: Callable[[Any], Any] | None) -> Any:
    return value if value is None or convert is None else convert(value)
