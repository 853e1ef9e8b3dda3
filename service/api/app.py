"""The web application. It never imports torch: the worker paints the pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from flask import Flask, Response

from kanji.recognizer.recognize import Reader
from service import VERSION
from service.api.access import PUBLIC, allow, install_access
from service.api.characters import characters
from service.api.dependencies import Dependencies
from service.api.devices import devices
from service.api.drawings import drawings
from service.api.export import export
from service.api.health import health
from service.api.job_events import job_events
from service.api.jobs import jobs
from service.api.me import me
from service.api.model import model
from service.api.openapi import complete_document, document_of
from service.api.pages import STATIC, description, pages
from service.api.problems import install_problems
from service.api.queue import queue
from service.api.reviews import reviews
from service.api.settings import settings as learner_settings
from service.api.stats import stats
from service.api.stylizations import stylizations
from service.api.wallpapers import wallpapers
from service.db.engine import open_engine
from service.db.migrate import upgrade
from service.jobs.store import JobStore
from service.settings import Settings

# In the order of the document.
BLUEPRINTS = (
    devices,
    queue,
    reviews,
    learner_settings,
    stats,
    me,
    export,
    drawings,
    model,
    characters,
    stylizations,
    wallpapers,
    jobs,
    job_events,
    health,
    description,
    pages,
)
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
# APIFlask documents some errors by itself; each endpoint names its own.
OPENAPI = {
    "AUTO_SERVERS": False,
    "AUTO_404_RESPONSE": False,
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "INFO": {"description": "Reads and grades drawn kanji, and paints pictures."},
}


def create_app(
    settings: Settings | None = None,
    *,
    reader: Reader | None = None,
    enqueue: Callable[[str], None] | None = None,
) -> Flask:
    """The application for `settings`, by default those of the environment.

    `reader` recognizes drawings, by default the shipped recognizer. `enqueue` hands a job id to
    the workers, by default through the queue in the data folder.
    """
    settings = settings or Settings.from_env()
    engine = open_engine(settings)
    upgrade(engine)
    store = JobStore(engine)
    if enqueue is None:
        from service.jobs.queue import JobQueue

        enqueue = JobQueue(settings).enqueue
    app = _app_without_dependencies()
    app.config.update(MAX_CONTENT_LENGTH=settings.max_json_bytes, MAX_FORM_PARTS=32)
    Dependencies(settings, engine, store, enqueue, reader).install(app)
    return app


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, made without settings or data folder."""
    app = _app_without_dependencies()
    with app.app_context():
        return document_of(app)


def _app_without_dependencies() -> Flask:
    """An application with all endpoints, whose Dependencies are not installed yet."""
    app: Flask = APIFlask(
        __name__,
        title="hitsujun",
        version=VERSION,
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=str(STATIC),
    )
    app.config.update(OPENAPI)
    app.spec_processor(complete_document)  # type: ignore[attr-defined]
    install_problems(app)
    app.after_request(_secure)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    allow(PUBLIC, app.view_functions["static"])
    install_access(app)
    return app


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
