"""PostgreSQL is away for long, and comes back: the service answers, and nothing is lost."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url

from service.api.app import create_app
from service.api.dependencies import dependencies
from service.db.engine import LOST_SECONDS, open_engine
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.api.test_database import STROKES, check_unavailable
from tests.service.api.test_reviews import log
from tests.service.clients import device
from tests.service.forms import form
from tests.service.jobs.workers import SLOW_WORKER, environment, wait_for
from tests.service.reviews import event, send
from tests.service.tcp_proxy import Proxy, proxy_of

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)

AWAY_SECONDS = 8.0  # longer than a connection waits, and than a worker may be silent here
BACK_SECONDS = 20.0  # until all works again, on a machine that has other things to do


@pytest.fixture
def proxy(settings: Settings) -> Iterator[Proxy]:
    url = make_url(settings.database)
    with proxy_of(url.host or "", url.port or 5432) as proxy:
        yield proxy


@pytest.fixture
def distant(settings: Settings, proxy: Proxy) -> Settings:
    """Of an installation whose database is behind the proxy, and whose painter is impatient."""
    url = make_url(settings.database).set(host="127.0.0.1", port=proxy.port)
    text = url.render_as_string(hide_password=False)
    return replace(settings, database_url=text, stale_seconds=6, max_attempts=1)


@pytest.fixture
def distant_client(distant: Settings, store: JobStore) -> Iterator[FlaskClient]:
    app = create_app(distant, enqueue=lambda job_id: None)
    yield device(app)
    with app.app_context():
        dependencies().engine.dispose()


@pytest.fixture
def painter(distant: Settings) -> Iterator[None]:
    """A worker that takes longer for a job than the database is away."""
    times = {"STEPS": "40", "STEP_SECONDS": "0.3"}
    environ = {**os.environ, **environment(distant), **times}
    worker = subprocess.Popen(SLOW_WORKER, env=environ, stdin=subprocess.PIPE)
    yield
    worker.kill()
    worker.communicate()


@pytest.mark.slow
@pytest.mark.usefixtures("painter")
def test_practice_and_the_painter_wait_for_a_database_that_is_away(
    distant_client: FlaskClient, proxy: Proxy, store: JobStore
) -> None:
    client, before, during = distant_client, event("日"), event("月")
    assert send(client, before) == ["stored"]
    job = client.post("/v1/stylizations", data=form()).json["id"]
    wait_for(lambda: store.get(job).progress > 0)
    started = store.get(job).started
    proxy.close()
    away = time.monotonic()
    while time.monotonic() < away + AWAY_SECONDS:
        check_unavailable(client, "POST", "/v1/reviews", json={"events": [during]})
        check_unavailable(client, "GET", "/v1/queue")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["database"]) == (503, False)
        assert client.get("/healthz").status_code == 200
        drawing = {"strokes": STROKES, "character": "二"}
        assert client.post("/v1/grade", json=drawing).json["verdict"] == "correct"
        assert client.post("/v1/recognize", json={"strokes": STROKES}).status_code == 200
        time.sleep(0.5)
    proxy.open()
    wait_for(lambda: client.get("/readyz").status_code == 200, seconds=BACK_SECONDS)
    assert send(client, during) == ["stored"]
    assert [one["kanji"] for one in log(client)["events"]] == ["日", "月"]
    assert send(client, before, during) == ["known", "known"]
    wait_for(lambda: store.get(job).state == "done", seconds=60)
    assert (store.get(job).attempts, store.get(job).started) == (1, started)  # it went on


def test_a_connection_to_a_server_that_vanished_is_given_up(distant: Settings) -> None:
    engine = open_engine(distant)
    with engine.connect() as connection:
        number = connection.connection.dbapi_connection.fileno()  # type: ignore[union-attr]
        with socket.socket(fileno=os.dup(number)) as own:
            limit = own.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert limit == 1000 * LOST_SECONDS
            assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) < LOST_SECONDS
    engine.dispose()
