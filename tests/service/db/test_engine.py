import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.db.engine import journal_mode, open_engine, reading, sqlite_driver, writing
from service.db.users import User
from service.errors import DatabaseError, SettingsError
from service.settings import Settings
from tests.service.databases import both, empty_postgresql


def test_the_journal_is_a_wal_only_where_sqlite_is_safe() -> None:
    assert journal_mode((3, 40, 1)) == "TRUNCATE"
    assert journal_mode((3, 51, 3)) == "WAL"


def test_a_sqlite_that_is_not_safe_is_replaced() -> None:
    safe = sqlite3.sqlite_version_info >= (3, 51, 3)
    assert (sqlite_driver() is sqlite3) is safe
    assert sqlite_driver().sqlite_version_info >= (3, 51, 3)


def test_only_the_user_may_read_the_database(tmp_path: Path) -> None:
    old_mask = os.umask(0)
    try:
        engine = open_engine(Settings(tmp_path / "new" / "data"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (x INTEGER)"))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files(tmp_path)}
    finally:
        os.umask(old_mask)
    engine.dispose()
    assert modes.pop("data") == 0o700
    assert modes and set(modes.values()) == {0o600}


def files(folder: Path) -> list[Path]:
    return [folder / "new" / "data", *(folder / "new" / "data").iterdir()]


def test_the_file_of_an_earlier_version_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "hitsujun.sqlite"
    path.touch(mode=0o644)
    open_engine(Settings(tmp_path)).dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "hitsujun.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cookies (name TEXT)")
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="tables of another program, such as cookies"):
        open_engine(Settings(tmp_path))
    assert path.read_bytes() == before and stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_is_no_regular_file_keeps_its_rights(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    os.chmod(pipe, 0o644)
    with pytest.raises(DatabaseError, match="is no regular file"):
        open_engine(Settings(tmp_path, database_url=f"sqlite:///{pipe}"))
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{}/x.db?mode=ro&foo=1", "has the options foo, mode, and SQLite has none"),
        ("postgresql://a@127.0.0.1:1/b?sslmod=disable", "sslmod, .* did you mean sslmode"),
        ("postgresql://a@127.0.0.1:1/b?autocommit=1", "those of libpq are allowed"),
        ("postgresql://a@127.0.0.1:1/b?user=a&user=b", "option user more than once"),
    ],
)
def test_an_option_that_would_not_be_obeyed_is_refused(url: str, said: str, tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(SettingsError, match=said):
        open_engine(Settings(tmp_path / "data", database_url=url.format(tmp_path)))
    assert not (tmp_path / "x.db").exists()


def test_the_name_of_the_data_folder_is_no_option(tmp_path: Path) -> None:
    folder = tmp_path / "a ?b=1%20#c"
    open_engine(Settings(folder)).dispose()
    assert (folder / "hitsujun.sqlite").is_file()


def test_the_options_of_a_url_win(tmp_path: Path) -> None:
    with empty_postgresql() as url:
        engine = open_engine(
            Settings(tmp_path, database_url=f"{url}&connect_timeout=7&keepalives_idle=9")
        )
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver
            given = driver.info.get_parameters()
        engine.dispose()
    assert given["connect_timeout"] == "7" and given["keepalives_idle"] == "9"
    assert given["keepalives_count"] == "2"


@both
def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    if (
        engine.dialect.name == "sqlite"
        and journal_mode(sqlite_driver().sqlite_version_info) != "WAL"
    ):
        pytest.skip("without a WAL, a reader waits")
    with writing(engine) as writer, reading(engine) as reader:
        writer.execute(text("UPDATE users SET last_number = 1"))
        assert reader.query(User).count() == 0


@both
def test_writers_wait_for_each_other(engine: Engine) -> None:
    """Each reads, and then writes what it read plus one; none is lost."""
    with writing(engine) as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS counts (n INTEGER)"))
        session.execute(text("DELETE FROM counts"))
        session.execute(text("INSERT INTO counts VALUES (0)"))

    def count() -> None:
        for _ in range(10):
            with writing(engine) as session:
                if engine.dialect.name == "postgresql":
                    session.execute(text("SELECT n FROM counts FOR UPDATE"))
                (n,) = session.execute(text("SELECT n FROM counts")).one()
                session.execute(text("UPDATE counts SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.execute(text("SELECT n FROM counts")).scalar() == 40
    with writing(engine) as session:
        session.execute(text("DROP TABLE counts"))
