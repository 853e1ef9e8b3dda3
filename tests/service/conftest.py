"""The application under test: a data folder of its own, a reader that needs no network."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from data.ink import Ink
from kanji.recognizer.recognize import Candidate, Recognition
from service.api.app import create_app
from service.jobs.store import JobStore
from service.settings import Settings


class FakeReader:
    """Recognizes any ink as 一, 二 or 三, each equally probable."""

    labels = ("一", "二", "三")

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        allowed = [label for label in self.labels if candidates is None or label in candidates]
        return Recognition(tuple(Candidate(c, 1 / len(allowed)) for c in allowed[:top]), 0.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, max_waiting_jobs=2, max_image_bytes=50_000)


@pytest.fixture
def queued() -> list[str]:
    """The ids of the jobs that the application of `client` queued."""
    return []


@pytest.fixture
def client(settings: Settings, queued: list[str]) -> FlaskClient:
    return create_app(settings, reader=FakeReader(), enqueue=queued.append).test_client()


@pytest.fixture
def store(settings: Settings) -> Iterator[JobStore]:
    store = JobStore(settings.data_dir)
    yield store
    store.close()
