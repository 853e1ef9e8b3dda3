"""When each event counts from, and the progress at a kanji after every so many attempts.

The marks are empty at first: a kanji with many attempts gets its marks at its next replay.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)
BATCH = 1000  # events that are changed at a time
EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
EVENTS = sa.table(
    "events",
    sa.column("user_id", sa.Uuid),
    sa.column("id", sa.Uuid),
    sa.column("number", sa.Integer),
    sa.column("body", sa.JSON),
    sa.column("moment", TIME),
)


def upgrade() -> None:
    op.add_column("events", sa.Column("moment", TIME))
    _fill()
    op.drop_index("ix_events_user_id_kanji", "events")
    with op.batch_alter_table("events") as events:
        events.alter_column("moment", nullable=False)
    op.create_index("ix_events_user_id_kanji_moment", "events", ["user_id", "kanji", "moment"])
    op.create_table(
        "marks",
        sa.Column("user_id", sa.Uuid, _user(), primary_key=True),
        sa.Column("kanji", sa.String(4), primary_key=True),
        sa.Column("attempts", sa.Integer, primary_key=True),
        *(sa.Column(name, TIME) for name in ("skipped", "last_at", "due")),
        *(sa.Column(name, TIME) for name in ("last_review", "first_review")),
        sa.Column("recent_seconds", sa.JSON, nullable=False),
        sa.Column("last_device", sa.String),
        sa.Column("last_sequence", sa.BigInteger),
        sa.Column("last_id", sa.Uuid),
        *(sa.Column(name, sa.Double) for name in ("stability", "difficulty")),
        sa.Column("phase", sa.String(10)),
        *(sa.Column(name, sa.Integer) for name in ("step", "lapses")),
        sa.Column("parameters", sa.String(20)),
        *_counts("reviews", "recalled", "mature_reviews", "mature_recalled", "raised", "lowered"),
        *(sa.Column(name, sa.JSON) for name in ("faults", "read_as")),
    )


def downgrade() -> None:
    op.drop_table("marks")
    op.drop_index("ix_events_user_id_kanji_moment", "events")
    op.create_index("ix_events_user_id_kanji", "events", ["user_id", "kanji"])
    op.drop_column("events", "moment")


def _fill() -> None:
    connection = op.get_bind()
    change = (
        sa.update(EVENTS)
        .where(EVENTS.c.user_id == sa.bindparam("of_user"), EVENTS.c.id == sa.bindparam("of_id"))
        .values(moment=sa.bindparam("at"))
    )
    for some in _batches():
        connection.execute(
            change,
            [{"of_user": row.user_id, "of_id": row.id, "at": _moment(row.body)} for row in some],
        )


def _batches() -> Iterator[Sequence[sa.Row[*tuple[Any, ...]]]]:
    """The events in the order of their keys, since none may be read while others are written."""
    columns = (EVENTS.c.user_id, EVENTS.c.id, EVENTS.c.number, EVENTS.c.body)
    query = sa.select(*columns).order_by(EVENTS.c.user_id, EVENTS.c.number).limit(BATCH)
    after = sa.tuple_(EVENTS.c.user_id, EVENTS.c.number)
    rows = list(op.get_bind().execute(query))
    while rows:
        yield rows
        last = sa.tuple_(sa.literal(rows[-1].user_id, sa.Uuid), sa.literal(rows[-1].number))
        rows = list(op.get_bind().execute(query.where(after > last)))


def _moment(body: dict[str, str]) -> datetime:
    """As `kanji.practice.events.moment` was at this revision."""
    at = datetime.fromisoformat(body["at"]).astimezone(UTC)
    received = body.get("received_at")
    received_at = datetime.fromisoformat(received).astimezone(UTC) if received else None
    if EARLIEST <= at <= (received_at or LATEST):
        return at
    if received_at is None:
        return min(max(at, EARLIEST), LATEST)
    return max(received_at, EARLIEST)


def _user() -> sa.ForeignKey:
    """The user that a row belongs to, and goes with."""
    return sa.ForeignKey("users.id", name="fk_marks_user_id", ondelete="CASCADE")


def _counts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]
