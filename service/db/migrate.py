"""Brings a database to the tables that this version of the code needs, or back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from service.db.engine import database_name, no_answer
from service.errors import DatabaseError
from service.waiting import say_if_slow

MIGRATIONS = Path(__file__).with_name("migrations")
BASE = "base"  # what alembic calls a database in which no migration has run
LOCK_KEY = 0x6869747375  # "hitsu": PostgreSQL's advisory locks have numbers, not names
LOCK_SECONDS = 120
ATTEMPTS = 5  # at one start, where the server ends the connection meanwhile


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database has not seen, each process waiting for the others.

    All of them run in one transaction, so that a failure leaves the database as it was. Raises
    DatabaseError for a database of a newer version of the code, and for one that does not answer.
    """
    _run(engine, command.upgrade, "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Undo the migrations after `revision`, or all of them for "base". What they added is lost.

    Raises DatabaseError for a revision that there is not.
    """
    check_revision(revision)
    _run(engine, command.downgrade, revision)


def check_revision(revision: str) -> None:
    """Raises DatabaseError where it is not the name of a revision."""
    known = [BASE, *reversed(revisions())]
    if revision not in known:
        raise DatabaseError(f"there is no revision {revision!r}; allowed: {', '.join(known)}")


def undone_by(engine: Engine, revision: str) -> list[str]:
    """The revisions that a downgrade to `revision` would undo, the newest first.

    Raises DatabaseError for one that is newer than the database, and for a database of a newer
    version.
    """
    current, known = revision_of(engine) or BASE, [*revisions(), BASE]
    if current not in known:
        raise DatabaseError(f"the database has revision {current}, of a newer version of hitsujun")
    first, end = known.index(current), known.index(revision)
    if end < first:
        raise DatabaseError(f"the database has revision {current}, which is before {revision}")
    return known[first:end]


@cache
def head() -> str:
    """The revision of the newest migration."""
    (revision,) = ScriptDirectory.from_config(_config()).get_heads()
    return revision


def revisions() -> list[str]:
    """The revisions of all migrations, the newest first."""
    return [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()]


def revision_of(engine: Engine) -> str | None:
    """The revision of a database; None where no migration has run."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _run(engine: Engine, change: Callable[[Config, str], None], revision: str) -> None:
    for left in reversed(range(ATTEMPTS)):
        try:
            with say_if_slow(database_name(engine.url)):
                _run_once(engine, change, revision)
        except CommandError as error:
            raise DatabaseError(f"the database cannot be brought to {revision}: {error}") from error
        except DBAPIError as error:  # gone, refused, or no database at all
            if not (error.connection_invalidated and left):
                raise no_answer(error) from error
        else:
            return


def _run_once(engine: Engine, change: Callable[[Config, str], None], revision: str) -> None:
    with _only_process(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        change(_config(connection), revision)


@contextmanager
def _only_process(engine: Engine) -> Iterator[None]:
    """Holds a lock file beside a SQLite file; elsewhere the transaction takes a lock itself."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        yield
        return
    with FileLock(f"{path}.lock", timeout=LOCK_SECONDS, mode=0o600):
        yield


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
