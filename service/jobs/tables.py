"""All tables of the database."""

from __future__ import annotations

from sqlalchemy import Table

from service.db import erasure
from service.db.base import Base
from service.jobs.job import Job, Painter

# Importing a model declares its table. Those of a user are named by `erasure`.
DECLARED = (Job, Painter, *erasure.OWNED)


def all_tables() -> list[Table]:
    """All tables, each after those that it refers to."""
    assert {one.__table__ for one in DECLARED} < set(Base.metadata.tables.values())
    return Base.metadata.sorted_tables
