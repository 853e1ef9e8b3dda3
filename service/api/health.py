"""Endpoints for whoever runs the service: does it answer, and can it work?"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from sqlalchemy.exc import SQLAlchemyError

from data.errors import DataError
from data.references.store import load_references
from kanji.errors import KanjiError
from service.api.blueprint import Answer, Blueprint
from service.api.dependencies import dependencies
from service.api.schemas.health import Health, Readiness
from service.jobs.store import journal_mode

health = Blueprint("health", __name__)


@health.get("/healthz")
@health.output(Health, description="status ok")
def healthz() -> Answer:
    """Does the service answer?"""
    return {"status": "ok"}


@health.get(
    "/readyz",
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
        "journal_mode": journal_mode(),
        "style_installed": bool(find_spec("torch")),
    }
    return body, 200 if is_ready else 503, {}


def _works(call: Callable[[], object]) -> bool:
    try:
        call()
    except (DataError, KanjiError, SQLAlchemyError, OSError):
        return False
    return True
