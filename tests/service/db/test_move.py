import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect

from service.cli import main
from service.db import move as moving
from service.db.engine import open_engine, reading
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
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_DATABASE_URL", settings.database)
    assert main(["db", "downgrade", "0001", "--data-dir", str(settings.data_dir)]) == 0
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        assert version.scalar_one() == "0001"
    assert main(["db", "downgrade", "none", "--data-dir", str(settings.data_dir)]) == 2
