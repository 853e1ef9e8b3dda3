"""Drawings that come with reviews, and are kept where the learner wants it."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from service.settings import Settings
from tests.service.clients import device
from tests.service.databases import both
from tests.service.reviews import event, send

LINE = {"x": [10, 50, 95], "y": [50, 49, 48], "t": [0, 8, 16], "pressure": [90, 500, 1000]}
INK = {"strokes": [LINE, {"x": [3], "y": [4]}]}


def kept(client: FlaskClient) -> list[dict[str, Any]]:
    inks: list[dict[str, Any]] = client.get("/v1/me/export").json["inks"]
    return inks


def keep(client: FlaskClient, wanted: bool = True) -> None:
    answer = client.patch("/v1/settings", json={"keep_ink": wanted})
    assert answer.json["keep_ink"] is wanted


@both
def test_a_drawing_is_kept_only_where_the_learner_wants_it(client: FlaskClient) -> None:
    assert send(client, event(ink=INK)) == ["stored"]
    assert kept(client) == []
    keep(client)
    one = event("月", ink=INK)
    assert send(client, one, event("火")) == ["stored", "stored"]
    assert send(client, one, {k: v for k, v in one.items() if k != "ink"}) == ["known", "known"]
    assert kept(client) == [{"event": one["id"], "strokes": INK["strokes"]}]
    assert "ink" not in client.get("/v1/reviews").json["events"][1]


@both
def test_turning_it_off_deletes_the_drawings(app: Flask, client: FlaskClient) -> None:
    other = device(app)
    for one in (client, other):
        keep(one)
        send(one, event(ink=INK))
    keep(client, False)
    assert kept(client) == [] and len(kept(other)) == 1
    assert client.get("/v1/stats").json["introduced"] == 1
    assert other.delete("/v1/me").json["deleted"]["inks"] == 1


@both
def test_the_oldest_drawings_make_room(app: Flask, settings: Settings, client: FlaskClient) -> None:
    object.__setattr__(app.extensions["hitsujun"].settings, "max_ink_bytes", 300)
    keep(client)
    events = [event(days=n, ink=INK) for n in range(20)]
    for one in events:
        assert send(client, one) == ["stored"]
    shown = [one["event"] for one in kept(client)]
    assert 2 <= len(shown) < 20
    assert shown == [one["id"] for one in events[-len(shown) :]]


@both
def test_a_drawing_beyond_the_limits_of_the_grader_is_refused(client: FlaskClient) -> None:
    long = {"strokes": [{"x": [1] * 8193, "y": [1] * 8193}]}
    many = {"strokes": [{"x": [1], "y": [1]}] * 43}
    uneven = {"strokes": [{"x": [1, 2], "y": [1]}]}
    assert send(client, *(event(ink=ink) for ink in (long, many, uneven))) == ["refused"] * 3
