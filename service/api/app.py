"""The web application. It never imports torch: pictures are painted by the worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, send_from_directory

from data.errors import DataError
from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.recognizer.recognize import Reader, Recognizer
from service.api.drawings import practice_routes
from service.api.openapi import docs_page, openapi_document
from service.api.problems import install_problems
from service.api.stylizations import stylization_routes
from service.jobs.store import JobStore, journal_mode
from service.settings import Settings

STATIC = Path(__file__).parents[1] / "static"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(
    settings: Settings | None = None,
    *,
    reader: Reader | None = None,
    put: Callable[[str], None] | None = None,
) -> Flask:
    """The application of `settings`, those of the environment by default.

    `reader` reads drawings (the shipped recognizer by default), `put` hands a job id to the
    workers (the queue in the data folder by default).
    """
    settings = settings or Settings.from_env()
    store = JobStore(settings.data_dir)
    if put is None:
        from service.jobs.queue import JobQueue

        put = JobQueue(settings, store).put
    app = Flask(__name__, static_folder=str(STATIC))
    app.config.update(MAX_CONTENT_LENGTH=settings.max_json_bytes, MAX_FORM_PARTS=32)
    app.extensions["hitsujun-store"] = store
    install_problems(app)
    app.after_request(_secure)
    app.register_blueprint(practice_routes(reader))
    app.register_blueprint(stylization_routes(settings, store, put=put))
    _add_pages(app)
    _add_health(app, store, reader)
    return app


def _add_pages(app: Flask) -> None:
    @app.get("/")
    def page() -> Response:
        return send_from_directory(STATIC, "practice.html")

    @app.get("/v1/openapi.json")
    def openapi() -> Response:
        return Response(json.dumps(openapi_document()), mimetype="application/json")

    @app.get("/v1/docs")
    def docs() -> Response:
        return Response(docs_page(), mimetype="text/html")


def _add_health(app: Flask, store: JobStore, reader: Reader | None) -> None:
    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def ready() -> tuple[dict[str, object], int]:
        parts = {
            "references": _works(lambda: len(load_references())),
            "recognizer": _works(lambda: (reader or Recognizer.load()).labels),
            "database": _works(store.waiting),
        }
        good = all(parts.values())
        facts = {"journal_mode": journal_mode(), "style_installed": bool(find_spec("torch"))}
        return {"status": "ready" if good else "not ready", **parts, **facts}, 200 if good else 503


def _works(call: Callable[[], object]) -> bool:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        call()
    except (DataError, KanjiError, SQLAlchemyError, OSError):
        return False
    return True


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
