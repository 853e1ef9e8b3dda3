import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

from service.api.app import create_app
from service.cli import main
from service.db.base import Base
from service.db.engine import open_engine
from service.db.migrate import ATTEMPTS, downgrade, head, revision_of, revisions, upgrade
from service.errors import DatabaseError
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.api.test_reviews import check_replay
from tests.service.clients import device
from tests.service.databases import BACKENDS, empty_postgresql
from tests.service.reviews import event, send

OLD_TABLE = """
CREATE TABLE jobs (id VARCHAR NOT NULL, state VARCHAR NOT NULL, options JSON NOT NULL,
created {double} NOT NULL, heartbeat {double} NOT NULL, progress {double} NOT NULL,
attempts INTEGER NOT NULL, result VARCHAR, error VARCHAR, PRIMARY KEY (id))
"""  # as `create_all` made it before there were migrations
DOUBLE = {"sqlite": "DOUBLE", "postgresql": "DOUBLE PRECISION"}


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Of an installation whose database has no table."""
    if request.param == "sqlite":
        yield Settings(tmp_path)
        return
    with empty_postgresql() as url:
        yield Settings(tmp_path, database_url=url)


@pytest.fixture
def engine(empty: Settings) -> Iterator[Engine]:
    engine = open_engine(empty)
    yield engine
    engine.dispose()


def test_the_migrations_make_the_tables_of_the_models(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_every_migration_can_be_undone_and_done_again(engine: Engine) -> None:
    upgrade(engine)
    _, *earlier = revisions()
    for revision in earlier:
        downgrade(engine, revision)
        assert revision_of(engine) == revision
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    assert revision_of(engine) == head()


def test_the_jobs_of_a_database_without_migrations_are_kept(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(OLD_TABLE.format(double=DOUBLE[engine.dialect.name])))
        connection.execute(text("CREATE INDEX ix_jobs_state ON jobs (state)"))
        connection.execute(
            text("INSERT INTO jobs VALUES ('a', 'done', '{\"size\": 64}', 1, 2, 1, 1, 'x', NULL)")
        )
    upgrade(engine)
    job = JobStore(engine).get("a")
    assert (job.state, job.options, job.result, job.user_id) == ("done", {"size": 64}, "x", None)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_what_follows_from_the_log_is_made_again_after_a_migration(
    empty: Settings, engine: Engine
) -> None:
    app = create_app(empty, enqueue=lambda job_id: None)
    client = device(app)
    ahead = event("日", 400, at="2099-01-01T00:00:00+00:00")
    send(client, event("日"), event("月", 1, misses=2), event("日", -9_999), ahead)
    moments = text("SELECT id, moment FROM events ORDER BY id")
    with engine.connect() as connection:
        stored = connection.execute(moments).all()
    before = client.get("/v1/stats").json
    downgrade(engine, "0003")
    with engine.connect() as connection:
        bodies = connection.execute(text("SELECT CAST(body AS TEXT) FROM progress")).scalars()
        assert sorted(json.loads(body)["kanji"] for body in bodies) == ["日", "月"]
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(moments).all() == stored
    assert client.get("/v1/stats").json == before
    check_replay(engine)
    app.extensions["hitsujun"].engine.dispose()


@pytest.mark.slow
def test_eight_processes_can_start_at_once(empty: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from service.settings import Settings;"
        "from service.db.engine import open_engine; from service.db.migrate import upgrade;"
        "upgrade(open_engine(Settings(Path(sys.argv[1]), database_url=sys.argv[2])))"
    )
    command = [sys.executable, "-c", code, str(empty.data_dir), empty.database_url]
    starts = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    errors = [line for start in starts for line in start.communicate()[1].splitlines()]
    assert [line for line in errors if not line.endswith(" ...")] == []  # some wait for another
    assert [start.returncode for start in starts] == [0] * 8
    engine = open_engine(empty)
    assert revision_of(engine) == head()
    engine.dispose()


def test_a_server_that_ends_the_connection_meanwhile_is_asked_again(
    empty: Settings, engine: Engine
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    ended: list[int] = []
    other = open_engine(empty)

    def end(connection: Connection) -> None:
        if len(ended) < ATTEMPTS - 1:
            ended.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
            with other.connect() as killer:
                killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": ended[-1]})

    sqlalchemy.event.listen(engine, "begin", end)
    upgrade(engine)
    other.dispose()
    sqlalchemy.event.remove(engine, "begin", end)
    assert len(ended) == ATTEMPTS - 1 and revision_of(engine) == head()


def test_a_database_of_a_newer_version_is_refused_and_kept(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="9999"):
        upgrade(engine)
    assert revision_of(engine) == "9999"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/none",
        "sqlite:////proc/none/x",
        "sqlite:////proc",
        "sqlite:///{}/table.csv",
    ],
)
def test_a_database_that_does_not_answer_stops_the_start_in_one_line(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psycopg")
    (tmp_path / "table.csv").write_text("no database\n" * 100)
    monkeypatch.setenv("HITSUJUN_DATABASE_URL", url.format(tmp_path))
    monkeypatch.setattr("service.jobs.worker.limit_painter", lambda _: None)  # of this process
    assert main(["worker", "--data-dir", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "the database" in said


def test_a_server_that_is_silent_is_named_while_it_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psycopg")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}/b"
        url = f"postgresql://a:secret@{place}?connect_timeout=3"
        engine = open_engine(Settings(tmp_path, database_url=url))
        with pytest.raises(DatabaseError, match="does not answer"):
            upgrade(engine)
    assert capsys.readouterr().err == f"hitsujun: waiting for the database {place} ...\n"
