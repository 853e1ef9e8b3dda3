"""The options after the `?` of a database's URL: what would not be obeyed is refused."""

from __future__ import annotations

from sqlalchemy import URL

from data.suggestions import did_you_mean
from service.errors import SettingsError
from service.libraries import check_psycopg

SEVERAL = ("host", "port")  # which may be given again, for another server to try


def check_options(url: URL) -> None:
    """Raises SettingsError for an option that there is not, or that has two values."""
    given = set(url.query)
    if url.get_backend_name() == "sqlite":
        if given:
            raise SettingsError(
                f"the URL of the database has {_options(given)}, and SQLite has none here; leave"
                " out the ? and what follows, or write %3F where it is part of the name"
            )
        return
    known = _of_postgresql()
    if unknown := given - known:
        close = did_you_mean(min(unknown), sorted(known)) or "; those of libpq are allowed"
        raise SettingsError(
            f"the URL of the database has {_options(unknown)}, which PostgreSQL does not know"
            f"{close}"
        )
    if twice := {one for one in given - {*SEVERAL} if not isinstance(url.query[one], str)}:
        raise SettingsError(
            f"the URL of the database has {_options(twice)} more than once; give one value"
        )


def _of_postgresql() -> set[str]:
    check_psycopg()
    from psycopg.pq import Conninfo

    return {one.keyword.decode() for one in Conninfo.get_defaults()}


def _options(names: set[str]) -> str:
    return f"the option{'s' if len(names) > 1 else ''} {', '.join(sorted(names))}"
