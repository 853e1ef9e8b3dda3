"""The API: CPU time of requests through WSGI, without a socket, on a database in SQLite."""

from __future__ import annotations

import json
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from data.characters import characters
from kanji.grading.grade import grade
from service.bench.clock import median_ms
from service.bench.drawings import STROKES, Drawing, drawings
from service.bench.row import Row
from service.bench.wsgi import answered
from service.settings import Settings

AREA = "service"
UNITS = 1000  # of a side of the paper, in a drawing that is sent
EVENTS = 10  # reviews that a device sends at once
NOTHING = "GET /healthz"


def rows(*, quick: bool) -> Iterator[Row]:
    """Medians over requests of one learner."""
    from service.api.app import create_app
    from service.api.warm_up import warm_up

    count = 15 if quick else 100
    drawn = drawings(count, strokes=STROKES)
    bodies = [body(one) for one in drawn]
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(_settings(Path(folder)), enqueue=lambda _: None)
        warm_up()
        token = json.loads(answered(app, "POST", "/v1/devices", b"{}"))["token"]
        generator = random.Random(time.time_ns())

        def asked(path: str, body: bytes = b"") -> bytes:
            return answered(app, "POST" if body else "GET", path, body, token=token)

        grading: dict[str, Callable[[int], Any]] = {
            "grade": lambda n: asked("/v1/grade", bodies[n]),
            "alone": lambda n: grade(*drawn[n]),
        }
        practice: dict[str, Callable[[int], Any]] = {
            "sync": lambda n: asked(
                "/v1/reviews", json.dumps(attempts(EVENTS, generator)).encode()
            ),
            "queue": lambda n: asked("/v1/queue"),
            "stats": lambda n: asked("/v1/stats"),
            NOTHING: lambda n: asked("/healthz"),
        }
        for request in (*grading.values(), *practice.values()):
            request(0)
        times = median_ms(grading, count) | median_ms(practice, count)
    yield Row(AREA, f"POST /v1/grade, {STROKES} strokes", times["grade"], "CPU ms", at_most=4)
    alone = "grading the same drawing in Python"
    yield Row(AREA, "POST /v1/grade", times["grade"] / times["alone"], "times", alone)
    for name, path in PRACTICE.items():
        yield Row(AREA, path, times[name], "CPU ms", at_most=10)
    yield Row(AREA, PRACTICE["queue"], times["queue"] / times[NOTHING], "times", NOTHING)


PRACTICE = {
    "sync": f"POST /v1/reviews, {EVENTS} events",
    "queue": "GET /v1/queue",
    "stats": "GET /v1/stats",
}


def _settings(folder: Path) -> Settings:
    """Of an installation without limits: all requests come from one address."""
    most = "1000000/minute"
    return Settings(folder, limit_drawings=most, limit_devices=most)


def body(one: Drawing) -> bytes:
    """The JSON with which an app asks for a grade."""
    strokes = [
        {
            axis: (stroke.points[:, n] * UNITS).round().astype(int).tolist()
            for n, axis in enumerate("xy")
        }
        for stroke in one.ink.strokes
    ]
    return json.dumps({"character": one.reference.character, "strokes": strokes}).encode()


def attempts(count: int, generator: random.Random) -> dict[str, Any]:
    """The JSON of `count` attempts of now, at some kanji, with ids of their own."""
    at = datetime.now(UTC)
    return {
        "events": [
            {
                "kind": "attempt",
                "id": str(uuid7(at, generator)),
                "at": (at + timedelta(microseconds=number)).isoformat(),
                "kanji": generator.choice(characters("joyo")[:140]),
                "misses": generator.choice((0, 0, 0, 1, 3)),
                "seconds": 6.5,
                "score": 80.0,
                "faulty_strokes": [0],
            }
            for number in range(count)
        ]
    }


def uuid7(at: datetime, generator: random.Random) -> uuid.UUID:
    """A UUIDv7 of a moment (RFC 9562)."""
    bits = int(at.timestamp() * 1000) << 80 | generator.getrandbits(80)
    bits = bits & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=bits & ~(3 << 62) | 2 << 62)
