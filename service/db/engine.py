"""Connections to the database of a URL, set up so that it is safe to share between processes."""

from __future__ import annotations

import os
import re
import select
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.orm import Session

from service.data_folder import create_data_folder
from service.db.url_options import check_options
from service.errors import DatabaseError, SettingsError
from service.settings import Settings

OUR_TABLES = {"alembic_version", "jobs"}  # one of which each of our databases has
SQLITE_START = b"SQLite format 3\0"  # the first bytes of a file; one that is new is empty
WAL_SAFE = (3, 51, 3)  # SQLite 3.7.0 to 3.51.2 can corrupt the file when a WAL is reset
BUSY_MS = 5000  # that a writer waits for another one
CONNECT_SECONDS = 5
LOST_SECONDS = 15  # after which a server that is silent on the network is given up
# By default, libpq waits for hours where the server vanishes without a word.
VANISHED = {
    "tcp_user_timeout": 1000 * LOST_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
PATIENCE = VANISHED | {"connect_timeout": CONNECT_SECONDS}
READS = "hitsujun_reads"  # execution option of transactions that only read
# By what a database says that cannot be written.
ADVICE = {
    "disk is full": "make room on its disk",
    "unable to open": "SQLite writes beside its file, even to read it: let its folder be writable",
    "readonly database": "let its file and folder be written",
}


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """WAL where this SQLite is free of the WAL-reset bug, else TRUNCATE."""
    return "WAL" if version >= WAL_SAFE else "TRUNCATE"


def sqlite_driver() -> ModuleType:
    """Python's own SQLite where it is safe in WAL mode, else pysqlite3 where it is installed."""
    if sqlite3.sqlite_version_info < WAL_SAFE:
        try:
            return import_module("pysqlite3.dbapi2")
        except ImportError:
            pass
    return sqlite3


def open_engine(settings: Settings) -> Engine:
    """The engine of an installation, whose data folder is created for this user alone.

    Its tables are made by `service.db.migrate.upgrade`. Raises SettingsError where the data folder
    cannot be written, DatabaseError for a file that cannot be opened or is not of SQLite, and
    ModuleNotFoundError where the library for PostgreSQL is not installed.
    """
    create_data_folder(settings.data_dir)
    return open_database(settings)


def open_database(settings: Settings) -> Engine:
    """As `open_engine`, without the data folder, which the database may be outside of."""
    url = url_of(settings)
    return _postgresql(url, settings.threads) if _is_served(url) else _sqlite(url)


def url_of(settings: Settings) -> URL:
    """The URL of the database.

    Raises SettingsError where it cannot be read, or has options that would not be obeyed.
    """
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "the URL of the database cannot be read; such are sqlite:////PATH and"
            " postgresql://USER:PASSWORD@HOST:5432/NAME, with % escapes in USER and PASSWORD"
        ) from error
    check_options(url)
    return url


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads, and so never waits for a writer.

    With PostgreSQL each of its statements sees what is committed by then, as in any transaction
    there, but the round trips of BEGIN and ROLLBACK are saved.
    """
    options = {"isolation_level": "AUTOCOMMIT"} if _is_postgresql(engine) else {READS: True}
    with Session(engine.execution_options(**options), expire_on_commit=False) as session:
        yield session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that sees the database as it was at one moment, and hinders no writer.

    A SQLite file without a WAL cannot do that: there, writers wait.
    """
    if not _is_postgresql(engine):
        with reading(engine) as session:
            yield session
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with Session(engine.execution_options(**options), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose changes are committed at the end, and none of them on an error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def _is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _postgresql(url: URL, threads: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=threads,
        pool_timeout=CONNECT_SECONDS,
        connect_args={name: n for name, n in PATIENCE.items() if name not in url.query},
    )

    @event.listens_for(engine, "checkout")
    def replace_ended(connection: Any, *_: object) -> None:
        # The server says nothing on a connection that waits, unless it ends it. To look for that
        # costs a thousandth of a millisecond; to ask the server costs a round trip.
        if connection.closed or _has_news(connection.fileno()):
            raise DisconnectionError("the server has ended this connection")

    return engine


def _has_news(socket: int) -> bool:
    """Whether something has arrived at a socket, or it has been closed."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([socket], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))


def _sqlite(url: URL) -> Engine:
    driver = sqlite_driver()
    if url.database:
        _create_private(Path(url.database))
    engine = create_engine(url, module=driver)
    mode = journal_mode(driver.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None  # so that `begin` decides how a transaction begins
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes would fail at once if another wrote in between.
        is_reading = connection.get_execution_options().get(READS)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def _create_private(path: Path) -> None:
    """Create the file, which only this user may read; SQLite gives its other files the same mode.

    The mode of a file that is there already is narrowed too. Raises DatabaseError for what is no
    file of SQLite, which stays as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.is_file():
            check_sqlite(path)
        elif path.exists() and not path.is_dir():  # /dev/null, whose rights are everybody's
            raise DatabaseError(f"the database {path} is no regular file; name a file")
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise DatabaseError(f"the database {path} cannot be opened: {error.strerror}") from error


def check_sqlite(path: Path) -> None:
    """Raises DatabaseError for a file that is not of SQLite, or another program's, and OSError.

    One that is empty, or has no tables, is nobody's.
    """
    with path.open("rb") as file:
        if file.read(len(SQLITE_START)) not in (b"", SQLITE_START):
            raise DatabaseError(f"the database {path} is not one of SQLite; name another file")
    driver, tables = sqlite_driver(), set[str]()
    with suppress(driver.Error):  # a damaged one is told when it is opened
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(driver.connect(uri, uri=True)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = {name for (name,) in found}
    if tables and not tables & OUR_TABLES:
        raise DatabaseError(
            f"the database {path} has tables of another program, such as {min(tables)};"
            " name another file"
        )


def database_name(url: URL) -> str:
    """Which database it is, for people: without its user and password."""
    host = url.query.get("host", url.host) or ""
    hosts = host if isinstance(host, str) else ",".join(host)
    port = f":{url.port}" if url.port else ""
    return f"the database {f'{hosts}{port}/' if _is_served(url) else ''}{url.database}"


def _is_served(url: URL) -> bool:
    return url.get_backend_name() != "sqlite"


def no_answer(error: DBAPIError) -> DatabaseError:
    """What to say where a database is gone, refuses, is full, or is none."""
    reason = re.sub(r"\[Errno -?\d+\] ", "", str(error.orig).partition("\n")[0])
    if advice := next((text for what, text in ADVICE.items() if what in reason), None):
        return DatabaseError(f"the database cannot be written: {reason}; {advice}")
    return DatabaseError(f"the database does not answer: {reason}")


@contextmanager
def telling_no_answer() -> Iterator[None]:
    """Raises DatabaseError for an error of the database."""
    try:
        yield
    except DBAPIError as error:
        raise no_answer(error) from error
