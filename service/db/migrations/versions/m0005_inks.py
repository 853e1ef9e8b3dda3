"""Drawings that are kept; and whose id seeds the schedule of a user who brought a log along."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    owner = sa.ForeignKey("users.id", name="fk_inks_user_id", ondelete="CASCADE")
    op.create_table(
        "inks",
        sa.Column("user_id", sa.Uuid, owner, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_inks_user_id_number", "inks", ["user_id", "number"])
    op.add_column("users", sa.Column("seed", sa.Uuid))


def downgrade() -> None:
    op.drop_column("users", "seed")
    op.drop_table("inks")
