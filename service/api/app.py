"""The web application. It never imports torch: the worker paints the pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kanji.recognizer.recognize import Reader
from service.api.access import PUBLIC, allow, install_access
from service.api.characters import characters
from service.api.compression import install_compression
from service.api.dependencies import Dependencies
from service.api.devices import devices
from service.api.drawings import drawings
from service.api.export import export
from service.api.health import health
from service.api.imports import imports
from service.api.job_events import job_events
from service.api.jobs import jobs
from service.api.limits import add_limit_headers, install_limits
from service.api.me import me
from service.api.metrics import install_metrics, metrics
from service.api.model import model
from service.api.openapi import complete_document, document_of
from service.api.pages import STATIC, description, pages
from service.api.problems import install_problems
from service.api.queue import queue
from service.api.ranges import ignore_other_ranges
from service.api.request_log import install_request_log
from service.api.reviews import reviews
from service.api.security_headers import SecurityHeaders
from service.api.settings import settings as learner_settings
from service.api.stats import stats
from service.api.stylizations import stylizations
from service.api.wallpapers import wallpapers
from service.db.engine import open_engine
from service.db.migrate import upgrade
from service.jobs.store import JobStore
from service.settings import Settings
from service.version import installed_version

# In the order of the document.
BLUEPRINTS = (
    devices,
    queue,
    reviews,
    learner_settings,
    stats,
    me,
    export,
    imports,
    drawings,
    model,
    characters,
    stylizations,
    wallpapers,
    jobs,
    job_events,
    health,
    metrics,
    description,
    pages,
)
# APIFlask documents some errors by itself; each endpoint names its own.
OPENAPI = {
    "AUTO_SERVERS": False,
    "AUTO_404_RESPONSE": False,
    "AUTO_AUTH_ERROR_RESPONSE": False,
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "INFO": {"description": "Reads and grades drawn kanji, and paints pictures."},
}


def create_app(
    settings: Settings | None = None,
    *,
    reader: Reader | None = None,
    enqueue: Callable[[str], None] | None = None,
    migrate: bool = True,
) -> Flask:
    """The application for `settings`, by default those of the environment.

    `reader` recognizes drawings, by default the shipped recognizer. `enqueue` hands a job id to
    the workers, by default through the queue in the data folder. `migrate`: first bring the
    database to the tables of this version; `hitsujun serve` has done it before.
    """
    settings = settings or Settings.from_env()
    engine = open_engine(settings)
    if migrate:
        upgrade(engine)
    store = JobStore(engine)
    if enqueue is None:
        from service.jobs.queue import JobQueue

        enqueue = JobQueue(settings).enqueue
    app = _app_without_dependencies()
    app.config.update(MAX_CONTENT_LENGTH=settings.max_json_bytes, MAX_FORM_PARTS=32)
    app.config["TRUSTED_HOSTS"] = settings.hosts or None
    if count := settings.proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    install_limits(app, settings)
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
        version=installed_version(),
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=str(STATIC),
    )
    app.config.update(OPENAPI)
    app.spec_processor(complete_document)  # type: ignore[attr-defined]
    install_request_log(app)
    install_metrics(app)
    install_problems(app)
    app.before_request(ignore_other_ranges)
    app.after_request(add_limit_headers)
    install_compression(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    allow(PUBLIC, app.view_functions["static"])
    install_access(app)
    app.wsgi_app = SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign,assignment]
    return app
