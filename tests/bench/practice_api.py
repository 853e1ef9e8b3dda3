"""What the practice routes cost, and that a review does not cost more in a longer log.

    python -m tests.bench.practice_api [--url postgresql://...] [--reviews 1000] [--longest 100000]

CPU time of the process, the median over requests, without the time of the database server. The
database should be empty; with SQLite it is a new file.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from data.characters import characters
from service.api import stats
from service.api.app import create_app
from service.settings import Settings
from tests.service.clients import device

REQUESTS = 30  # of each kind
PART = 500  # events in one request
PER_KANJI = 20  # reviews of one kanji in a log


class Writer:
    """Makes the events of a learner who reviews something every ten minutes until now."""

    def __init__(self, reviews: int) -> None:
        self.at = datetime.now(UTC) - timedelta(minutes=10 * (reviews + REQUESTS * 12))
        self.random = random.Random(reviews)
        self.kanji = characters("joyo")[: max(20, min(reviews // PER_KANJI, 2000))]

    def event(self) -> dict[str, Any]:
        self.at += timedelta(minutes=10)
        bits = int(self.at.timestamp() * 1000) << 80 | self.random.getrandbits(80)
        bits = bits & ~(0xF << 76) | 7 << 76
        misses = self.random.choice((0, 0, 0, 1, 2))
        return {
            "kind": "attempt",
            "id": str(UUID(int=bits & ~(3 << 62) | 2 << 62)),
            "at": self.at.isoformat(),
            "kanji": self.random.choice(self.kanji),
            "misses": misses,
            "seconds": 6.5,
            "score": 80.0,
            "faulty_strokes": [0] if misses else [],
        }

    def post(self, client: FlaskClient, count: int) -> None:
        answer = client.post("/v1/reviews", json={"events": [self.event() for _ in range(count)]})
        assert {one["status"] for one in answer.json["results"]} == {"stored"}, answer.text


def median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(REQUESTS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def get(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def computed_stats(client: FlaskClient) -> None:
    """Statistics that were not kept from an earlier request."""
    stats._computed.cache_clear()
    get(client, "/v1/stats")


def measure(client: FlaskClient, reviews: int) -> None:
    """Prints the row of a new learner with a log of some length."""
    writer = Writer(reviews)
    for _ in range(reviews // PART):
        writer.post(client, PART)
    get(client, "/v1/queue")  # builds what is kept between requests
    costs = [
        median_ms(lambda: writer.post(client, 1)),
        median_ms(lambda: writer.post(client, 10)),
        median_ms(lambda: get(client, "/v1/queue?limit=20")),
        median_ms(lambda: get(client, "/v1/reviews?limit=20&after=500")),
        median_ms(lambda: computed_stats(client)),
    ]
    print(f"| {reviews} | " + " | ".join(f"{cost:.1f}" for cost in costs) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help="of an empty database (default: a SQLite file)")
    parser.add_argument("--shortest", type=int, default=1000, help="log, in reviews")
    parser.add_argument("--longest", type=int, default=100_000, help="log, in reviews")
    options = parser.parse_args()
    settings = Settings(Path(tempfile.mkdtemp()), database_url=options.url)
    app = create_app(settings, enqueue=lambda job_id: None)
    print("| reviews | send 1 | send 10 | queue of 20 | 20 of the log | stats | (ms of CPU)")
    print("|---|---|---|---|---|---|")
    reviews = options.shortest
    while reviews <= options.longest:
        measure(device(app), reviews)
        reviews *= 10


if __name__ == "__main__":
    main()
