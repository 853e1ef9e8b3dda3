"""Endpoints for whoever runs the service: does it answer, and can it work?"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from sqlalchemy.exc import SQLAlchemyError

from data.errors import DataError
from data.references.store import load_references
from kanji.errors import KanjiError, RecognizerMissing
from service import VERSION
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint
from service.api.dependencies import dependencies
from service.api.model import model_sha256
from service.api.schemas.health import Health, Readiness
from service.api.schemas.model import Version
from service.db.engine import journal_mode, sqlite_driver
from service.db.migrate import head
from service.jobs.store import JobStore

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
@health.output(Readiness, description="every part works")
def readyz() -> Answer:
    """Can the service do its work?"""
    needs = dependencies()
    parts = {
        "references": _works(lambda: len(load_references())),
        "recognizer": _works(lambda: needs.recognizer().labels),
        "database": _works(needs.store.waiting),
    }
    is_ready = all(parts.values())
    body = {
        "status": "ready" if is_ready else "not ready",
        **parts,
        "journal_mode": journal_mode(sqlite_driver().sqlite_version_info),
        "style_installed": bool(find_spec("torch")),
        "painter_age_seconds": _painter_age(needs.store) if parts["database"] else None,
    }
    return body, 200 if is_ready else 503, {}


@health.get("/version", access=PUBLIC)
@health.output(Version, description="version, revision of the database, model")
def version() -> Answer:
    """What runs here?"""
    try:
        sha256 = model_sha256()
    except RecognizerMissing:
        sha256 = None
    return {"version": VERSION, "database": head(), "model": sha256}


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
