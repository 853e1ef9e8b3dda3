"""What queue and statistics need is found by its columns; the ratings are no longer stored.

Progress and days are caches of the log. They are empty at first, and `replayed_rules` says so: each
learner's are made again at the next request that needs them. The same goes for the way back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)
STALE = {"rules": "", "card": None, "skipped": None, "recent_seconds": (), "last": None}


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("replayed_rules", sa.String(12), nullable=False, server_default="")
    )
    op.drop_table("ratings")
    op.drop_table("progress")
    op.create_table(
        "progress",
        _user("progress"),
        sa.Column("kanji", sa.String(4), primary_key=True),
        sa.Column("skipped", TIME),
        sa.Column("recent_seconds", sa.JSON, nullable=False),
        sa.Column("last_at", TIME),
        sa.Column("last_device", sa.String),
        sa.Column("last_sequence", sa.BigInteger),
        sa.Column("last_id", sa.Uuid),
        *_card(),
        *_counts("attempts", "reviews", "recalled", "mature_reviews", "mature_recalled"),
        *_counts("raised", "lowered"),
        sa.Column("faults", sa.JSON),
        sa.Column("read_as", sa.JSON),
    )
    op.create_index("ix_progress_user_id_due", "progress", ["user_id", "due"])
    op.create_table(
        "days",
        _user("days"),
        sa.Column("day", sa.Date, primary_key=True),
        *_counts("attempts", "new", "again"),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("days", "progress"):
        op.drop_table(table)
    op.drop_column("users", "replayed_rules")
    progress = op.create_table(
        "progress",
        _user("progress"),
        sa.Column("kanji", sa.String(4), primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "ratings",
        _user("ratings"),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("kanji", sa.String(4), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_index("ix_ratings_user_id_kanji", "ratings", ["user_id", "kanji"])
    _insert_stale(progress)


def _insert_stale(progress: sa.Table) -> None:
    """Fill the earlier table with progress whose rules are none, so that it is made again."""
    events = sa.table("events", sa.column("user_id", sa.Uuid), sa.column("kanji", sa.String))
    practised = sa.select(events.c.user_id, events.c.kanji).where(events.c.kanji.is_not(None))
    rows = [
        {"user_id": user_id, "kanji": kanji, "body": {"kanji": kanji, **STALE}}
        for user_id, kanji in op.get_bind().execute(practised.distinct())
    ]
    if rows:
        op.bulk_insert(progress, rows)


def _card() -> list[sa.Column[object]]:
    return [
        sa.Column("due", TIME),
        sa.Column("stability", sa.Double),
        sa.Column("difficulty", sa.Double),
        sa.Column("last_review", TIME),
        sa.Column("first_review", TIME),
        sa.Column("phase", sa.String(10)),
        sa.Column("step", sa.Integer),
        sa.Column("lapses", sa.Integer),
        sa.Column("parameters", sa.String(20)),
    ]


def _counts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _user(table: str) -> sa.Column[object]:
    """A column with the user that a row belongs to, and goes with."""
    owner = sa.ForeignKey("users.id", name=f"fk_{table}_user_id", ondelete="CASCADE")
    return sa.Column("user_id", sa.Uuid, owner, primary_key=True, nullable=False)
