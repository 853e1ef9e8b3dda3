"""GET /metrics: what it counts, and who may read it."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from service.api.app import create_app
from service.api.dependencies import dependencies
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.forms import form
from tests.service.reviews import event

ONE = {"character": "一", "strokes": [{"x": [10, 90], "y": [50, 48]}]}
TOKEN = "a-token-of-prometheus"


def value(client: FlaskClient, name: str) -> float:
    """The value of a line of the metrics; 0 where it is not there."""
    text = client.get("/metrics").text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_their_route_and_never_by_their_address(
    client: FlaskClient,
) -> None:
    name = 'hitsujun_requests_total{method="GET",route="/v1/kanji/<character>",status="200"}'
    before = value(client, name)
    client.get("/v1/kanji/二")
    client.get("/v1/kanji/三")
    client.get("/no/such/address")
    assert value(client, name) == before + 2
    text = client.get("/metrics").text
    assert "/no/such/address" not in text and 'route="none",status="404"' in text
    assert 'hitsujun_request_seconds_bucket{le="0.01",route="/v1/kanji/<character>"}' in text


def test_grades_and_reviews_are_counted(client: FlaskClient) -> None:
    graded = 'hitsujun_grades_total{verdict="correct"}'
    before = value(client, graded), value(client, "hitsujun_reviews_stored_total")
    assert client.post("/v1/grade", json=ONE).json["verdict"] == "correct"
    review = event()
    for sent in ([review, event("月")], [review], [{}]):  # then it is known already
        client.post("/v1/reviews", json={"events": sent})
        assert value(client, "hitsujun_reviews_stored_total") == before[1] + 2
    assert value(client, graded) == before[0] + 1


def test_jobs_are_counted_by_state_with_the_age_of_the_painter(
    client: FlaskClient, store: JobStore
) -> None:
    assert value(client, 'hitsujun_jobs{state="waiting"}') == 0
    assert "hitsujun_painter_age_seconds" not in client.get("/metrics").text
    client.post("/v1/stylizations", data=form(size="64"))
    store.beat("here", started=store.now())
    assert value(client, 'hitsujun_jobs{state="waiting"}') == 1
    assert 0 <= value(client, "hitsujun_painter_age_seconds") < 60


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.1", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.1"}, 403),  # through a proxy on this machine
        ("127.0.0.1", {"Forwarded": "for=203.0.113.1"}, 403),
        ("203.0.113.1", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("203.0.113.1", {"Authorization": f"Bearer {TOKEN}x"}, 403),
        ("203.0.113.1", {"Authorization": "Bearer "}, 403),
    ],
)
def test_only_this_machine_or_the_token_may_read(
    settings: Settings, address: str, headers: dict[str, str], status: int
) -> None:
    app = create_app(replace(settings, metrics_token=TOKEN), enqueue=lambda job_id: None)
    request = {"headers": headers, "environ_base": {"REMOTE_ADDR": address}}
    assert app.test_client().get("/metrics", **request).status_code == status  # type: ignore[arg-type]
    with app.app_context():
        dependencies().engine.dispose()
