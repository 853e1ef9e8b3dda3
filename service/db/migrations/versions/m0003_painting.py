"""What a job costs, who paints it, and the painters with their heartbeats."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = ("kind", "backbone", "cost", "seconds", "started", "claim", "painter", "preview")


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("kind", sa.String, nullable=False, server_default="stylization"))
        jobs.add_column(sa.Column("backbone", sa.String, nullable=False, server_default=""))
        jobs.add_column(sa.Column("cost", sa.Double, nullable=False, server_default="0"))
        jobs.add_column(sa.Column("seconds", sa.Double, nullable=False, server_default="0"))
        jobs.add_column(sa.Column("started", sa.Double))
        jobs.add_column(sa.Column("claim", sa.String))
        jobs.add_column(sa.Column("painter", sa.String))
        jobs.add_column(sa.Column("preview", sa.Double))
    op.create_table(
        "painters",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("started", sa.Double, nullable=False),
        sa.Column("heartbeat", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("painters")
    with op.batch_alter_table("jobs") as jobs:
        for name in COLUMNS:
            jobs.drop_column(name)
