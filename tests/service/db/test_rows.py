import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from service.db.base import table_of
from service.db.days import StoredDay
from service.db.engine import reading, writing
from service.db.events import StoredEvent
from service.db.progress import StoredProgress
from service.db.rows import add_to_rows, insert_rows, replace_rows
from service.db.users import User, locked_user, store_last_number
from tests.service.databases import both

DAYS, EVENTS, PROGRESS = map(table_of, (StoredDay, StoredEvent, StoredProgress))
FIRST, LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, 23, 59, 59, 999999, UTC)

pytestmark = both


@pytest.fixture
def user_id(engine: Engine) -> uuid.UUID:
    user = User(id=uuid.uuid4(), created_at=FIRST)
    with writing(engine) as session:
        session.add(user)
    return user.id


def stored(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return [dict(row) for row in session.execute(select(table)).mappings()]


def progress(user_id: uuid.UUID, kanji: str, **changed: Any) -> dict[str, Any]:
    row: dict[str, Any] = {column.name: 0 for column in PROGRESS.c}
    row |= dict.fromkeys(c.name for c in PROGRESS.c if c.nullable)
    return row | {"user_id": user_id, "kanji": kanji, "recent_seconds": [0.1, 1e-300]} | changed


def test_every_kind_of_value_is_read_as_it_was_written(engine: Engine, user_id: uuid.UUID) -> None:
    rows = [
        progress(user_id, "叱", due=FIRST, last_id=uuid.uuid4(), last_sequence=2**53),
        progress(user_id, "𠮟", due=LAST, stability=0.1 + 0.2, difficulty=1e-12, phase="re'\"\\"),
        progress(user_id, "頰", faults=[[3, 1]], read_as={"頬": 2}),
    ]
    body = {"z": "\\u00e9 é 𠮟", "a": [1, 2.5, None, True], "nested": {"b": {}}}
    event = {"user_id": user_id, "id": uuid.uuid4(), "number": 1, "kanji": None}
    event |= {"target": uuid.uuid4(), "moment": FIRST, "body": body}
    with writing(engine) as session:
        insert_rows(session, PROGRESS, rows)
        insert_rows(session, EVENTS, [event])
    assert sorted(stored(engine, PROGRESS), key=str) == sorted(rows, key=str)
    assert stored(engine, EVENTS) == [event]


def test_a_row_that_is_there_is_replaced_or_added_to_or_refused(
    engine: Engine, user_id: uuid.UUID
) -> None:
    day = {"user_id": user_id, "day": date(2026, 11, 27), "attempts": 3, "new": 2, "again": 1}
    day["milliseconds"] = 2**40
    change = day | {"attempts": -1, "new": 0, "milliseconds": 5}
    with writing(engine) as session:
        add_to_rows(session, DAYS, [day])
        add_to_rows(session, DAYS, [change, change | {"day": date(2026, 11, 28)}])
        insert_rows(session, PROGRESS, [progress(user_id, "一", phase="learning")])
        replace_rows(session, PROGRESS, [progress(user_id, "一"), progress(user_id, "二")])
        replace_rows(session, PROGRESS, [])
    totals = {row["day"].day: row for row in stored(engine, DAYS)}
    assert totals[27] == day | {"attempts": 2, "again": 2, "milliseconds": 2**40 + 5}
    assert totals[28] == change | {"day": date(2026, 11, 28)}
    assert {row["kanji"]: row["phase"] for row in stored(engine, PROGRESS)} == dict.fromkeys("一二")
    with pytest.raises(IntegrityError), writing(engine) as session:
        insert_rows(session, PROGRESS, [progress(user_id, "三"), progress(user_id, "一")])
    assert len(stored(engine, PROGRESS)) == 2


def test_the_number_of_a_locked_user_is_stored_and_known(
    engine: Engine, user_id: uuid.UUID
) -> None:
    with writing(engine) as session:
        user = locked_user(session, user_id)
        user.settings = {"new_a_day": 3}
        store_last_number(session, user, 7)
        assert user.last_number == 7
    (row,) = stored(engine, table_of(User))
    assert (row["last_number"], row["settings"]) == (7, {"new_a_day": 3})
