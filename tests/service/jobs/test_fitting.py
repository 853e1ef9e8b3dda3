"""Learners' own parameters of FSRS: fitted at night, and part of what every replay follows."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kanji.errors import KanjiError
from kanji.practice.parameters import DEFAULT, MIN_REVIEWS, Parameters
from service.jobs import fitting
from service.jobs.fitting import fit_due, fit_learner
from service.jobs.worker import FITTER
from service.settings import Settings
from tests.service.api.test_imports import brought, state
from tests.service.api.test_reviews import check_replay
from tests.service.clients import device
from tests.service.databases import both
from tests.service.jobs.workers import environment
from tests.service.reviews import event, send

NOON, NIGHT = (datetime(2026, 12, 1, hour, 30, tzinfo=UTC) for hour in (12, 3))  # the day is at 4
OWN = Parameters.of([DEFAULT.values[0] / 2, DEFAULT.values[1] / 2, *DEFAULT.values[2:]])
LOG = 8  # events, in place of MIN_REVIEWS


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit of short logs that takes no time."""
    monkeypatch.setattr(fitting, "MIN_REVIEWS", LOG)
    monkeypatch.setattr(fitting, "better_parameters", lambda rated, days, present: OWN)


def practise(client: FlaskClient, count: int = LOG, first: int = 0) -> None:
    numbers = range(first, first + count)
    send(client, *(event("日月火水"[n % 4], n, misses=3 * (n % 3 == 1)) for n in numbers))


def parameters(client: FlaskClient) -> Any:
    return client.get("/v1/settings").json["parameters"]


@both
@pytest.mark.usefixtures("quick")
def test_parameters_are_fitted_at_night_and_again_when_the_log_has_grown(
    client: FlaskClient, engine: Engine
) -> None:
    practise(client, LOG - 1)
    assert fit_due(engine, NIGHT) == 0 and parameters(client) is None
    practise(client, 1, first=LOG - 1)
    before = client.get("/v1/queue").headers["ETag"]
    assert fit_due(engine, NOON) == 0
    assert fit_due(engine, NIGHT) == 1 and fit_due(engine, NIGHT) == 0
    assert parameters(client) == {"values": list(OWN.values), "events": LOG}
    assert client.get("/v1/queue", headers={"If-None-Match": before}).status_code == 200
    check_replay(engine)
    practise(client, 1, first=30)
    assert fit_due(engine, NIGHT + timedelta(days=1)) == 0
    practise(client, 1, first=31)
    assert fit_due(engine, NIGHT + timedelta(days=1)) == 1
    assert parameters(client)["events"] == 1.25 * LOG
    practise(client, 4, first=20)  # late, and so replayed
    check_replay(engine)


@both
@pytest.mark.usefixtures("quick")
def test_parameters_can_be_switched_off_and_reset(client: FlaskClient, engine: Engine) -> None:
    client.patch("/v1/settings", json={"fit_parameters": False})
    practise(client)
    standard = state(client)["queue"]
    assert fit_due(engine, NIGHT) == 0
    client.patch("/v1/settings", json={"fit_parameters": True})
    assert fit_due(engine, NIGHT) == 1
    fitted = state(client)["queue"]
    assert fitted != standard
    client.patch("/v1/settings", json={"parameters": None, "fit_parameters": False})
    assert state(client)["queue"] == standard
    own = {"values": list(OWN.values)}  # of an app that fits them by itself
    assert client.patch("/v1/settings", json={"parameters": own}).json["parameters"]["events"] == 0
    assert state(client)["queue"] == fitted
    check_replay(engine)


@both
@pytest.mark.usefixtures("quick")
def test_parameters_go_along_with_an_export(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    practise(client)
    assert fit_due(engine, NIGHT) == 1
    other = device(app)
    assert brought(other, client.get("/v1/me/export").json)["settings_taken"]
    assert state(other) == state(client) and parameters(other)["events"] == LOG
    assert fit_due(engine, NIGHT) == 0


@both
def test_parameters_that_predict_no_better_are_not_taken_and_not_fitted_again_at_once(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[Parameters] = []
    monkeypatch.setattr(fitting, "MIN_REVIEWS", LOG)
    monkeypatch.setattr(fitting, "better_parameters", lambda *given: fits.append(given[-1]))
    practise(client)
    before = state(client)["queue"]
    assert fit_due(engine, NIGHT) == 0 and fit_due(engine, NIGHT) == 0
    assert fits == [DEFAULT]
    assert parameters(client) == {"values": list(DEFAULT.values), "events": LOG}
    assert state(client)["queue"] == before
    check_replay(engine)


@both
def test_a_setting_that_is_changed_during_the_fit_is_kept(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit(*_: object) -> Parameters:
        client.patch("/v1/settings", json={"fit_parameters": False})
        return OWN

    monkeypatch.setattr(fitting, "MIN_REVIEWS", LOG)
    monkeypatch.setattr(fitting, "better_parameters", fit)
    practise(client)
    assert fit_due(engine, NIGHT) == 0 and parameters(client) is None
    assert client.get("/v1/settings").json["fit_parameters"] is False


@pytest.mark.usefixtures("quick")
def test_the_night_is_the_learners_and_the_time_is_bounded(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    clients = [client, device(app)]
    for one in clients:
        one.patch("/v1/settings", json={"time_zone": "Asia/Tokyo"})
        practise(one)
    assert fit_due(engine, NIGHT) == 0
    tokyo = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    assert fit_due(engine, tokyo, seconds=0) == 0
    assert fit_due(engine, tokyo) == 2


def test_too_few_reviews_keep_the_defaults(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MIN_REVIEWS", LOG)
    practise(client)
    assert fit_due(engine, NIGHT) == 0 and parameters(client) is None


@pytest.mark.filterwarnings("ignore")  # pandas' and tqdm's own
def test_a_forgetful_learner_gets_shorter_intervals(client: FlaskClient, engine: Engine) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("pandas")
    with pytest.raises(KanjiError, match="0 reviews"):
        fitted(client, engine)
    kanji = client.get("/v1/kanji").json["characters"][:60]
    for session in range(MIN_REVIEWS * 5 // 4 // len(kanji) + 2):
        forgotten = [3 if session and (n + session) % 5 else 0 for n in range(len(kanji))]
        events = (
            event(one, 4 * session - 60, misses=m) for one, m in zip(kanji, forgotten, strict=True)
        )
        send(client, *events)
    assert fitted(client, engine)
    assert parameters(client)["values"][2] < DEFAULT.values[2]  # days, after a first "good"
    check_replay(engine)


def test_the_process_of_the_worker_ends_by_itself(settings: Settings, engine: Engine) -> None:
    environ = {**os.environ, **environment(settings)}
    fitter = subprocess.Popen(FITTER, env=environ, stdin=subprocess.PIPE)
    with fitter:
        assert fitter.wait(60) == 0


def fitted(client: FlaskClient, engine: Engine) -> bool:
    """Fits the parameters of a client's user."""
    return fit_learner(engine, UUID(client.get("/v1/me/export").json["user"]))
