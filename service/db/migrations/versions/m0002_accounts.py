"""Users with their devices and their log of reviews; jobs belong to a user."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
    )
    _create_devices()
    _create_reviews()
    op.add_column("jobs", sa.Column("user_id", sa.Uuid))
    op.create_index("ix_jobs_user_id", "jobs", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_jobs_user_id", "jobs")
    op.drop_column("jobs", "user_id")
    for table in ("ratings", "progress", "events", "link_codes", "devices", "users"):
        op.drop_table(table)


def _create_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid, primary_key=True),
        _user("devices"),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("token_start", sa.String(16), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME),
        sa.UniqueConstraint("token_sha256", name="uq_devices_token_sha256"),
    )
    op.create_index("ix_devices_user_id", "devices", ["user_id"])
    op.create_table(
        "link_codes",
        sa.Column("start", sa.String(8), primary_key=True),
        _user("link_codes"),
        sa.Column("code_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("guesses", sa.Integer, nullable=False),
        sa.UniqueConstraint("user_id", name="uq_link_codes_user_id"),
    )


def _create_reviews() -> None:
    op.create_table(
        "events",
        _user("events", primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kanji", sa.String(4)),
        sa.Column("target", sa.Uuid),
        sa.Column("body", sa.JSON, nullable=False),
        sa.UniqueConstraint("user_id", "number", name="uq_events_user_id_number"),
    )
    op.create_index("ix_events_user_id_kanji", "events", ["user_id", "kanji"])
    op.create_index("ix_events_user_id_target", "events", ["user_id", "target"])
    op.create_table(
        "progress",
        _user("progress", primary_key=True),
        sa.Column("kanji", sa.String(4), primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "ratings",
        _user("ratings", primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("kanji", sa.String(4), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_index("ix_ratings_user_id_kanji", "ratings", ["user_id", "kanji"])


def _user(table: str, *, primary_key: bool = False) -> sa.Column[object]:
    """A column with the user that a row belongs to, and goes with."""
    owner = sa.ForeignKey("users.id", name=f"fk_{table}_user_id", ondelete="CASCADE")
    return sa.Column("user_id", sa.Uuid, owner, primary_key=primary_key, nullable=False)
