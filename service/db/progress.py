"""The state of each kanji of each user, as it is and as it was at its marks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Double, Index, Row, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from kanji.practice.events import Position
from kanji.practice.replay import Progress
from kanji.practice.schedule import CardState
from kanji.practice.sums import KanjiSums
from service.db.base import Base
from service.db.users import Owner

NULLABLE_JSON = JSON(none_as_null=True)
CARD_COLUMNS = {"reviews": "attempts"}  # of the fields of a card, where the name is another


class OfProgress:
    """The columns of a `Progress` at one kanji of a user: a cache of the replay of its events.

    It follows the rules of `User.replayed_rules`. From `due` to `parameters` it is the card, which
    is NULL before the first attempt; its `reviews` are the `attempts`. From `attempts` on it is the
    sums: `faults` as pairs of a mask and a count, and like `read_as` NULL instead of empty.
    """

    user_id: Mapped[Owner] = mapped_column(primary_key=True)
    kanji: Mapped[str] = mapped_column(String(4), primary_key=True)
    skipped: Mapped[datetime | None]
    recent_seconds: Mapped[list[float]] = mapped_column(JSON)
    last_at: Mapped[datetime | None]
    last_device: Mapped[str | None]
    last_sequence: Mapped[int | None] = mapped_column(BigInteger)
    last_id: Mapped[uuid.UUID | None]
    due: Mapped[datetime | None]
    stability: Mapped[float | None] = mapped_column(Double)
    difficulty: Mapped[float | None] = mapped_column(Double)
    last_review: Mapped[datetime | None]
    first_review: Mapped[datetime | None]
    phase: Mapped[str | None] = mapped_column(String(10))
    step: Mapped[int | None]
    lapses: Mapped[int | None]
    parameters: Mapped[str | None] = mapped_column(String(20))
    attempts: Mapped[int]
    reviews: Mapped[int]
    recalled: Mapped[int]
    mature_reviews: Mapped[int]
    mature_recalled: Mapped[int]
    raised: Mapped[int]
    lowered: Mapped[int]
    faults: Mapped[list[list[int]] | None] = mapped_column(NULLABLE_JSON)
    read_as: Mapped[dict[str, int] | None] = mapped_column(NULLABLE_JSON)


class StoredProgress(OfProgress, Base):
    """The progress as it is."""

    __tablename__ = "progress"
    __table_args__ = (Index(None, "user_id", "due"),)


class StoredMark(OfProgress, Base):
    """The progress as it was after some number of attempts: a mark of `kanji.practice.replay`."""

    __tablename__ = "marks"

    attempts: Mapped[int] = mapped_column(primary_key=True)


# In the order of the fields of CardState, KanjiSums and Position.
CARD = tuple(CARD_COLUMNS.get(one.name, one.name) for one in fields(CardState))
SUMS = KanjiSums._fields
LAST = ("last_at", "last_device", "last_sequence", "last_id")
WHOLE = (*CARD, *SUMS, *LAST, "skipped", "recent_seconds")


def columns(table: Table, names: Sequence[str] = WHOLE) -> list[Column[Any]]:
    """The columns of a table of progress or marks, which `progress_of` needs in this order."""
    return [table.c[name] for name in names]


def progress_of(row: Row[Any], rules: str) -> Progress:
    """The progress in a row with the columns WHOLE. `rules`: the version that it follows."""
    values = tuple(row)
    card, values = values[: len(CARD)], values[len(CARD) :]
    sums, values = values[: len(SUMS)], values[len(SUMS) :]
    last, (skipped, recent_seconds) = values[: len(LAST)], values[len(LAST) :]
    return Progress(
        row.kanji,
        rules,
        CardState(*card) if row.due else None,
        skipped,
        tuple(recent_seconds),
        Position(*last) if row.last_at else None,
        sums_of(sums),
    )


def sums_of(values: Sequence[Any]) -> KanjiSums:
    """The sums in the columns SUMS."""
    *counts, faults, read_as = values
    return KanjiSums._make((*counts, dict(faults or ()), read_as or {}))


def row_of(user_id: uuid.UUID, one: Progress) -> dict[str, Any]:
    """The row of a progress or mark."""
    row: dict[str, Any] = dict.fromkeys(WHOLE)
    if one.last:
        row |= zip(LAST, one.last, strict=True)
    if one.card:
        row |= {CARD_COLUMNS.get(name, name): value for name, value in vars(one.card).items()}
    row |= one.sums._asdict() | {
        "faults": [list(pair) for pair in one.sums.faults.items()] or None,
        "read_as": dict(one.sums.read_as) or None,
    }
    row |= {"skipped": one.skipped, "recent_seconds": list(one.recent_seconds)}
    return row | {"user_id": user_id, "kanji": one.kanji}
