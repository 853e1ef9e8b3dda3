"""The application under test: a data folder of its own, a reader that needs no network."""

from __future__ import annotations

import resource
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from data.ink import Ink
from kanji.recognizer.recognize import Candidate, Recognition
from service.api.app import create_app
from service.api.dependencies import dependencies
from service.db.engine import open_engine
from service.db.migrate import upgrade
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.clients import device
from tests.service.databases import TABLES, empty_postgresql

# All tests come from one address.
GENEROUS = {"limit_devices": "100000/hour", "limit_failed_tokens": "100000/minute"}
LIMITS = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE)


@pytest.fixture(autouse=True)
def _process_limits_stay() -> Iterator[None]:
    """No test limits the process of the tests itself, as the painter and the decoder do theirs."""
    before = [resource.getrlimit(kind) for kind in LIMITS]
    yield
    assert [resource.getrlimit(kind) for kind in LIMITS] == before


class FakeReader:
    """Recognizes any ink as 一, 二 or 三, each equally probable."""

    labels = ("一", "二", "三")

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        allowed = [label for label in self.labels if candidates is None or label in candidates]
        return Recognition(tuple(Candidate(c, 1 / len(allowed)) for c in allowed[:top]), 0.0)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to copy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("sqlite"))
    engine = open_engine(settings)
    upgrade(engine)
    engine.dispose()  # the last connection moves everything out of the WAL
    return settings.data_dir / "hitsujun.sqlite"


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A schema with all tables."""
    with empty_postgresql() as url:
        engine = open_engine(Settings(tmp_path_factory.mktemp("postgresql"), database_url=url))
        upgrade(engine)
        engine.dispose()
        yield url


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database: SQLite, but for tests with the mark `both`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def settings(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Settings:
    """Of an installation without any row."""
    url = ""
    if backend == "sqlite":
        template = request.getfixturevalue("sqlite_file")
        (tmp_path / template.name).write_bytes(template.read_bytes())
    else:
        url = request.getfixturevalue("postgresql_url")
    return Settings(
        tmp_path, database_url=url, max_waiting_jobs=2, max_image_bytes=50_000, **GENEROUS
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings)
    if engine.dialect.name == "postgresql":
        tables = ", ".join(TABLES)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables}"))
    yield engine
    engine.dispose()


@pytest.fixture
def queued() -> list[str]:
    """The ids of the jobs that the application of `client` queued."""
    return []


@pytest.fixture
def app(engine: Engine, settings: Settings, queued: list[str]) -> Iterator[Flask]:
    app = create_app(settings, reader=FakeReader(), enqueue=queued.append)
    yield app
    with app.app_context():
        dependencies().engine.dispose()


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """A client without a token."""
    return app.test_client()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client with the token of a user of its own, which allows everything."""
    return device(app)


@pytest.fixture
def store(engine: Engine) -> JobStore:
    return JobStore(engine)
