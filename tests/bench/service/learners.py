"""Learners with a log of some length, stored as the service would have stored it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, literal, select

from data.characters import characters
from kanji.practice.events import Attempt
from service.api.dependencies import dependencies
from service.bench.service import uuid7
from service.db.base import table_of
from service.db.days import StoredDay
from service.db.engine import writing
from service.db.events import StoredEvent, event_row
from service.db.learner_log import rebuild
from service.db.learners import Learner
from service.db.progress import StoredMark, StoredProgress
from tests.service.clients import device

REVIEWS_A_DAY, MOST_DAYS = 30, 10_000  # a longer log has more reviews a day
PER_KANJI = 7  # reviews of one kanji, until all are introduced
STEPS = (0, 0.007, 1, 3, 8, 20, 45)  # days between the reviews of a kanji, at the beginning
FORGETTING = 0.15  # attempts that are rated "again"


def add_learner(app: Flask, reviews: int, seed: int) -> str:
    """Add a learner who has practised until now; returns the token of their device."""
    client, engine, user_id = _new_user(app)
    device_id = client.get("/v1/devices").json["devices"][0]["id"]
    events = [replace(one, device=device_id) for one in attempts(reviews, seed)]
    rows = [event_row(user_id, event, number) for number, event in enumerate(events, start=1)]
    with writing(engine) as session:
        session.execute(insert(table_of(StoredEvent)), rows)
        learner = Learner.locked(session, user_id)
        learner.user.last_number = len(rows)
        session.flush()
        rebuild(session, learner)
    return _token(client)


def copy_learner(app: Flask, token: str) -> str:
    """Add a learner with the rows of another one; returns their token.

    This takes a hundredth of the time of a replay. What is not as the service would have stored it
    is the fuzz of the intervals, which depends on the user.
    """
    original = app.test_client()
    original.environ_base["HTTP_AUTHORIZATION"] = token
    client, engine, user_id = _new_user(app)
    with writing(engine) as session:
        old_id = _user_of(original)
        for table in map(table_of, (StoredEvent, StoredProgress, StoredMark, StoredDay)):
            others = [column for column in table.columns if column.name != "user_id"]
            new = literal(user_id, table.c.user_id.type)
            rows = select(new, *others).where(table.c.user_id == old_id)
            names = ["user_id", *(column.name for column in others)]
            session.execute(insert(table).from_select(names, rows))
        learner, old = Learner.locked(session, user_id), Learner.read(session, old_id)
        learner.user.last_number = old.user.last_number
        learner.user.replayed_rules = learner.rules.version
    return _token(client)


def _new_user(app: Flask) -> tuple[FlaskClient, Engine, uuid.UUID]:
    client = device(app)
    with app.app_context():
        return client, dependencies().engine, _user_of(client)


def _user_of(client: FlaskClient) -> uuid.UUID:
    return uuid.UUID(client.get("/v1/me/export").json["user"])


def _token(client: FlaskClient) -> str:
    return str(client.environ_base["HTTP_AUTHORIZATION"])


def attempts(reviews: int, seed: int) -> list[Attempt]:
    """The attempts of a learner, at growing intervals for each kanji, in order of time."""
    generator = random.Random(seed)
    days = min(reviews / REVIEWS_A_DAY, MOST_DAYS)
    kanji = characters("joyo")[: max(1, reviews // PER_KANJI)]
    moments = sorted(
        (at, one)
        for number, one in enumerate(kanji)
        for at in _moments(days * number / len(kanji), days, generator)
    )
    while len(moments) < reviews:
        moments.append((generator.uniform(0, days), generator.choice(kanji)))
    start = datetime.now(UTC) - timedelta(days=days, hours=1)
    chosen = sorted(generator.sample(moments, reviews))
    return [_attempt(start + timedelta(days=at), one, generator) for at, one in chosen]


def _moments(first: float, last: float, generator: random.Random) -> Iterator[float]:
    """When a kanji is reviewed, in days."""
    at = first
    for step in (*STEPS, *(60,) * int(last)):
        at += step * generator.uniform(0.9, 1.3)
        if at >= last:
            return
        yield at


def _attempt(at: datetime, kanji: str, generator: random.Random) -> Attempt:
    is_wrong = generator.random() < FORGETTING
    return Attempt(
        id=uuid7(at, generator),
        at=at,
        received_at=at,
        kanji=kanji,
        misses=3 if is_wrong else generator.choice((0, 0, 0, 1)),
        seconds=round(generator.uniform(3, 20), 1),
        score=round(generator.uniform(40, 99), 1),
        faulty_strokes=(generator.randrange(6),) if is_wrong else (),
        read_as="未" if is_wrong and generator.random() < 0.2 else None,
    )
