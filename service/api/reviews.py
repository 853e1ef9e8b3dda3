"""Endpoints for the log of reviews: add events, read those of all devices."""

from __future__ import annotations

import json

from flask import request
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.api.access import caller
from service.api.blueprint import Answer, Blueprint, read_json
from service.api.dependencies import dependencies
from service.api.metrics import REVIEWS
from service.api.problems import JSON_PROBLEMS
from service.api.received import receive, store
from service.api.replays import changing_learner
from service.api.schemas.reviews import (
    STORED,
    ReviewLog,
    ReviewsAnswer,
    ReviewsQuery,
    ReviewsRequest,
)
from service.api.times import now
from service.db.engine import reading
from service.db.events import StoredEvent

NO_STORE = {"Cache-Control": "no-store"}
MOST_DIGITS = 30  # of a whole number; one with more is a float, which no field takes

reviews = Blueprint("reviews", __name__, url_prefix="/v1")


def _read_events(model: type[ReviewsRequest]) -> ReviewsRequest:
    """The body; where pydantic cannot read it as JSON, as Python reads it.

    Half a surrogate pair or a number of thousands of digits then refuses its own event only.
    """
    try:
        return read_json(model)
    except ValidationError as error:
        try:
            return model.model_validate(json.loads(request.get_data(), parse_int=_whole_number))
        except (ValueError, RecursionError) as other:
            raise other if isinstance(other, ValidationError) else error from None


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


@reviews.post(
    "/reviews", access="practice", problems=(*JSON_PROBLEMS, "not-installed", "too-many-requests")
)
@reviews.input(ReviewsRequest, read=_read_events)
@reviews.output(ReviewsAnswer, description="what became of each event")
def add_reviews(json_data: ReviewsRequest) -> Answer:
    """Add what happened on this device: in any order, again and again, weeks late"""
    needs, sender = dependencies(), caller()
    received = [receive(raw, str(sender.device_id), now()) for raw in json_data.events]
    with changing_learner() as (session, learner):
        most = needs.settings.max_ink_bytes
        results = store(session, learner, received, most_ink_bytes=most)
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


def _rows_after(session: Session, query: ReviewsQuery) -> list[StoredEvent]:
    """One row more than the limit, where there are so many."""
    mine = select(StoredEvent).where(
        StoredEvent.user_id == caller().user_id, StoredEvent.number > query.after
    )
    return list(session.scalars(mine.order_by(StoredEvent.number).limit(query.limit + 1)))
