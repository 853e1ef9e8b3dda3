"""Endpoint for what to write next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response

from data.characters import info
from data.references.store import load_references
from kanji.practice.queue import Pick, Rest, upcoming
from kanji.practice.replay import Progress
from kanji.practice.schedule import previews
from service.api.access import caller
from service.api.blueprint import Blueprint, Json, check
from service.api.characters import strokes_of
from service.api.dependencies import dependencies
from service.api.lookalikes import lookalikes
from service.api.revalidated import PRIVATE, REVALIDATED, revalidated
from service.api.schemas.queue import Queue, QueueQuery
from service.api.settings import deck_of
from service.api.times import now
from service.db.learner_log import current_progress
from service.db.learners import Learner

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
    learner, progress = current_progress(dependencies().engine, caller().user_id)
    moment = now()
    picks = _picks(learner, progress, moment, limit=query_data.limit)
    if isinstance(picks, Rest):
        body: Json = {"rest": picks.why, "cards": []}
    else:
        shown = [_card(pick, progress, learner, moment) for pick in picks]
        body = {"rest": None, "cards": shown}
    return revalidated(check(Queue, body), PRIVATE)


def next_kanji() -> str:
    """The kanji that the caller writes next, or the one that is due first while there is rest."""
    learner, progress = current_progress(dependencies().engine, caller().user_id)
    picks = _picks(learner, progress, now(), limit=1)
    if not isinstance(picks, Rest):
        return picks[0].kanji
    cards = [
        one.card for one in progress.values() if one.card and one.card.kanji in load_references()
    ]
    first = min(cards, key=lambda card: (card.due, card.kanji), default=None)
    return first.kanji if first else _deck(learner)[0]


def _picks(
    learner: Learner, progress: Mapping[str, Progress], moment: datetime, *, limit: int
) -> tuple[Pick, ...] | Rest:
    cards = {kanji: one.card for kanji, one in progress.items() if one.card}
    return upcoming(
        {kanji: card for kanji, card in cards.items() if kanji in load_references()},
        _deck(learner),
        moment,
        learner.settings.queue(),
        learner.rules,
        limit=limit,
        lookalikes=lookalikes(),
        skipped={kanji: one.skipped for kanji, one in progress.items() if one.skipped},
    )


def _deck(learner: Learner) -> list[str]:
    """The kanji of the learner's decks that have strokes."""
    return [kanji for kanji in deck_of(learner.settings.decks) if kanji in load_references()]


def _card(pick: Pick, progress: Mapping[str, Progress], learner: Learner, moment: datetime) -> Json:
    known = progress.get(pick.kanji)
    state = known.card if known else None
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
