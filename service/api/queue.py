"""Endpoint for what to write next."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Response, request
from sqlalchemy.orm import Session

from data.references.store import load_references
from kanji.practice.queue import Pick, Rest, picks_of
from kanji.practice.standing import Standing, unchanged_until
from kanji.practice.stats import confusions, with_confusions
from service.api.access import caller
from service.api.blueprint import Blueprint
from service.api.dependencies import dependencies
from service.api.lookalikes import lookalikes, references_hash
from service.api.queue_cards import queue_json
from service.api.revalidated import PRIVATE, REVALIDATED, hash_of, unchanged
from service.api.schemas.queue import Queue, QueueQuery
from service.api.settings import deck_of
from service.api.times import now
from service.db.learner_log import StoredLog, reading_learner
from service.db.learners import Learner
from service.db.standings import read_as_of, standing_of
from service.version import installed_version

FIRST = 3  # times as many of the cards that are due are read first, as are asked for
DIGITS = re.compile("[0-9]{1,20}")
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
    moment = now()
    with reading_learner(dependencies().engine, caller().user) as (session, learner):
        state = _state(learner, query_data.limit)
        if answer := _unchanged(state, moment):
            return answer
        picks, standing = _picked(session, learner, moment, query_data.limit)
    until = unchanged_until(standing, moment, learner.settings.queue(), learner.rules)
    response = Response(queue_json(picks, standing, learner, moment), mimetype="application/json")
    response.set_etag(f"{state}-{_microseconds(until)}")
    response.headers["Cache-Control"] = PRIVATE
    return response


def _picked(
    session: Session, learner: Learner, moment: datetime, limit: int
) -> tuple[tuple[Pick, ...] | Rest, Standing]:
    """What to show, and the standing that it follows from."""
    rules, references = learner.settings.queue(), load_references()
    own = confusions(read_as_of(session, learner.user.id))
    alike, deck = with_confusions(lookalikes(), own), deck_of(learner.settings.decks)
    # A backlog can be long, and its first cards are mostly enough. Those to show within a limit of
    # reviews a day are found among all.
    for most in (FIRST * limit, None) if rules.reviews_per_day is None else (None,):
        standing = standing_of(session, learner, moment, most=most)
        count = len(standing.cards)
        shown = [one for one in standing.cards if one.kanji in references]
        standing = replace(standing, cards=shown)
        picks = picks_of(
            standing, deck, moment, rules, learner.rules, limit=limit, lookalikes=alike
        )
        is_full = not isinstance(picks, Rest) and len(picks) == limit and picks[-1].why != "new"
        if most is None or count < most or is_full:
            break
    return picks, standing


def next_kanji() -> str:
    """The kanji that the caller writes next, or the one that is due first while there is rest."""
    moment, references = now(), load_references()
    with reading_learner(dependencies().engine, caller().user) as (session, learner):
        picks, _ = _picked(session, learner, moment, limit=1)
        if not isinstance(picks, Rest):
            return picks[0].kanji
        cards = [one.card for one in StoredLog(session, learner.user).all_progress().values()]
        deck = deck_of(learner.settings.decks)
    known = [card for card in cards if card and card.kanji in references]
    first = min(known, key=lambda card: (card.due, card.kanji), default=None)
    return first.kanji if first else next(kanji for kanji in deck if kanji in references)


def _state(learner: Learner, limit: int) -> str:
    """A hash of all that the answer depends on but the time."""
    user = learner.user
    parts = [str(user.id), user.last_number, user.settings, learner.rules.version, limit]
    return hash_of(json.dumps([*parts, installed_version(), references_hash()]).encode())


def _unchanged(state: str, moment: datetime) -> Response | None:
    """304 where the client has an answer to this state that still holds, which its ETag says."""
    for etag in request.if_none_match.as_set(include_weak=True):  # proxies weaken them
        of_state, _, until = etag.rpartition("-")
        if of_state == state and DIGITS.fullmatch(until) and _microseconds(moment) < int(until):
            return unchanged(etag)
    return None


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta.resolution
