"""A backup is made while the service goes on, and read into an empty installation of any kind."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from service.backup.archive import reading_archive
from service.backup.backup import back_up
from service.backup.restore import restore
from service.blobs import open_blobs
from service.cli import main
from service.db import move as moving
from service.db.base import Base
from service.db.engine import open_engine
from service.errors import BackupError, DatabaseError
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from style.pictures.files import open_picture
from tests.service.api.test_reviews import check_replay
from tests.service.clients import device
from tests.service.databases import BACKENDS, TABLES, both, empty_postgresql
from tests.service.forms import form
from tests.service.reviews import event, override, send

ALL = list(next(iter(TABLES.values())).metadata.sorted_tables)
Backup = Callable[[], dict[str, int]]


@pytest.fixture
def used(
    app: Flask, client: FlaskClient, settings: Settings, store: JobStore, queued: list[str]
) -> FlaskClient:
    """Two users with reviews, a painted job, one that waits, and one that is being painted."""
    first = event("頰", misses=2)
    send(client, first, event("月", 1), override(first))
    client.patch("/v1/settings", json={"decks": ["日月火"]})
    send(device(app), event("火"))
    client.post("/v1/stylizations", data=form())
    run_job(
        queued[0], settings=settings, store=store,
        paint=lambda folder, job, report: open_picture(folder / "content-0.png"),
    )  # fmt: skip
    client.post("/v1/stylizations", data=form())
    client.post("/v1/stylizations", data=form())
    store.claim(queued[1], painter="p")
    return client


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Of another installation, which is empty."""
    with ExitStack() as stack:
        url = stack.enter_context(empty_postgresql()) if request.param == "postgresql" else ""
        yield Settings(tmp_path / "other", database_url=url)


def restored(path: Path, settings: Settings) -> tuple[dict[str, int], Engine]:
    engine = open_engine(settings)
    try:
        with reading_archive(path) as archive:
            blobs = open_blobs(settings)
            counts = restore(engine, blobs, ALL, archive, work_dir=settings.work_dir)
    except BaseException:
        engine.dispose()
        raise
    return counts, engine


def made(engine: Engine, settings: Settings, path: Path) -> dict[str, int]:
    return back_up(engine, open_blobs(settings), ALL, path)


def rows(engine: Engine) -> dict[str, object]:
    """What each table holds, without the jobs, which are settled."""
    with moving.snapshot(engine) as session:
        return {t.name: moving._identity(session, t) for t in ALL if t.name != "jobs"}


@both
def test_everything_comes_back_in_either_kind_of_database(
    used: FlaskClient, engine: Engine, settings: Settings, path: Path, empty: Settings
) -> None:
    counts = made(engine, settings, path)
    assert (counts["users"], counts["events"], counts["jobs"], counts["pictures"]) == (2, 4, 3, 5)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.glob(".*")] == []
    again, target = restored(path, empty)
    assert again == counts and rows(target) == rows(engine)
    check_replay(target)
    with target.connect() as connection:
        states = connection.execute(text("SELECT state FROM jobs ORDER BY state")).scalars()
        assert list(states) == ["done", "waiting", "waiting"]
    files = {one.name: one.bytes for one in open_blobs(settings).files()}
    assert {one.name: one.bytes for one in open_blobs(empty).files()} == files
    with pytest.raises(DatabaseError, match="must be empty"):
        restored(path, empty)
    target.dispose()


