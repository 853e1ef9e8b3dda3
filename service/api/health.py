"""Endpoints for whoever runs the service: does it answer, and can it work?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from data.errors import DataError
from data.references.store import load_references
from kanji.errors import KanjiError, RecognizerMissing
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint
from service.api.dependencies import dependencies
from service.api.model import model_sha256
from service.api.schemas.health import Health, Readiness
from service.api.schemas.model import Version
from service.blobs import can_store, open_blobs
from service.data_folder import try_writing
from service.db.engine import journal_mode, sqlite_driver
from service.db.migrate import head, revision_of
from service.jobs.store import JobStore
from service.settings import Settings
from service.version import installed_version

health = Blueprint("health", __name__)


@health.get("/healthz", access=PUBLIC)
@health.output(Health, description="status ok")
def healthz() -> Answer:
    """Does the service answer?"""
    return {"status": "ok"}


@health.get(
    "/readyz",
    access=PUBLIC,
    responses={
        503: {
            "description": "some part does not work",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Readiness"}}},
        }
    },
)
@health.output(Readiness, description="practice works; degraded where something else does not")
def readyz() -> Answer:
    """Can the service do its work?"""
    needs = dependencies()
    practice = {
        "references": _works(lambda: len(load_references())),
        "recognizer": _works(lambda: needs.recognizer().labels),
        "database": _works(needs.store.waiting),
    }
    practice["migrated"] = practice["database"] and revision_of(needs.engine) == head()
    folder = needs.settings.data_dir
    others = {
        "writable": _works(lambda: try_writing(folder)),
        "pictures": _can_store_pictures(needs.settings),
    }
    is_ready = all(practice.values())
    status = "ready" if all((*practice.values(), *others.values())) else "degraded"
    body = {
        "status": status if is_ready else "not ready",
        **practice,
        **others,
        "disk_free_bytes": _disk_free_bytes(folder),
        "model": _model(),
        "journal_mode": _journal_mode(needs.engine),
        "style_installed": bool(find_spec("torch")),
        "painter_age_seconds": _painter_age(needs.store) if practice["database"] else None,
    }
    return body, 200 if is_ready else 503, {}


@health.get("/version", access=PUBLIC)
@health.output(Version, description="the version, its revision of the database, its model")
def version() -> Answer:
    """What runs here?"""
    return {"version": installed_version(), "database": head(), "model": _model()}


def _model() -> str | None:
    try:
        return model_sha256()
    except RecognizerMissing:
        return None


def _journal_mode(engine: Engine) -> str | None:
    """Of SQLite; None on PostgreSQL."""
    is_sqlite = engine.dialect.name == "sqlite"
    return journal_mode(sqlite_driver().sqlite_version_info) if is_sqlite else None


def _can_store_pictures(settings: Settings) -> bool:
    try:
        return can_store(open_blobs(settings))
    except ModuleNotFoundError:  # obstore, for an object store
        return False


def _disk_free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _painter_age(store: JobStore) -> float | None:
    """Seconds since a worker was last seen. Practice needs none: it does not decide readiness."""
    age = store.painter_age()
    return None if age is None else round(age, 1)


def _works(call: Callable[[], object]) -> bool:
    try:
        call()
    except (DataError, KanjiError, SQLAlchemyError, OSError):
        return False
    return True
