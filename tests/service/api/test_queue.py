import random
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from kanji.practice.queue import Rest, upcoming
from kanji.practice.replay import Replayed, replay
from service.api import queue as endpoint
from service.api.lookalikes import lookalikes
from service.api.settings import deck_of
from service.db import learner_log
from service.db.engine import reading
from service.db.learner_log import StoredLog
from service.db.learners import Learner
from service.db.users import User
from tests.service.clients import device
from tests.service.databases import both
from tests.service.reviews import START, event, send, skip

pytestmark = both


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue's time is an hour after START."""
    at(monkeypatch, START + timedelta(hours=1))


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(endpoint, "now", lambda: moment)


def queue(client: FlaskClient, limit: int = 20, **headers: str) -> TestResponse:
    answer = client.get(f"/v1/queue?limit={limit}", headers=headers)
    assert answer.status_code in (200, 304), answer.text
    return answer


def kanji_of(client: FlaskClient) -> list[tuple[str, str]]:
    return [(card["kanji"], card["why"]) for card in queue(client).json["cards"]]


def test_a_new_learner_gets_the_day_s_new_kanji(client: FlaskClient) -> None:
    cards = queue(client).json["cards"]
    assert len(cards) == 5 and {card["why"] for card in cards} == {"new"}
    assert queue(client).json["rest"] is None
    assert len(queue(client, limit=2).json["cards"]) == 2


def test_a_card_has_all_that_writing_it_needs(client: FlaskClient) -> None:
    card = queue(client).json["cards"][0]
    facts = client.get(f"/v1/kanji/{card['kanji']}").json
    graded_by = ("strokes", "orders", "components", "forms")
    assert [card[name] for name in graded_by] == [facts[name] for name in graded_by]
    assert card["prompt"]["meanings"] == facts["meanings"]
    assert card["hints"] == {"outline": 1, "animation": 2, "auto_draw": 3}
    assert card["next"]["again"] == {"minutes": 1, "days": None}
    assert card["next"]["easy"]["days"] > 1


def test_a_card_that_was_reviewed_as_the_day_began_is_asked_for_once(client: FlaskClient) -> None:
    day_start = datetime(2026, 11, 1, 4, tzinfo=UTC)
    send(client, event("日", (day_start - START) / timedelta(days=1), misses=1))
    assert kanji_of(client).count(("日", "learning")) == 1


def test_reviews_change_the_queue_and_a_skip_is_no_failure(client: FlaskClient) -> None:
    first, second = (card["kanji"] for card in queue(client).json["cards"][:2])
    send(client, event(first, misses=1), skip(second, 0.03))
    assert (first, "learning") in kanji_of(client)
    assert second not in dict(kanji_of(client))


