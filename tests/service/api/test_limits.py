"""What is done too often is refused, counted for the device or the address that does it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.app import create_app
from service.api.dependencies import dependencies
from service.api.imports import TABLE
from service.api.limits import KEY, Limits
from service.settings import Settings
from tests.service.clients import device
from tests.service.conftest import FakeReader
from tests.service.reviews import event, send

ONE = {"character": "一", "strokes": [{"x": [10, 90], "y": [50, 48]}]}
NO_REDIS = "redis://127.0.0.1:1/0"


def app_with(settings: Settings, **limits: str) -> Flask:
    return create_app(replace(settings, **limits), reader=FakeReader(), enqueue=lambda job_id: None)


def close(app: Flask) -> None:
    with app.app_context():
        dependencies().engine.dispose()


def grade(client: FlaskClient, address: str = "203.0.113.1", token: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post(
        "/v1/grade", json=ONE, headers=headers, environ_base={"REMOTE_ADDR": address}
    )


def is_refused(answer: TestResponse) -> bool:
    if answer.status_code != 429:
        return False
    assert answer.get_json(force=True)["type"].endswith("#problem-too-many-requests")
    assert int(answer.headers["Retry-After"]) > 0
    return True


def test_new_devices_are_limited_by_address(settings: Settings) -> None:
    app = app_with(settings, limit_devices="2/hour")
    client = app.test_client()

    def register(address: str) -> TestResponse:
        return client.post("/v1/devices", json={}, environ_base={"REMOTE_ADDR": address})

    assert [register("203.0.113.1").status_code for _ in range(2)] == [201, 201]
    assert is_refused(register("203.0.113.1"))
    assert register("203.0.113.2").status_code == 201
    assert register("2001:db8:0:1::1").status_code == 201
    assert register("2001:db8:0:1::2").status_code == 201
    assert is_refused(register("2001:db8:0:1:ffff::3"))  # the same customer
    close(app)


def test_an_answer_says_what_is_left(settings: Settings) -> None:
    app = app_with(settings, limit_drawings="2/minute")
    client = app.test_client()
    answers = [grade(client) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["RateLimit"].split(";")[1] for one in answers] == ["r=1", "r=0", "r=0"]
    assert {one.headers["RateLimit-Policy"] for one in answers} == {'"drawings";q=2;w=60'}
    close(app)


def test_drawings_count_for_the_device_and_a_wrong_token_gets_no_count_of_its_own(
    settings: Settings,
) -> None:
    app = app_with(settings, limit_drawings="1/minute")
    client = app.test_client()
    tokens = [device(app).environ_base["HTTP_AUTHORIZATION"].split()[1] for _ in range(2)]
    for token in tokens:
        assert grade(client, token=token).status_code == 200
        assert is_refused(grade(client, "203.0.113.9", token))
    assert grade(client).status_code == 200
    assert is_refused(grade(client, token="hitsujun_guessed"))
    close(app)


def test_wrong_tokens_are_limited_and_a_valid_one_from_the_same_address_is_not(
    settings: Settings,
) -> None:
    app = app_with(settings, limit_failed_tokens="2/minute")
    good, bad = device(app), app.test_client()
    bad.environ_base["HTTP_AUTHORIZATION"] = "Bearer hitsujun_guessed"
    assert [bad.get("/v1/devices").status_code for _ in range(2)] == [401, 401]
    assert is_refused(bad.get("/v1/devices"))
    assert good.get("/v1/devices").status_code == 200
    close(app)


def test_what_is_replayed_for_a_learner_is_limited(settings: Settings) -> None:
    app = app_with(settings, limit_replays="5/hour")
    client, other = device(app), device(app)
    attempts = [event("日", n) for n in range(5)]
    assert send(client, *attempts) == ["stored"] * 5  # in order: nothing is replayed
    assert send(client, event("日", -1)) == ["stored"]  # reads five
    for answer in (
        client.post("/v1/reviews", json={"events": [event("日", -2)]}),
        client.patch("/v1/settings", json={"retention": 0.8}),
        client.post("/v1/me/import", data=TABLE, content_type="text/csv"),
    ):
        assert is_refused(answer)
    assert client.get("/v1/queue").status_code == 200
    assert send(other, event("日")) == ["stored"]
    close(app)


def test_link_codes_are_limited_by_device(settings: Settings) -> None:
    app = app_with(settings, limit_link_codes="1/hour")
    first, second = device(app), device(app)
    assert first.post("/v1/link-codes", json={}).status_code == 201
    assert is_refused(first.post("/v1/link-codes", json={}))
    assert second.post("/v1/link-codes", json={}).status_code == 201
    close(app)


def test_health_and_metrics_are_not_limited(settings: Settings) -> None:
    app = app_with(settings, limit_drawings="1/day")
    client = app.test_client()
    for path in ("/healthz", "/metrics", "/readyz"):
        answers = [client.get(path) for _ in range(5)]
        assert {one.status_code for one in answers} == {200}
        assert "RateLimit" not in answers[0].headers
    close(app)


def test_a_redis_that_does_not_answer_lets_practice_go_on(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_with(settings, limit_drawings="1/day", limits_url=NO_REDIS)
    client = app.test_client()
    assert {grade(client).status_code for _ in range(3)} == {200}
    assert caplog.text.count("limits are not counted") == 1  # then it is not asked for a while
    close(app)


def test_two_processes_count_together_in_redis(settings: Settings) -> None:
    redis = pytest.importorskip("redis")
    url = "redis://127.0.0.1:6379/9"
    try:
        redis.Redis.from_url(url).ping()
    except redis.exceptions.ConnectionError:
        pytest.skip("no Redis at 127.0.0.1:6379")
    apps = [app_with(settings, limit_drawings="2/minute", limits_url=url) for _ in range(2)]
    address = f"2001:db8:{settings.data_dir.stat().st_ino % 65536:x}::1"
    answers = [grade(app.test_client(), address) for app in (*apps, *apps)]
    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    for app in apps:
        counts: Limits = app.extensions[KEY]
        counts.close()
        close(app)
