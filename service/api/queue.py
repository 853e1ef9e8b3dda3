"""Endpoint for what to write next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Response, request

from data.characters import info
from data.references.store import load_references
from kanji.practice.queue import Lookalikes, Pick, Rest, picks_of
from kanji.practice.schedule import CardState, previews
from kanji.practice.standing import Standing, unchanged_until
from kanji.practice.stats import confusions, with_confusions
from service import VERSION
from service.api.access import caller
from service.api.blueprint import Blueprint, Json, check, json_response
from service.api.characters import strokes_of
from service.api.dependencies import dependencies
from service.api.lookalikes import lookalikes, references_hash
from service.api.revalidated import PRIVATE, REVALIDATED, hash_of, unchanged
from service.api.schemas.queue import Queue, QueueQuery
from service.api.settings import deck_of
from service.api.times import now
from service.db.learner_log import reading_learner
from service.db.learners import Learner
from service.db.standings import read_as_of, standing_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

queue = Blueprint("queue", __name__, url_prefix="/v1")


@queue.get(
    "/queue",
    access="practice",
    problems=("invalid-request", "not-installed"),
    responses=REVALIDATED,
)
@queue.input(QueueQuery, "query")
@queue.output(Queue, description="cards, each with all that writing it needs; or why to rest")
def next_cards(query_data: QueueQuery) -> Response:
    """What to write next: cards to fetch ahead, for unlocks without a network"""
    moment, user_id = now(), caller().user_id
    with reading_learner(dependencies().engine, user_id) as (session, learner):
        state = _state(learner, query_data.limit)
        if answer := _unchanged(state, moment):
            return answer
        standing = standing_of(session, learner, moment)
        own = confusions(read_as_of(session, user_id))
    body = _queue(standing, learner, moment, query_data.limit, with_confusions(lookalikes(), own))
    until = unchanged_until(standing, moment, learner.settings.queue(), learner.rules)
    response = json_response(check(Queue, body))
    response.set_etag(f"{state}-{_microseconds(until)}")
    response.headers["Cache-Control"] = PRIVATE
    return response


def _state(learner: Learner, limit: int) -> str:
    """A hash of all that the answer depends on but the time."""
    user = learner.user
    parts = [str(user.id), user.last_number, user.settings, learner.rules.version, limit]
    return hash_of(json.dumps([*parts, VERSION, references_hash()]).encode())


def _unchanged(state: str, moment: datetime) -> Response | None:
    """304 where the client has an answer to this state that still holds, which its ETag says."""
    for etag in request.if_none_match.as_set():
        of_state, _, until = etag.rpartition("-")
        if of_state == state and until.isdecimal() and _microseconds(moment) < int(until):
            return unchanged(etag)
    return None


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta.resolution


def _queue(
    standing: Standing, learner: Learner, moment: datetime, limit: int, alike: Lookalikes
) -> Json:
    references = load_references()
    cards = {card.kanji: card for card in standing.cards if card.kanji in references}
    picks = picks_of(
        replace(standing, cards=cards.values()),
        [kanji for kanji in deck_of(learner.settings.decks) if kanji in references],
        moment,
        learner.settings.queue(),
        learner.rules,
        limit=limit,
        lookalikes=alike,
    )
    if isinstance(picks, Rest):
        return {"rest": picks.why, "cards": []}
    shown = [_card(pick, cards.get(pick.kanji), learner, moment) for pick in picks]
    return {"rest": None, "cards": shown}


def _card(pick: Pick, state: CardState | None, learner: Learner, moment: datetime) -> Json:
    facts = info(pick.kanji)
    strokes = strokes_of(load_references()[pick.kanji])
    due = previews(state, pick.kanji, moment, learner.rules)
    settings = learner.settings.to_dict()
    return {
        "kanji": pick.kanji,
        "why": pick.why,
        "prompt": {
            "meanings": list(facts.meanings),
            "on": list(facts.on),
            "kun": list(facts.kun),
        },
        "strokes": strokes.body["strokes"],
        "strokes_url": strokes.url,
        "orders": strokes.body["orders"],
        "hints": settings["hints"],
        "leniency": settings["leniency"],
        "next": {rating: _interval(at, moment, learner) for rating, at in due.items()},
        "reviews": state.reviews if state else 0,
    }


def _interval(due: datetime, moment: datetime, learner: Learner) -> Json:
    """Days where it is due at the start of a day, else minutes; both stay the same for a while."""
    days = learner.settings.days
    if days.begin(days.of(due)) == due:
        return {"minutes": None, "days": (days.of(due) - days.of(moment)).days}
    return {"minutes": round((due - moment).total_seconds() / 60), "days": None}
