"""What the service counts for Prometheus, and GET /metrics, where it is read.

With several processes, each writes its counts into files of one folder (PROMETHEUS_MULTIPROC_DIR,
which `hitsujun serve` sets), and any of them answers for all.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from service.api.access import PUBLIC
from service.api.blueprint import Blueprint
from service.api.dependencies import dependencies
from service.api.request_log import route, seconds_taken
from service.errors import MetricsRefused
from service.jobs.job import STATES
from service.jobs.store import JobStore

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)  # of the histogram
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")  # headers by which a proxy shows itself
TEXT: Any = {
    200: {
        "description": "counts in the text format of Prometheus",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}

counts = CollectorRegistry()
REQUESTS = Counter(
    "hitsujun_requests", "Requests answered", ["route", "method", "status"], registry=counts
)
LATENCY = Histogram(
    "hitsujun_request_seconds",
    "Time until the answer, without sending it",
    ["route"],
    buckets=SECONDS,
    registry=counts,
)
GRADES = Counter("hitsujun_grades", "Drawings graded", ["verdict"], registry=counts)
REVIEWS = Counter("hitsujun_reviews_stored", "Reviews stored", registry=counts)

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics", access=PUBLIC, problems=("metrics-refused",), responses=TEXT)
def read() -> Response:
    """Counts for Prometheus: from this machine, or with the token of the settings"""
    if not _may_read(dependencies().settings.metrics_token):
        raise MetricsRefused("read it from this machine, or with HITSUJUN_METRICS_TOKEN")
    registry = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Counts())
    registry.register(Jobs(dependencies().store))
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def install_metrics(app: Flask) -> None:
    """Count the requests of `app`."""
    app.after_request(_count)


class _Counts(Collector):
    """The counts of this process alone."""

    def collect(self) -> Iterator[Metric]:
        """Called by generate_latest."""
        yield from counts.collect()


class Jobs(Collector):
    """The jobs by state, and when a painter was last seen, as the database knows them now."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Called by generate_latest. Without an answer of the database there are no jobs in it."""
        try:
            found, age = self._store.count_by_state(), self._store.painter_age()
        except SQLAlchemyError:
            return
        jobs = GaugeMetricFamily("hitsujun_jobs", "Jobs by state", labels=["state"])
        for state in STATES:
            jobs.add_metric([state], found.get(state, 0))
        yield jobs
        if age is not None:
            text = "Seconds since a painter was last seen"
            yield GaugeMetricFamily("hitsujun_painter_age_seconds", text, value=age)


def _count(response: Response) -> Response:
    REQUESTS.labels(route(), request.method, str(response.status_code)).inc()
    LATENCY.labels(route()).observe(seconds_taken())
    return response


def _may_read(token: str) -> bool:
    """Whether the request has the token, or comes from this machine and through no proxy."""
    given = request.authorization
    if token and given is not None and given.type == "bearer" and given.token:
        return hmac.compare_digest(given.token.encode(), token.encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