def test_a_queue_that_has_not_changed_is_not_sent_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = queue(client)
    assert first.headers["Cache-Control"] == "private, no-cache"
    etag = first.headers["ETag"]
    assert not etag.startswith("W/")
    at(monkeypatch, START + timedelta(hours=3))
    again = queue(client, **{"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert queue(client, **{"If-None-Match": f"W/{etag}"}).status_code == 304
    send(client, event(first.json["cards"][0]["kanji"], 0.1))
    assert queue(client, **{"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("seed", range(2))
def test_the_queue_is_that_of_the_whole_progress(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The database is asked for a part, and once more for all if a backlog's first cards fail."""
    monkeypatch.setattr(endpoint, "FIRST", 1)
    generator = random.Random(seed)
    deck = generator.sample(deck_of(("jlpt-5",)), 45)
    events = [
        event(generator.choice(deck), generator.uniform(-40, 0), misses=generator.choice((0, 0, 3)))
        for _ in range(250)
    ]
    events += [skip(kanji, generator.uniform(-0.4, 0)) for kanji in deck[:8]]
    send(client, *events)
    own_deck = {"reviews_per_day": None, "decks": ["".join(deck)]}
    for settings in ({}, {"reviews_per_day": 12}, own_deck):
        client.patch("/v1/settings", json=settings)
        learner, replayed = only_learner(engine)
        for days, limit in product((-10, 0, 0.1, 5), (1, 7, 60)):
            moment = START + timedelta(days=days)
            at(monkeypatch, moment)
            shown = queue(client, limit=limit).json["cards"]
            expected = whole_queue(learner, replayed, moment, limit)
            assert [(card["kanji"], card["why"]) for card in shown] == expected


def only_learner(engine: Engine) -> tuple[Learner, Replayed]:
    """The learner, and the replay of all their events."""
    with reading(engine) as session:
        (user,) = session.query(User)
        learner = Learner.of(user)
        return learner, replay(StoredLog(session, user).all(), learner.rules)


def whole_queue(
    learner: Learner, replayed: Replayed, moment: datetime, limit: int
) -> list[tuple[str, str]]:
    """The queue from the progress of all kanji."""
    picks = upcoming(
        replayed.cards,
        deck_of(learner.settings.decks),
        moment,
        learner.settings.queue(),
        learner.rules,
        limit=limit,
        lookalikes=lookalikes(),
        skipped=replayed.skipped,
    )
    return [] if isinstance(picks, Rest) else [(pick.kanji, pick.why) for pick in picks]


def test_kanji_that_the_learner_confuses_are_kept_apart(client: FlaskClient) -> None:
    client.patch("/v1/settings", json={"decks": ["日山川"]})
    assert [kanji for kanji, _ in kanji_of(client)] == ["日", "山", "川"]
    send(client, *(event("山", days, misses=3, read_as="川") for days in (-3, -2)))
    assert "川" not in dict(kanji_of(client))


def test_a_queue_is_sent_again_when_the_next_card_is_due(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = kanji_of(client)
    send(client, event(first[0], 1 / 24))  # due in ten minutes
    etag = queue(client).headers["ETag"]
    for minutes, status in ((9, 304), (11, 200)):
        at(monkeypatch, START + timedelta(hours=1, minutes=minutes))
        assert queue(client, **{"If-None-Match": etag}).status_code == status


def test_a_card_is_due_at_its_moment_and_the_next_one_at_its_own(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (kanji for kanji, _ in kanji_of(client)[:2])
    send(client, event(first, 1 / 24), event(second, 1 / 24 + 5 / 1440))  # due in 10 minutes each
    at(monkeypatch, START + timedelta(hours=1, minutes=10))
    answer = queue(client)
    learning = [card["kanji"] for card in answer.json["cards"] if card["why"] == "learning"]
    assert learning == [first]
    at(monkeypatch, START + timedelta(hours=1, minutes=15))
    again = queue(client, **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 200
    learning = [card["kanji"] for card in again.json["cards"] if card["why"] == "learning"]
    assert learning == [first, second]


def test_a_kanji_that_was_put_off_comes_back_after_four_hours(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, event("日", -9), event("日", -8.99), skip("日"))
    for minutes, is_shown in ((239, False), (240, True)):
        at(monkeypatch, START + timedelta(minutes=minutes))
        assert (("日", "due") in kanji_of(client)) is is_shown


@pytest.mark.parametrize("until", ["", "x", "1", "9" * 5000])
def test_an_etag_that_we_did_not_make_is_no_match(client: FlaskClient, until: str) -> None:
    state = queue(client).headers["ETag"].strip('"').partition("-")[0]
    assert queue(client, **{"If-None-Match": f'"{state}-{until}"'}).status_code == 200


def test_quiet_hours_and_vacations_are_a_reason_to_rest(client: FlaskClient) -> None:
    client.patch("/v1/settings", json={"quiet": ["08:00", "10:00"]})
    assert queue(client).json == {"rest": "quiet", "cards": []}
    client.patch("/v1/settings", json={"quiet": None, "vacations": [["2026-11-01", "2026-11-09"]]})
    assert queue(client).json["rest"] == "vacation"


def test_two_devices_of_a_user_have_one_queue(app: Flask, client: FlaskClient) -> None:
    second = device(app, code=client.post("/v1/link-codes", json={}).json["code"])
    send(second, event("日"))
    assert queue(client).data == queue(second).data
    assert "日" in dict(kanji_of(client))


def test_progress_of_other_rules_is_made_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, event("日"))
    expected = queue(client).data
    rebuilt = []
    rebuild = learner_log.rebuild
    monkeypatch.setattr(learner_log, "rebuild", lambda *a: rebuilt.append(rebuild(*a)))
    assert queue(client).data == expected and not rebuilt
    engine = client.application.extensions["hitsujun"].engine
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET replayed_rules = 'others'")
        connection.exec_driver_sql("UPDATE progress SET lapses = 9")
    assert queue(client).data == expected and len(rebuilt) == 1
    assert queue(client).data == expected and len(rebuilt) == 1


def test_only_settings_that_change_the_rules_make_progress_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, event("日"))
    rebuilt = []
    rebuild = learner_log.rebuild
    monkeypatch.setattr(learner_log, "rebuild", lambda *a: rebuilt.append(rebuild(*a)))
    client.patch("/v1/settings", json={"new_per_day": 3})
    assert not rebuilt
    client.patch("/v1/settings", json={"retention": 0.8})
    assert len(rebuilt) == 1
    queue(client)
    assert len(rebuilt) == 1


def test_the_time_is_that_of_the_service(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, event("日", gave_up=True))
    at(monkeypatch, datetime(2027, 1, 1, tzinfo=UTC))
    assert kanji_of(client)[0] == ("日", "learning")


def test_a_kanji_that_has_lost_its_strokes_is_left_out(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, event("日"))
    assert "日" in dict(kanji_of(client))
    fewer = {name: one for name, one in endpoint.load_references().items() if name != "日"}
    monkeypatch.setattr(endpoint, "load_references", lambda: fewer)
    assert "日" not in dict(kanji_of(client))