@both
def test_what_is_written_during_a_backup_is_in_it_whole_or_not_at_all(
    used: FlaskClient,
    engine: Engine,
    settings: Settings,
    path: Path,
    empty: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from service.backup import backup as making

    lines_of, sent = making.lines_of, list[str]()

    def lines(session: object, table: object) -> object:
        if sent or table.name == "events":  # type: ignore[attr-defined]
            sent.extend(send(used, event("水", len(sent))))  # the service goes on
        return lines_of(session, table)  # type: ignore[arg-type]

    before = rows(engine)
    monkeypatch.setattr(making, "lines_of", lines)
    made(engine, settings, path)
    _, target = restored(path, empty)
    assert len(sent) > 1 and rows(target) == before != rows(engine)
    target.dispose()


def test_a_picture_that_is_deleted_during_a_backup_is_not_offered_afterwards(
    used: FlaskClient, engine: Engine, settings: Settings, path: Path, empty: Settings
) -> None:
    blobs = open_blobs(settings)
    blobs.delete([one.name for one in blobs.files() if len(Path(one.name).stem) == 64])
    made(engine, settings, path)
    _, target = restored(path, empty)
    with target.connect() as connection:
        states = connection.execute(text("SELECT state FROM jobs ORDER BY state")).scalars()
        assert list(states) == ["cancelled", "waiting", "waiting"]
    target.dispose()


def test_a_backup_of_an_earlier_revision_is_brought_to_this_one(
    used: FlaskClient, engine: Engine, settings: Settings, path: Path, tmp_path: Path
) -> None:
    made(engine, settings, path)
    with tarfile.open(path) as archive:
        member = archive.extractfile("manifest.json")
        assert member
        tables = json.load(member)["tables"]
    del tables["inks"], tables["users"]["kinds"]["seed"]  # which revision 0005 has added
    del tables["jobs"]["kinds"]["error_code"]  # which revision 0006 has added
    del tables["marks"], tables["events"]["kinds"]["moment"]  # which revision 0007 has added
    old = tmp_path / "old.tar"
    rewritten(path, old, {"revision": "0004", "tables": tables})
    counts, target = restored(old, Settings(tmp_path / "other"))
    assert counts["events"] == 4
    target.dispose()
    rewritten(path, tmp_path / "new.tar", {"revision": "9999"})
    with pytest.raises(BackupError, match="install that version"):
        restored(tmp_path / "new.tar", Settings(tmp_path / "third"))


def rewritten(path: Path, target: Path, changes: dict[str, object]) -> None:
    """A copy of a backup with another manifest."""
    with tarfile.open(path) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            assert file
            if member.name == "manifest.json":
                data = json.dumps(json.load(file) | changes).encode()
                member.size, file = len(data), io.BytesIO(data)
            new.addfile(member, file)


def test_a_damaged_backup_is_refused_before_anything_is_written(
    used: FlaskClient, engine: Engine, settings: Settings, path: Path, tmp_path: Path
) -> None:
    made(engine, settings, path)
    whole, other = path.read_bytes(), Settings(tmp_path / "other")
    place = whole.index("月".encode())
    for damaged in (
        whole[:place] + b"xyz" + whole[place + 3 :],
        whole[: len(whole) // 2],
        b"no backup",
        b"",
    ):
        path.write_bytes(damaged)
        with pytest.raises(BackupError, match=r"damaged|no backup"):
            restored(path, other)
    path.write_bytes(whole)
    counts, target = restored(path, other)
    assert counts["events"] == 4
    target.dispose()


def test_a_restore_that_fails_leaves_the_installation_empty(
    used: FlaskClient,
    engine: Engine,
    settings: Settings,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from service.backup import restore as reading

    made(engine, settings, path)
    other = Settings(tmp_path / "other")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(reading, "_settle_jobs", fail)
        restored(path, other)
    assert list(open_blobs(other).files()) == []
    counts, target = restored(path, other)
    assert counts["events"] == 4
    target.dispose()


def test_the_commands_make_and_read_a_backup(
    used: FlaskClient,
    settings: Settings,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("HITSUJUN_DATABASE_URL", raising=False)
    assert main(["backup", str(path), "--data-dir", str(settings.data_dir)]) == 0
    made_counts = json.loads(capsys.readouterr().out)
    assert main(["backup", str(path), "--data-dir", str(settings.data_dir)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["restore", str(path), "--data-dir", str(tmp_path / "other")]) == 0
    assert json.loads(capsys.readouterr().out) == made_counts
    assert main(["backup", "none/b.tar", "--data-dir", str(settings.data_dir)]) == 2
    assert capsys.readouterr().err.startswith("hitsujun: none/b.tar: there is no such")


def test_object_stores_are_backed_up_too(
    used: FlaskClient, engine: Engine, settings: Settings, path: Path, tmp_path: Path
) -> None:
    pytest.importorskip("obstore")
    made(engine, settings, path)
    other = replace(Settings(tmp_path / "other"), blobs_url="memory:///")
    counts, target = restored(path, other)
    target.dispose()
    assert counts["pictures"] == len(list(open_blobs(other).files())) == 5
    assert set(ALL) == set(Base.metadata.sorted_tables)
