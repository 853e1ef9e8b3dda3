"""Reviews that are brought along: from another service of ours, from tables, from Anki."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from service.api.app import create_app
from service.imports import imported
from service.settings import Settings
from tests.service.api.test_inks import INK, keep
from tests.service.api.test_reviews import check_replay
from tests.service.clients import device
from tests.service.databases import both
from tests.service.decks import collection, package
from tests.service.reviews import event, override, send, skip, undo

NOVEMBER_MS = 1_793_520_000_000  # 2026-11-01T08:00Z
DAY_MS = 86_400_000
DECK = package(
    collection_anki2=collection(
        ["<b>日</b>\x1fsun", "word\x1f月", "日本語\x1fJapanese"],
        [
            (NOVEMBER_MS, 1, 3, 4_000),
            (NOVEMBER_MS + 1 * DAY_MS, 1, 1, 9_000),
            (NOVEMBER_MS + 2 * DAY_MS, 2, 4, 2_000),
            (NOVEMBER_MS + 2 * DAY_MS + 1, 2, 0, 0),
            (NOVEMBER_MS + 3 * DAY_MS, 3, 3, 1_000),
        ],
    )
)

NEWER = package(collection_anki21b=b"", collection_anki2=b"")
VIEW = "CREATE TABLE notes (a); CREATE VIEW cards AS SELECT 1; CREATE TABLE revlog (a)"
WITHOUT_CARDS = package(collection_anki2=collection([], [], VIEW))


def bring(client: FlaskClient, data: Any, kind: str = "application/json") -> TestResponse:
    body = data if isinstance(data, bytes | str) else json.dumps(data)
    return client.post("/v1/me/import", data=body, content_type=kind)


def brought(client: FlaskClient, data: Any, kind: str = "application/json") -> dict[str, Any]:
    answer = bring(client, data, kind)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def state(client: FlaskClient) -> dict[str, Any]:
    """What a learner sees, but for intervals in minutes, which shrink meanwhile."""
    queue = client.get("/v1/queue?limit=100").json
    for card in queue["cards"]:
        for interval in card["next"].values():
            interval["minutes"] = None
    shown = {name: client.get(f"/v1/{name}").json for name in ("stats", "settings")}
    return {"queue": queue, **shown}


@both
def test_an_export_makes_the_same_queue_and_statistics_elsewhere(
    client: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    client.patch("/v1/settings", json={"time_zone": "Asia/Tokyo", "decks": ["日月火水木"]})
    keep(client)
    first, wrong = event(misses=1, ink=INK), event("月", 3, misses=3)
    send(client, first, event("月", 1), wrong, override(first, "easy"), skip("水"), undo(wrong))
    send(client, *(event("日", days, seconds=3.5, score=80) for days in (2, 5, 9)))
    exported = client.get("/v1/me/export").json
    elsewhere = create_app(Settings(tmp_path_factory.mktemp("other")))
    other = device(elsewhere)
    answer = brought(other, exported)
    assert (answer["stored"], answer["refused"], answer["settings_taken"]) == (9, 0, True)
    assert state(other) == state(client)
    again = other.get("/v1/me/export").json
    assert {k: again[k] for k in ("events", "inks", "seed", "settings")} == {
        k: exported[k] for k in ("events", "inks", "seed", "settings")
    }
    assert brought(other, exported)["known"] == 9
    check_replay(elsewhere.extensions["hitsujun"].engine)
    elsewhere.extensions["hitsujun"].engine.dispose()


@both
def test_a_user_with_reviews_keeps_their_settings(app: Flask, client: FlaskClient) -> None:
    send(client, event("日"))
    exported = client.get("/v1/me/export").json
    exported["settings"]["new_per_day"] = 1
    other = device(app)
    send(other, event("月"))
    answer = brought(other, exported)
    assert (answer["stored"], answer["settings_taken"]) == (1, False)
    assert other.get("/v1/settings").json["new_per_day"] == 5


@both
def test_a_deck_of_anki_brings_its_reviews_once(client: FlaskClient, engine: Engine) -> None:
    answer = brought(client, DECK, "application/apkg")
    # Three reviews, and the override that makes one easy.
    assert (answer["stored"], answer["reviews"]) == (4, 3)
    assert answer["reasons"] == [{"reason": "a note without a field that is one kanji", "count": 1}]
    again = brought(client, DECK, "application/apkg")
    assert (again["stored"], again["known"]) == (0, 4)
    rows = client.get("/v1/me/export?format=csv").text.splitlines()[1:]
    assert [row.split(",")[1] for row in rows] == ["good", "again", "easy"]
    assert rows[0].startswith("2026-11-01T08:00:00+00:00") and ",4.0," in rows[0]
    check_replay(engine)


@both
def test_our_table_and_a_simple_one_are_read(app: Flask, client: FlaskClient) -> None:
    first = event("日", misses=2, faulty_strokes=[0, 3], seconds=2.5)
    send(client, event("月", 1), first, override(first, "easy"))
    table = client.get("/v1/me/export?format=csv").data
    other = device(app)
    assert brought(other, table, "text/csv")["stored"] == 3
    assert other.get("/v1/me/export?format=csv").data == table
    assert brought(other, table, "text/csv")["known"] == 3
    simple = (
        "kanji,date,rating\n日,2026-11-02,good\n日,2026-11-02,good\n月,2026-11-02T08:00:00Z,hard\n"
    )
    third = device(app)
    assert brought(third, simple, "text/csv")["stored"] == 3
    days = third.get("/v1/stats").json["days"]
    assert [(day["day"], day["attempts"]) for day in days] == [("2026-11-02", 3)]
    assert brought(third, simple, "text/csv")["known"] == 3


@both
def test_a_table_of_days_changes_nothing_in_another_time_zone(
    client: FlaskClient, engine: Engine
) -> None:
    table = "kanji,date,rating\n日,2026-11-11,good\n日,2026-11-11,good\n月,2026-11-11,easy\n"
    assert brought(client, table, "text/csv")["stored"] == 4
    client.patch("/v1/settings", json={"time_zone": "Asia/Tokyo", "day_start": "13:00"})
    again = brought(client, table, "text/csv")
    assert (again["stored"], again["known"], again["refused"]) == (0, 4, 0)
    check_replay(engine)


@pytest.mark.parametrize("start", ["00:00", "04:00", "13:00", "23:30"])
def test_a_day_of_a_table_is_the_learners_day(client: FlaskClient, start: str) -> None:
    client.patch("/v1/settings", json={"time_zone": "America/New_York", "day_start": start})
    brought(client, "kanji,date,rating\n日,2026-11-11,good\n", "text/csv")
    assert [day["day"] for day in client.get("/v1/stats").json["days"]] == ["2026-11-11"]


@both
def test_our_own_table_brings_nothing_into_the_account_it_is_of(client: FlaskClient) -> None:
    fast = event("日", sequence=7) | {"at": "2090-01-01T00:00:00+00:00"}
    send(client, fast, override(fast, "easy"), event("月", 1, sequence=8, misses=2))
    table = client.get("/v1/me/export?format=csv").data
    answer = brought(client, table, "text/csv")
    assert (answer["stored"], answer["known"], answer["refused"]) == (0, 3, 0)
    assert client.get("/v1/me/export?format=csv").data == table


def test_each_bad_row_is_refused_with_its_line(client: FlaskClient) -> None:
    rows = [
        "日,2026-11-02,good",
        "日,yesterday,good",
        "☃,2026-11-02,good",
        "日,2026-11-02,best",
        "日,0001-01-01T00:00:00+14:00,good",
        "日",
    ]
    answer = brought(client, "\n".join(["kanji,date,rating", *rows]), "text/csv")
    assert (answer["stored"], answer["refused"]) == (1, 5)
    reasons = " | ".join(one["reason"] for one in answer["reasons"])
    assert "line 3" in reasons and "line 5: no rating 'best'" in reasons and "strokes" in reasons


def test_a_time_of_a_log_cannot_be_later_than_now(client: FlaskClient) -> None:
    later = (datetime.now(UTC) + timedelta(days=4000)).isoformat()
    assert (
        brought(client, {"events": [event() | {"at": later, "received_at": later}]})["stored"] == 1
    )
    assert client.get("/v1/stats").json["days"][0]["day"] <= datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ("{", "application/json", "not JSON"),
        ("[" * 100_000, "application/json", "not JSON"),
        ('{"events": [{"\\ud800": 1}]}', "application/json", "not JSON"),
        ("[]", "application/json", "events"),
        ('{"events": {}}', "application/json", "events"),
        ("a,b\n", "text/csv", "kanji,date,rating"),
        (b"\xff\xfe", "text/csv", "UTF-8"),
        (b"none", "application/apkg", "not a deck"),
        (package(none=b""), "application/apkg", "not a deck"),
        (NEWER, "application/apkg", "Support older"),
        (package(collection_anki2=b"none" * 999), "application/apkg", "cannot be read"),
        (package(collection_anki2=bytes(50_000_000)), "application/apkg", "too large"),
        (WITHOUT_CARDS, "application/apkg", "no log of reviews"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_as_a_whole(
    client: FlaskClient, data: Any, kind: str, words: str
) -> None:
    answer = bring(client, data, kind)
    assert answer.status_code == 422, answer.text
    problem = answer.get_json(force=True)
    assert problem["type"] == "/v1/docs#problem-import-refused" and words in problem["detail"]


def test_what_is_too_large_or_of_another_kind_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        bring(client, b" " * (Settings(Path()).max_import_bytes + 1), "text/csv").status_code == 413
    )
    assert bring(client, b"", "text/plain").status_code == 415
    monkeypatch.setattr(imported, "MOST_EVENTS", 2)
    many = {"events": [event("日", n) for n in range(3)]}
    assert "in parts" in bring(client, many).get_json(force=True)["detail"]
    assert client.get("/v1/reviews").json["events"] == []


def test_settings_that_are_not_allowed_are_left_out(client: FlaskClient) -> None:
    answer = brought(client, {"events": [event(), 7], "settings": {"retention": 7}, "seed": "x"})
    assert (answer["stored"], answer["refused"], answer["settings_taken"]) == (1, 2, False)
