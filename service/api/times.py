"""Times in answers."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time of the server, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """A time as ISO 8601 with milliseconds."""
    return moment.isoformat(timespec="milliseconds")
