import json
import random
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy import event as sqlalchemy_event

from kanji.practice.log import from_wire
from kanji.practice.replay import replay
from kanji.practice.sums import by_day
from service.db import learner_log
from service.db.base import table_of
from service.db.days import days_of
from service.db.engine import reading
from service.db.learner_log import StoredLog
from service.db.learners import Learner
from service.db.progress import StoredMark, columns, progress_of
from service.db.users import User
from tests.service.clients import device
from tests.service.databases import both
from tests.service.reviews import event, override, send, skip, undo, uuid7

pytestmark = both
MARKS = table_of(StoredMark)


@pytest.fixture(autouse=True)
def marks_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """So near that a few events make a mark, or remove one."""
    monkeypatch.setattr("kanji.practice.replay.MARK_EVERY", 3)


def log(client: FlaskClient, **query: int) -> dict[str, Any]:
    answer = client.get("/v1/reviews", query_string=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def check_replay(engine: Engine) -> None:
    """Asserts that the stored progress, marks and days of each user are those of a replay."""
    with reading(engine) as session:
        for user in session.query(User):
            learner, stored = Learner.of(user), StoredLog(session, user)
            replayed = replay(stored.all(), learner.rules)
            assert stored.all_progress() == dict(replayed.progress)
            rows = session.execute(
                select(*columns(MARKS))
                .where(MARKS.c.user_id == user.id)
                .order_by(MARKS.c.kanji, MARKS.c.attempts)
            )
            assert [progress_of(row, learner.rules.version) for row in rows] == sorted(
                replayed.marks, key=lambda mark: (mark.kanji, mark.sums.attempts)
            )
            assert days_of(session, user.id) == by_day(replayed.rated, learner.rules.ratings)


def test_an_event_is_stored_once_however_often_it_is_sent(client: FlaskClient) -> None:
    one = event()
    assert send(client, one, one) == ["stored", "known"]
    assert send(client, one) == ["known"]
    assert [row["id"] for row in log(client)["events"]] == [one["id"]]


def test_another_event_under_the_same_id_is_refused(client: FlaskClient) -> None:
    one = event(misses=1)
    assert send(client, one, one | {"misses": 2}) == ["stored", "refused"]
    assert send(client, one | {"kanji": "月"}) == ["refused"]
    assert log(client)["events"][0]["misses"] == 1


def test_one_bad_event_does_not_refuse_the_others(client: FlaskClient) -> None:
    bad: list[Any] = [
        None,
        {"kind": "none"},
        event() | {"id": "1"},
        event() | {"id": "00000000-0000-4000-8000-000000000000"},
        event(kanji="日月"),
        event(kanji="\0"),
        event(kanji="☃"),
        event(read_as="\0"),
        event(misses=-1),
        event(seconds=float("1e9")),
        event(extra=1),
        event(device="mine"),
        event() | {"at": "2026-11-01T08:00:00"},
        event() | {"at": "10000-01-01T00:00:00Z"},
        event() | {"at": 1762000000},
        event(sequence=False),
        event(misses="1"),
        event(seconds=True),
        event(faulty_strokes=["1"]),
        event(gave_up=1),
        override(event(), "best"),
    ]
    answer = client.post("/v1/reviews", json={"events": [*bad, event()]})
    *refused, stored = answer.json["results"]
    assert [one["status"] for one in refused] == ["refused"] * len(bad)
    assert all(one["reason"] for one in refused)
    assert stored["status"] == "stored"
    assert "misses" in refused[8]["reason"] and refused[8]["id"] == bad[8]["id"]
    assert "kanji is '日月': give one character" in refused[4]["reason"]


@pytest.mark.parametrize(
    "member",
    ['"kanji": "\\ud83d"', '"id": "\\udc00"', '"misses": ' + "9" * 5000, '"seconds": 1e999'],
)
def test_an_event_that_json_readers_disagree_about_refuses_no_other(
    client: FlaskClient, member: str
) -> None:
    name = member.partition(":")[0].strip('"')
    bad = json.dumps({key: value for key, value in event().items() if key != name})
    good = json.dumps(event())
    body = f'{{"events": [{bad[:-1]}, {member}}}, {good}]}}'
    answer = client.post("/v1/reviews", data=body, content_type="application/json")
    assert answer.status_code == 200, answer.text
    assert [one["status"] for one in answer.json["results"]] == ["refused", "stored"]
    assert (
        client.post("/v1/reviews", data="[" * 100_000, content_type="application/json").status_code
        == 400
    )


def test_a_refusal_names_the_event_and_its_first_three_faults(client: FlaskClient) -> None:
    wrong = {"misses": -1, "hints": -1, "score": 101, "seconds": -1, "sequence": -1}
    ids = ["x" * 36, "x" * 37, 7, None]
    events = [event(**wrong), *(event() | {"id": one} for one in ids)]
    first, *others = client.post("/v1/reviews", json={"events": events}).json["results"]
    assert first["reason"].count(";") == 2 and "attempt" not in first["reason"]
    assert [one["id"] for one in others] == ["x" * 36, None, None, None]
    assert all(one["reason"].startswith("id: ") for one in others)
    (no_event,) = client.post("/v1/reviews", json={"events": [None]}).json["results"]
    assert no_event["id"] is None and no_event["reason"].startswith("event: ")


def test_any_order_and_repetition_ends_in_the_same_state(app: Flask, engine: Engine) -> None:
    generator = random.Random(5)
    written = [event(k, d, misses=d % 3) for d in range(6) for k in "日月火"]
    events = [
        *written,
        skip("水", 2),
        override(written[4], "easy"),
        override(written[5], "again"),
        undo(written[7]),
    ]
    events += [undo(events[-2])]
    states = []
    for _ in range(4):
        first = device(app)
        second = device(app, code=first.post("/v1/link-codes", json={}).json["code"])
        shuffled = generator.sample(events, len(events)) + generator.sample(events, 5)
        while shuffled:
            part, shuffled = shuffled[:4], shuffled[4:]
            send(generator.choice([first, second]), *part)
        states.append({row["id"]: row["kind"] for row in log(first)["events"]})
        check_replay(engine)
    assert states[0] == {one["id"]: one["kind"] for one in events}
    assert all(state == states[0] for state in states)


def test_a_day_whose_attempts_were_all_undone_is_no_day_of_practice(
    client: FlaskClient, engine: Engine
) -> None:
    first, second = event("日", 0), event("日", 3)
    send(client, first, second, event("月", 3, seconds=3.3))
    send(client, undo(first))
    check_replay(engine)
    assert [day["day"] for day in client.get("/v1/stats").json["days"]] == ["2026-11-04"]
    send(client, undo(second), event("火", 5))  # with a day that gains one
    check_replay(engine)
    days = [day["day"] for day in client.get("/v1/stats").json["days"]]
    assert days == ["2026-11-04", "2026-11-06"]


def test_times_are_stored_in_utc_with_the_time_of_the_server(client: FlaskClient) -> None:
    before = datetime.now(UTC)
    send(client, event() | {"at": "2026-11-01T17:00:00+09:00"})
    (stored,) = log(client)["events"]
    assert datetime.fromisoformat(stored["at"]) == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert before <= datetime.fromisoformat(stored["received_at"]) <= datetime.now(UTC)
    assert stored["device"] == client.get("/v1/devices").json["devices"][0]["id"]


def test_a_clock_that_is_ahead_moves_its_own_event_alone(
    client: FlaskClient, engine: Engine
) -> None:
    right, mad = event("日", 0), event("月", 4000)
    assert send(client, right, mad) == ["stored", "stored"]
    with reading(engine) as session:
        (user,) = session.query(User)
        progress = StoredLog(session, user).all_progress()
    assert progress["日"].card and progress["日"].card.last_review.isoformat() == right["at"]
    assert progress["月"].card and progress["月"].card.last_review <= datetime.now(UTC)


def test_a_clock_at_the_end_of_the_calendar_is_no_error(
    client: FlaskClient, engine: Engine
) -> None:
    extremes = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
    events = [event() | {"at": at} for at in extremes]
    assert send(client, *events, *events) == ["stored", "stored", "known", "known"]
    check_replay(engine)


def test_an_attempt_that_was_undone_leaves_no_progress(client: FlaskClient, engine: Engine) -> None:
    together, later = event("日"), event("月")
    send(client, together, undo(together), later)
    send(client, undo(later))
    with reading(engine) as session:
        assert StoredLog(session, session.query(User).one()).all_progress() == {}
    check_replay(engine)


def test_another_device_reads_the_log_in_parts(app: Flask, client: FlaskClient) -> None:
    second = device(app, code=client.post("/v1/link-codes", json={}).json["code"])
    ids = [send(client, one) and one["id"] for one in (event("日"), event("月"), event("火"))]
    first = log(second, limit=2)
    assert ([row["id"] for row in first["events"]], first["more"]) == (ids[:2], True)
    rest = log(second, after=first["next"])
    assert ([row["id"] for row in rest["events"]], rest["more"]) == (ids[2:], False)
    assert log(second, after=rest["next"]) == {"events": [], "next": rest["next"], "more": False}


def test_the_same_id_of_two_users_are_two_events(app: Flask, client: FlaskClient) -> None:
    one = event()
    assert send(client, one) == ["stored"]
    other = device(app)
    assert send(other, one | {"misses": 1}) == ["stored"]
    assert "misses" not in log(client)["events"][0]


def test_what_a_user_takes_back_or_changes_stays_with_the_others(
    app: Flask, client: FlaskClient, engine: Engine
) -> None:
    other, one, two = device(app), event("日"), event("月")
    assert send(client, one, two) == send(other, one, two) == ["stored", "stored"]
    before = [other.get(path).json for path in ("/v1/reviews", "/v1/stats")]
    assert send(client, undo(one), override(two, "again")) == ["stored", "stored"]
    client.patch("/v1/settings", json={"retention": 0.8, "time_zone": "Asia/Tokyo"})
    assert [other.get(path).json for path in ("/v1/reviews", "/v1/stats")] == before
    assert client.get("/v1/stats").json["introduced"] == 1
    check_replay(engine)


def test_variants_of_a_character_are_one_kanji(client: FlaskClient, engine: Engine) -> None:
    send(client, event("頰"), event("頬", 1))
    with reading(engine) as session:
        (user,) = session.query(User)
        (progress,) = StoredLog(session, user).all_progress().values()
    assert progress.card and progress.card.reviews == 2


def test_devices_that_send_at_once_lose_nothing(app: Flask, engine: Engine) -> None:
    first = device(app)
    devices = [
        first,
        *(device(app, code=first.post("/v1/link-codes", json={}).json["code"]) for _ in range(3)),
    ]
    statuses: list[str] = []

    def work(client: FlaskClient, number: int) -> None:
        for day in range(5):
            statuses.extend(send(client, event("日", day + number / 10), event("月", day)))

    threads = [threading.Thread(target=work, args=(c, n)) for n, c in enumerate(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == ["stored"] * 40
    numbers = [row["number"] for row in log(first)["events"]]
    assert numbers == list(range(1, 41))
    check_replay(engine)


def test_the_cost_of_a_review_does_not_grow_with_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in queries and in events that are read, since times vary."""
    send(client, event("日"))
    for part in range(4):
        send(client, *(event(chr(0x4E00 + n), part * 30 + n / 1000) for n in range(400)))
    queries, read = [], []
    engine = client.application.extensions["hitsujun"].engine

    @sqlalchemy_event.listens_for(engine, "after_cursor_execute")
    def count(*arguments: Any) -> None:
        queries.append(arguments[2])

    monkeypatch.setattr(learner_log, "from_wire", lambda body: read.append(body) or from_wire(body))
    assert send(client, event("日", 200)) == ["stored"]
    assert len(queries) < 20 and len(read) == 0
    assert send(client, event("丁", 1)) == ["stored"]  # late: its kanji alone is replayed
    assert len(read) == 4


def test_the_cost_of_a_late_review_does_not_grow_with_the_attempts_at_its_kanji(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = [event("日", n) for n in range(200)]
    send(client, *attempts)
    read: list[Any] = []
    monkeypatch.setattr(learner_log, "from_wire", lambda body: read.append(body) or from_wire(body))
    assert send(client, event("日", 197.5)) == ["stored"]
    assert len(read) <= 4
    assert send(client, override(attempts[198], "again")) == ["stored"]
    assert len(read) <= 10
    check_replay(engine)
    assert send(client, undo(attempts[0])) == ["stored"]
    check_replay(engine)


@pytest.mark.parametrize("count", [0, 501])
def test_the_number_of_events_is_limited(client: FlaskClient, count: int) -> None:
    answer = client.post("/v1/reviews", json={"events": [{"id": uuid7()}] * count})
    assert answer.status_code == 422


def test_500_events_fit_into_a_request(client: FlaskClient) -> None:
    events = [event("日", n / 100, seconds=12.5, score=80.5, misses=1) for n in range(500)]
    assert send(client, *events) == ["stored"] * 500
