"""The web process is killed at random moments while a device sends its reviews."""

import http.client
import random
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from service.db.engine import open_engine
from service.settings import Settings
from tests.service.api.test_reviews import check_replay
from tests.service.databases import both
from tests.service.reviews import event
from tests.service.web.servers import Server

ROUNDS = 3


def batches() -> Iterator[list[dict[str, Any]]]:
    """Five new events, and the five before them again, of which the answer may have been lost."""
    sent: list[dict[str, Any]] = []
    for number in range(10_000):
        new = [event("日月火水"[number % 4], number / 1000 + n / 10_000) for n in range(5)]
        yield sent[-5:] + new
        sent += new


@both
def test_no_acknowledged_review_is_lost_when_the_process_is_killed(
    settings: Settings, engine: object
) -> None:
    generator, acknowledged, token = random.Random(7), set[str](), ""
    work = batches()
    for _ in range(ROUNDS):
        server = Server(settings.data_dir, HITSUJUN_DATABASE_URL=settings.database_url)
        token = token or server.send("devices", {})["token"]
        timer = threading.Timer(generator.uniform(0.2, 1.5), server.kill)
        timer.start()
        while True:
            try:
                results = server.send("reviews", {"events": next(work)}, token)["results"]
            except (OSError, http.client.HTTPException):  # killed before, or in, the answer
                break
            assert all(one["status"] in ("stored", "known") for one in results)
            acknowledged |= {one["id"] for one in results}
        timer.join()
    assert len(acknowledged) > ROUNDS * 5
    assert acknowledged <= stored(settings)


def stored(settings: Settings) -> set[str]:
    """The ids of the events that are in the database, with the progress that follows from them."""
    engine = open_engine(settings)
    check_replay(engine)
    with engine.connect() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM events").scalars()
        found = {str(UUID(str(one))) for one in ids}
    engine.dispose()
    return found
