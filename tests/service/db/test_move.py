import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from service.cli import main
from service.db import move as moving
from service.db.engine import open_engine, reading
from service.db.migrate import head, revision_of, revisions
from service.db.move import move
from service.db.users import User
from service.errors import DatabaseError
from service.settings import Settings
from tests.service.api.test_reviews import check_replay
from tests.service.clients import device
from tests.service.databases import TABLES, empty_postgresql
from tests.service.reviews import event, override, send

ALL = list(next(iter(TABLES.values())).metadata.sorted_tables)


@pytest.fixture
def used(app: Flask, client: FlaskClient) -> FlaskClient:
    """A client whose database has rows of two users."""
    first = event("頰", misses=2)
    send(client, first, event("月", 1), override(first))
    client.patch("/v1/settings", json={"decks": ["日月火"]})
    client.post("/v1/link-codes", json={})
    send(device(app), event("火"))
    return client


def test_a_sqlite_file_moves_to_postgresql(
    used: FlaskClient, settings: Settings, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    with empty_postgresql() as url:
        assert main(["db", "move", settings.database, url]) == 0
        counts = json.loads(capsys.readouterr().out)
        assert (counts["users"], counts["devices"], counts["events"]) == (2, 2, 4)
        target = open_engine(Settings(settings.data_dir, database_url=url))
        check_replay(target)
        with reading(target) as session, reading(engine) as old:
            chosen = [{u.id: u.settings for u in s.query(User)} for s in (session, old)]
        target.dispose()
        assert chosen[0] == chosen[1]
        assert main(["db", "move", settings.database, url]) == 2
        assert "the target must be empty" in capsys.readouterr().err


def test_a_process_of_its_own_moves_every_table(
    used: FlaskClient, settings: Settings, tmp_path: Path
) -> None:
    """Nothing else has imported the models there."""
    target = f"sqlite:///{tmp_path / 'moved.sqlite'}"
    command = [sys.executable, "-m", "service.cli", "db", "move", settings.database, target]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counts = json.loads(done.stdout)
    assert (counts["users"], counts["devices"], counts["events"]) == (2, 2, 4)
    engine = open_engine(settings)
    stored = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert set(counts) == stored


def test_a_disk_that_fills_meanwhile_is_told_in_one_line(
    used: FlaskClient,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> int:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(moving, "_copy", full)
    target = tmp_path / "moved.sqlite"
    assert main(["db", "move", settings.database, f"sqlite:///{target}"]) == 2
    lines = capsys.readouterr().err.splitlines()
    said = [line for line in lines if "waiting for the database" not in line]  # of a busy machine
    assert len(said) == 1 and "disk is full; make room" in said[0]
    assert not target.exists()


def test_a_copy_that_differs_is_undone(
    used: FlaskClient, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = open_engine(Settings(tmp_path / "other"))
    copy = moving._copy

    def lossy(old: object, new: object, table: object) -> int:
        count = copy(old, new, table)  # type: ignore[arg-type]
        if table.name == "events":  # type: ignore[attr-defined]
            new.execute(table.delete())  # type: ignore[attr-defined]
        return count

    with monkeypatch.context() as patch, pytest.raises(DatabaseError, match="events"):
        patch.setattr(moving, "_copy", lossy)
        move(engine, target, ALL)
    assert move(engine, target, ALL)["events"] == 4  # it was empty again
    target.dispose()


def test_the_command_undoes_migrations(
    settings: Settings,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HITSUJUN_DATABASE_URL", settings.database)
    command = ["db", "downgrade", "0001", "--data-dir", str(settings.data_dir)]
    assert main(command) == 2
    assert "add --yes" in capsys.readouterr().err
    assert revision_of(engine) == head()
    assert main([*command, "--yes"]) == 0
    assert json.loads(capsys.readouterr().out)["undone"] == [r for r in revisions() if r != "0001"]
    assert revision_of(engine) == "0001"
    assert main(["db", "downgrade", "0002", "--data-dir", str(settings.data_dir)]) == 2
    assert "has revision 0001, which is before 0002" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["empty", "foreign", "text"])
def test_a_source_that_is_no_database_of_hitsujun_stays_as_it_is(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "source"
    source.write_text("text" * 10 if kind == "text" else "")
    if kind == "foreign":
        with sqlite3.connect(source) as database:
            database.execute("CREATE TABLE jobs (id INTEGER, wage INTEGER)")
        database.close()
    source.chmod(0o644)
    before = source.read_bytes()
    monkeypatch.setenv("HITSUJUN_DATA_DIR", str(tmp_path / "data"))
    target = tmp_path / "new" / "target"
    assert main(["db", "move", f"sqlite:///{source}", f"sqlite:///{target}"]) == 2
    assert str(source) in capsys.readouterr().err
    assert source.read_bytes() == before and source.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [source]


def test_a_move_that_fails_removes_the_target_that_it_made(
    used: FlaskClient, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(*_: object) -> int:
        return 0

    monkeypatch.setattr(moving, "_copy", lossy)
    monkeypatch.setenv("HITSUJUN_DATA_DIR", str(tmp_path / "data"))
    before = sorted(tmp_path.rglob("*"))
    target = tmp_path / "new" / "target"
    assert main(["db", "move", settings.database, f"sqlite:///{target}"]) == 2
    assert sorted(tmp_path.rglob("*")) == before
