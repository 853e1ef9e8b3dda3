"""Why a job failed, as a code."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("error_code", sa.String))


def downgrade() -> None:
    op.drop_column("jobs", "error_code")
