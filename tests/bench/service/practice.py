"""What the practice routes cost: in a database of many learners, and of one with a long log.

    python -m tests.bench.service practice [--reviews 1000000] [--users 1000]
        [--longest 100000] [--url postgresql://...] [--folder /tmp/hitsujun-practice]

CPU time of the process in milliseconds, the median over requests of many learners; the time of a
PostgreSQL server is not in it. The rows grow tenfold, first by learners, then by the log of one. A
database is built once, as the service would have stored it, and kept in the folder (of PostgreSQL:
in a schema of its own). The `yardstick` is the time of a fixed piece of Python: on a busy machine
all figures grow with it. Prints a table; each row as JSON on stderr when it is there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from service.api.app import create_app
from service.bench.service import attempts
from service.settings import Settings
from tests.bench.service.learners import add_learner, copy_learner
from tests.bench.service.median_cpu import median_cpu_ms
from tests.bench.table import table

REQUESTS = 40  # of each kind
NEWEST = 20  # events that a device does not have yet
LIMIT = 20  # cards of a queue
REPLAYED = 40  # different logs; the learners after them have copies of these


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reviews", type=int, default=1_000_000, help="of all learners")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--longest", type=int, default=100_000, help="log of one learner")
    parser.add_argument("--url", default="", help="of PostgreSQL (default: SQLite files)")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/hitsujun-practice"))
    options = parser.parse_args(arguments)
    each = options.reviews // options.users
    sizes = [(users, each) for users in _powers(1, options.users)]
    sizes += [(1, reviews) for reviews in _powers(10 * each, options.longest)]
    rows = []
    for size in sizes:
        rows.append(_measured(options.folder, options.url, *size))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(table([name.replace("_", " ") for name in rows[0]], (_cells(row) for row in rows)))


def _powers(least: int, most: int) -> list[int]:
    return [least * 10**n for n in range(12) if least * 10**n <= most]


def _measured(folder: Path, url: str, users: int, reviews: int) -> dict[str, Any]:
    """The row of a database with some learners of equally long logs."""
    name = f"practice_{users}_{reviews}"
    here = folder / f"{name}_{'postgresql' if url else 'sqlite'}"
    app = create_app(
        Settings(
            here,
            database_url=_schema(url, name) if url else "",
            limit_devices="1000000/minute",  # learners are made as devices are
        ),
        enqueue=lambda _: None,
    )
    tokens = _tokens(app, here / "tokens.json", users, reviews)
    some = random.Random(1).sample(tokens, min(users, REQUESTS))
    clients = cycle([_client(app, token) for token in some])
    for _ in range(5):  # fills what is kept between requests
        _ok(next(clients).get("/v1/queue"))
    print(f"{name}: {len(tokens)} learners", file=sys.stderr)
    return {"learners": users, "reviews_each": reviews} | {
        kind: round(_median_ms(request, clients), 2) for kind, request in _requests().items()
    }


def _requests() -> dict[str, Callable[[FlaskClient], Callable[[], Any]]]:
    """By the name of a column: what makes a request of a client, which is then timed."""
    return {
        "send 1": lambda client: _send(client, 1),
        "send 10": lambda client: _send(client, 10),
        "newest of the log": _read_newest,
        "queue": lambda client: lambda: client.get(f"/v1/queue?limit={LIMIT}"),
        "queue, 304": lambda client: _again(client, f"/v1/queue?limit={LIMIT}"),
        "stats": lambda client: lambda: client.get("/v1/stats"),
        "stats, 304": lambda client: _again(client, "/v1/stats"),
        "yardstick": lambda client: lambda: sum(n * n for n in range(20_000)),
    }


def _median_ms(request: Callable[[FlaskClient], Callable[[], Any]], clients: Any) -> float:
    calls = (request(next(clients)) for _ in range(REQUESTS))
    return median_cpu_ms(calls, lambda answer: isinstance(answer, int) or _ok(answer))


def _ok(answer: Any) -> Any:
    assert answer.status_code in (200, 304), answer.text
    return answer


def _send(client: FlaskClient, count: int) -> Callable[[], Any]:
    """Sends attempts of this moment, at kanji that the learner knows."""
    events = attempts(count, random.Random(time.time_ns()))
    return lambda: client.post("/v1/reviews", json=events)


def _read_newest(client: FlaskClient) -> Callable[[], Any]:
    first = client.get("/v1/reviews?limit=1&after=0").json["events"][0]["number"]
    return lambda: client.get(f"/v1/reviews?limit={NEWEST}&after={first + 100}")


def _again(client: FlaskClient, path: str) -> Callable[[], Any]:
    """The request of a client that has the answer already."""
    etag = _ok(client.get(path)).headers["ETag"]

    def request() -> Any:
        answer = client.get(path, headers={"If-None-Match": etag})
        assert answer.status_code == 304, answer.text
        return answer

    return request


def _tokens(app: Flask, path: Path, users: int, reviews: int) -> list[str]:
    """The tokens of the learners; those that are not there yet are added."""
    tokens: list[str] = json.loads(path.read_text()) if path.exists() else []
    while len(tokens) < users:
        number = len(tokens)
        if number < REPLAYED:
            tokens.append(add_learner(app, reviews, seed=number))
        else:
            tokens.append(copy_learner(app, tokens[number % REPLAYED]))
        path.write_text(json.dumps(tokens))
        if len(tokens) % 50 == 0:
            print(f"{path.parent.name}: {len(tokens)} of {users}", file=sys.stderr, flush=True)
    return tokens


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = token
    return client


def _schema(url: str, name: str) -> str:
    """The URL of a schema of the database, which is made where it is missing."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{name}"'))
    engine.dispose()
    return f"{url}?options=-csearch_path%3D{name}"


def _cells(row: Mapping[str, float]) -> list[str]:
    return [f"{value:,}" for value in row.values()]
