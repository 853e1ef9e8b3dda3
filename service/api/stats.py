"""Endpoint for what the log shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from flask import Response

from data.references.store import load_references
from kanji.practice import stats as practice
from kanji.practice.queue import forecast, leeches
from kanji.practice.rating import Rated
from kanji.practice.schedule import CardState
from service.api.access import caller
from service.api.blueprint import Blueprint, Json, check, json_response
from service.api.dependencies import dependencies
from service.api.revalidated import PRIVATE, REVALIDATED, hash_of, unchanged
from service.api.schemas.stats import Stats
from service.api.times import now
from service.db.engine import reading
from service.db.learner_log import current_progress, rated_attempts
from service.db.learners import Learner

MOST_CONFUSIONS = 20

stats = Blueprint("stats", __name__, url_prefix="/v1")


@stats.get("/stats", access="practice", problems=("not-installed",), responses=REVALIDATED)
@stats.output(Stats, description="streak, heatmap, retention, time, weak spots, forecast")
def learner_stats() -> Response:
    """What your log shows: habits, memory, weak spots, and how good the grader is"""
    engine, user_id = dependencies().engine, caller().user_id
    with reading(engine) as session:
        learner = Learner.read(session, user_id)
    etag = _etag(learner, learner.settings.days.of(now()))
    if answer := unchanged(etag):
        return answer
    response = Response(_computed(etag, user_id), mimetype="application/json")
    response.set_etag(etag)
    response.headers["Cache-Control"] = PRIVATE
    return response


@lru_cache(maxsize=256)
def _computed(etag: str, user_id: UUID) -> bytes:
    """The Stats as they are sent. `etag` says what they depend on, so they can be kept for it."""
    engine, moment = dependencies().engine, now()
    learner, progress = current_progress(engine, user_id)
    with reading(engine) as session:
        rated = rated_attempts(session, user_id)
    cards = [one.card for one in progress.values() if one.card]
    body = _habits(rated, learner, moment) | _memory(rated, cards) | _weak_spots(rated)
    return json_response(check(Stats, body | _outlook(cards, learner, moment))).get_data()


def _etag(learner: Learner, today: date) -> str:
    """All that the answer depends on: the log, the settings, and the day."""
    user = learner.user
    parts = [str(user.id), user.last_number, user.settings, today.isoformat()]
    return hash_of(json.dumps([*parts, learner.rules.version]).encode())


def _habits(rated: Sequence[Rated], learner: Learner, moment: datetime) -> Json:
    settings = learner.settings
    days = practice.by_day(rated, settings.days, settings.ratings)
    streak = practice.streak(days, settings.days.of(moment), vacations=settings.vacations)
    return {
        "streak": asdict(streak) | {"frozen": [day.isoformat() for day in streak.frozen]},
        "days": [{"day": day.isoformat(), **asdict(totals)} for day, totals in days.items()],
    }


def _memory(rated: Sequence[Rated], cards: Sequence[CardState]) -> Json:
    mature, quality = practice.MATURE_DAYS, practice.grader_quality(rated)
    return {
        "introduced": len(cards),
        "mature": sum(card.stability >= mature for card in cards),
        "recall": _recall(practice.recall(rated)),
        "recall_mature": _recall(practice.recall(rated, least_days=mature)),
        "grader": asdict(quality) | {"override_rate": quality.override_rate},
    }


def _recall(recall: practice.Recall) -> Json:
    return asdict(recall) | {"retention": recall.retention}


def _weak_spots(rated: Sequence[Rated]) -> Json:
    strokes = practice.weakest_strokes(rated)
    components = practice.weakest_components(rated, load_references())
    return {
        "weakest_strokes": [
            {"kanji": one.kanji, "stroke": one.part, **_counts(one)} for one in strokes
        ],
        "weakest_components": [{"component": one.part, **_counts(one)} for one in components],
        "confusions": [
            {"kanji": sorted(pair), "count": count}
            for pair, count in practice.confusions(rated)[:MOST_CONFUSIONS]
        ],
    }


def _counts(weakness: practice.Weakness) -> Json:
    return {"faults": weakness.faults, "attempts": weakness.attempts}


def _outlook(cards: Sequence[CardState], learner: Learner, moment: datetime) -> Json:
    rules = learner.settings.queue()
    return {
        "leeches": [card.kanji for card in leeches(cards, rules)],
        "forecast": [
            {"day": day.isoformat(), "reviews": count}
            for day, count in forecast(cards, moment, rules, learner.rules)
        ],
    }
