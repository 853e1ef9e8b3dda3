"""Three devices of one user, offline and online in any interleaving, end in the same state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import Engine

from kanji.practice.events import RATINGS
from service.db.engine import writing
from service.db.learner_log import rebuild
from service.db.learners import Learner
from service.db.users import User
from tests.service.api.test_imports import brought, state
from tests.service.clients import device
from tests.service.databases import both
from tests.service.reviews import START, event, override, send, skip, undo

KANJI = st.sampled_from("日月火頰頬")
DEVICES = st.integers(0, 2)
# Days from START: usual ones, and clocks that were reset or run ahead.
MOMENTS = st.one_of(st.floats(0, 20), st.sampled_from([-9000.0, 0.0, 4000.0]))
CHANGES = st.sampled_from(
    [
        {"time_zone": "Asia/Tokyo"},
        {"day_start": "00:00", "time_zone": "America/New_York"},
        {"ratings": {"again_misses": 1}},
        {"retention": 0.8},
        {"decks": ["日月火"], "new_per_day": 1},
    ]
)
PLAN = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class ThreeDevices(RuleBasedStateMachine):
    """`offline` holds what each device has not had acknowledged; `made` all that was ever done."""

    app: Flask
    engine: Engine

    @initialize()
    def link(self) -> None:
        first = device(self.app)
        codes = [lambda: first.post("/v1/link-codes", json={}).json["code"]] * 2
        self.devices = [first, *(device(self.app, code=code()) for code in codes)]
        self.offline: list[list[dict[str, Any]]] = [[], [], []]
        self.made: list[dict[str, Any]] = []
        self.bystander = device(self.app)
        send(self.bystander, event("日", misses=1), event("水", 3))
        self.before = everything(self.bystander)

    @rule(number=DEVICES, kanji=KANJI, at=MOMENTS, misses=st.integers(0, 3))
    def write(self, number: int, kanji: str, at: float, misses: int) -> None:
        self._happen(number, event(kanji, at, misses=misses, sequence=len(self.made)))

    @rule(number=DEVICES, kanji=KANJI, at=MOMENTS)
    def put_off(self, number: int, kanji: str, at: float) -> None:
        self._happen(number, skip(kanji, at))

    @rule(number=DEVICES, which=st.integers(0, 99), rating=st.sampled_from(RATINGS))
    def replace_a_rating(self, number: int, which: int, rating: str) -> None:
        if attempts := [one for one in self.made if one["kind"] == "attempt"]:
            at = (START + timedelta(days=which)).isoformat()
            self._happen(number, override(attempts[which % len(attempts)], rating, at=at))

    @rule(number=DEVICES, which=st.integers(0, 99))
    def take_back(self, number: int, which: int) -> None:
        if others := [one for one in self.made if one["kind"] != "undo"]:
            self._happen(number, undo(others[which % len(others)]))

    @rule(number=DEVICES, order=st.randoms(use_true_random=False), is_answer_lost=st.booleans())
    def synchronize(self, number: int, order: Any, is_answer_lost: bool) -> None:
        waiting = self.offline[number]
        sent = order.sample(waiting, order.randint(0, len(waiting)))
        if self.made:
            sent = [*sent, order.choice(self.made)] if order.random() < 0.3 else sent
        if sent:
            assert set(send(self.devices[number], *sent)) <= {"stored", "known"}
        if not is_answer_lost:
            self.offline[number] = [one for one in waiting if one not in sent]

    @rule(number=DEVICES, change=CHANGES)
    def change_settings(self, number: int, change: dict[str, Any]) -> None:
        assert self.devices[number].patch("/v1/settings", json=change).status_code == 200

    @rule(number=DEVICES)
    def look(self, number: int) -> None:
        everything(self.devices[number])

    def teardown(self) -> None:
        if not hasattr(self, "devices"):
            return
        for client, waiting in zip(self.devices, self.offline, strict=True):
            if waiting:
                assert set(send(client, *waiting)) <= {"stored", "known"}
        states = [everything(client) for client in self.devices]
        assert states[0] == states[1] == states[2]
        stored = states[0]["reviews"]["events"]
        assert {one["id"] for one in stored} == {one["id"] for one in self.made}
        self._check_replay(states[0])
        self._check_import(states[0])
        assert everything(self.bystander) == self.before

    def _happen(self, number: int, one: dict[str, Any]) -> None:
        self.offline[number].append(one)
        self.made.append(one)

    def _check_replay(self, expected: dict[str, Any]) -> None:
        """A replay of the whole log says the same as what was kept event by event."""
        user_id = self.devices[0].get("/v1/me/export").json["user"]
        with writing(self.engine) as session:
            (user,) = [one for one in session.query(User) if str(one.id) == user_id]
            rebuild(session, Learner.of(user))
        assert everything(self.devices[0]) == expected

    def _check_import(self, expected: dict[str, Any]) -> None:
        """The same log says the same to another user, whose service got it all at once."""
        other = device(self.app)
        brought(other, self.devices[0].get("/v1/me/export").json)
        assert state(other) == {name: expected[name] for name in ("queue", "stats", "settings")}
        other.delete("/v1/me")


def everything(client: FlaskClient) -> dict[str, Any]:
    """All that a device can read."""
    return state(client) | {"reviews": client.get("/v1/reviews").json}


@both
def test_any_interleaving_ends_in_the_same_state(app: Flask, engine: Engine) -> None:
    assert datetime.now(UTC) > START
    machine = type("Machine", (ThreeDevices,), {"app": app, "engine": engine})
    run_state_machine_as_test(machine, settings=PLAN)
