"""What a review costs at a kanji with many attempts: in order, late, and where it changes another.

    python -m tests.bench.service late [--lengths 200 2000 20000] [--postgresql]

CPU time of the process in milliseconds, the median of requests with one event each; the time of a
PostgreSQL server is not in it. All attempts of the learner are at one kanji, an hour apart. Late by
a day, or by half the log; the override changes the attempt of a day ago.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from service.api.app import create_app
from service.settings import Settings
from tests.bench.service.median_cpu import median_cpu_ms
from tests.bench.table import table
from tests.service.clients import device
from tests.service.databases import empty_postgresql
from tests.service.reviews import event, override, send

LENGTHS = (200, 2_000, 20_000)
BATCH = 500  # events in a request
REQUESTS = 15  # of each kind


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--postgresql", action="store_true", help="the one that the tests use")
    options = parser.parse_args(arguments)
    rows = [_measured(length, options.postgresql) for length in options.lengths]
    print(table(list(rows[0]), (row.values() for row in rows)))


def _measured(length: int, in_postgresql: bool) -> dict[str, Any]:
    with _client(in_postgresql) as client:
        now = datetime.now(UTC)
        begin = now - timedelta(hours=length + 1)
        attempts = [_attempt(begin + timedelta(hours=n)) for n in range(length)]
        for first in range(0, length, BATCH):
            send(client, *attempts[first : first + BATCH])
        yesterday, middle = attempts[-24], begin + timedelta(hours=length / 2)
        kinds: dict[str, Callable[[int], dict[str, Any]]] = {
            "in order": lambda n: _attempt(now - timedelta(minutes=REQUESTS - n)),
            "late by a day": lambda n: _attempt(now - timedelta(days=1, seconds=n)),
            "override": lambda n: override(yesterday, ("again", "good")[n % 2]),
            "late by half": lambda n: _attempt(middle + timedelta(seconds=n)),
        }
        return {"attempts at the kanji": length} | {
            kind: round(_median_ms(client, make), 2) for kind, make in kinds.items()
        }


def _attempt(at: datetime) -> dict[str, Any]:
    return event("水", at=at.isoformat(), seconds=3.1, score=90.0)


def _median_ms(client: FlaskClient, make: Callable[[int], dict[str, Any]]) -> float:
    def request(number: int) -> Callable[[], list[str]]:
        one = make(number)
        return lambda: send(client, one)

    def check(statuses: list[str]) -> None:
        assert statuses == ["stored"]

    return median_cpu_ms(map(request, range(REQUESTS)), check)


@contextmanager
def _client(in_postgresql: bool) -> Iterator[FlaskClient]:
    """A new learner in an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        if in_postgresql:
            with empty_postgresql() as url:
                yield from _device(Settings(Path(folder), database_url=url))
        else:
            yield from _device(Settings(Path(folder)))


def _device(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings, enqueue=lambda _: None)
    yield device(app)
    app.extensions["hitsujun"].engine.dispose()
