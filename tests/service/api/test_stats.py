from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from service.api import stats as endpoint
from tests.service.databases import both
from tests.service.reviews import START, event, override, send, undo

pytestmark = both


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is six days after START."""
    monkeypatch.setattr(endpoint, "now", lambda: START + timedelta(days=6))


def test_the_statistics_of_an_empty_log_are_empty(client: FlaskClient) -> None:
    stats = client.get("/v1/stats").json
    assert (stats["introduced"], stats["streak"]["days"], stats["days"]) == (0, 0, [])
    assert stats["recall"] == {"reviews": 0, "recalled": 0, "retention": None}
    assert [day["reviews"] for day in stats["forecast"]] == [0] * 14


def test_the_statistics_follow_from_the_log(client: FlaskClient) -> None:
    fault = event("末", 5, misses=3, read_as="未", faulty_strokes=[1], seconds=4)
    raised, undone = event("日", 6, misses=1), event("月", 6)
    send(client, event("日", 4, seconds=100), fault, raised, undone)
    send(client, override(raised, "good"), undo(undone))
    stats = client.get("/v1/stats").json
    assert (stats["introduced"], stats["streak"]["days"]) == (2, 3)
    days = {day["day"]: (day["attempts"], day["new"], day["again"]) for day in stats["days"]}
    assert days == {"2026-11-05": (1, 1, 0), "2026-11-06": (1, 1, 1), "2026-11-07": (1, 0, 0)}
    assert [day["seconds"] for day in stats["days"]] == [30, 4, 0]
    assert stats["weakest_strokes"] == [{"kanji": "末", "stroke": 1, "faults": 1, "attempts": 1}]
    assert stats["confusions"] == [{"kanji": ["未", "末"], "count": 1}]
    assert stats["grader"] == {
        "attempts": 3,
        "raised": 1,
        "lowered": 0,
        "override_rate": pytest.approx(1 / 3),
    }


def test_statistics_that_have_not_changed_are_not_computed_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = client.get("/v1/stats").headers["ETag"]
    with monkeypatch.context() as patch:
        patch.setattr(endpoint, "card_facts", None)  # to call it would fail
        same = client.get("/v1/stats", headers={"If-None-Match": etag})
    assert (same.status_code, same.data) == (304, b"")
    send(client, event())
    after = client.get("/v1/stats", headers={"If-None-Match": etag})
    assert after.status_code == 200 and after.headers["ETag"] != etag
    client.patch("/v1/settings", json={"day_start": "00:00"})
    assert client.get("/v1/stats").headers["ETag"] != after.headers["ETag"]
