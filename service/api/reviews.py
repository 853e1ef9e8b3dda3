"""Endpoints for the log of reviews: add events, read those of all devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.practice.events import Event, OfKanji
from kanji.practice.log import from_wire, to_wire
from service.api.access import Caller, caller
from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.metrics import REVIEWS
from service.api.problems import JSON_PROBLEMS
from service.api.schemas.reviews import (
    KNOWN,
    REFUSED,
    STORED,
    ReviewEvent,
    ReviewLog,
    ReviewsAnswer,
    ReviewsQuery,
    ReviewsRequest,
)
from service.api.times import now
from service.db.engine import reading, writing
from service.db.events import StoredEvent
from service.db.learner_log import StoredLog, record
from service.db.learners import Learner

NO_STORE = {"Cache-Control": "no-store"}
BY_SERVER = ("device", "received_at")  # fields of an event that the service sets
EVENT: TypeAdapter[Any] = TypeAdapter(ReviewEvent)

reviews = Blueprint("reviews", __name__, url_prefix="/v1")


@reviews.post("/reviews", access="practice", problems=(*JSON_PROBLEMS, "not-installed"))
@reviews.input(ReviewsRequest)
@reviews.output(ReviewsAnswer, description="what became of each event")
def add_reviews(json_data: ReviewsRequest) -> Answer:
    """Add what happened on this device: in any order, again and again, weeks late"""
    read = [_read(raw, caller(), now()) for raw in json_data.events]
    events = [one.event for one in read if one.event]
    with writing(dependencies().engine) as session:
        learner = Learner.locked(session, caller().user_id)
        known = {one.id: one for one in StoredLog(session, learner.user.id).events(_ids(events))}
        results = [_result(one, known) for one in read]
        record(session, learner, [known[id] for id in _ids(events)])
    REVIEWS.inc(sum(one["status"] == STORED for one in results))
    return {"results": results}, NO_STORE


@reviews.get("/reviews", access="practice", problems=("invalid-request",))
@reviews.input(ReviewsQuery, "query")
@reviews.output(ReviewLog, description="events in the order they were stored")
def log(query_data: ReviewsQuery) -> Answer:
    """The log of all your devices, from a point on"""
    with reading(dependencies().engine) as session:
        rows = _rows_after(session, query_data)
    shown = rows[: query_data.limit]
    return {
        "events": [{"number": row.number, **row.body} for row in shown],
        "next": shown[-1].number if shown else query_data.after,
        "more": len(rows) > len(shown),
    }, NO_STORE


@dataclass(frozen=True)
class _Read:
    """An event of a request, or why it is none. `id`: None where it has none that can be read."""

    id: str | None
    event: Event | None = None
    reason: str | None = None


def _read(raw: object, sender: Caller, received_at: datetime) -> _Read:
    """Check one event; what the service knows better than the device is added."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    shown = given if isinstance(given, str) and len(given) <= 36 else None
    try:
        checked = EVENT.validate_python(raw)
        wire = checked.model_dump(mode="json", exclude_none=True)
        event = from_wire(
            wire
            | {"at": checked.at.astimezone(UTC).isoformat(), "received_at": received_at.isoformat()}
            | {"device": str(sender.device_id)}
        )
    except ValidationError as error:
        return _Read(shown, reason=_reason(error))
    except KanjiError as error:
        return _Read(shown, reason=str(error))
    if isinstance(event, OfKanji) and event.kanji not in load_references():
        return _Read(shown, reason="kanji: there are no strokes for this character")
    return _Read(str(event.id), event)


def _reason(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(str(step) for step in fault['loc'][1:]) or 'event'}: {fault['msg']}"
        for fault in faults[:3]
    )


def _result(read: _Read, known: dict[UUID, Event]) -> Json:
    """What becomes of an event, which is added to those that are known."""
    status, reason = REFUSED, read.reason
    if read.event is not None:
        before = known.setdefault(read.event.id, read.event)
        if before is read.event:
            status = STORED
        elif _said(before) == _said(read.event):
            status = KNOWN
        else:
            reason = "id: another event was stored under this id; make a new id for each event"
    return {"id": read.id, "status": status, "reason": reason}


def _said(event: Event) -> dict[str, Any]:
    """An event as its device told it."""
    return {name: value for name, value in to_wire(event).items() if name not in BY_SERVER}


def _ids(events: list[Event]) -> list[UUID]:
    return [event.id for event in events]


def _rows_after(session: Session, query: ReviewsQuery) -> list[StoredEvent]:
    """One row more than the limit, where there are so many."""
    mine = select(StoredEvent).where(
        StoredEvent.user_id == caller().user_id, StoredEvent.number > query.after
    )
    return list(session.scalars(mine.order_by(StoredEvent.number).limit(query.limit + 1)))
