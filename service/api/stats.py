"""Endpoint for what the log shows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime

from flask import Response

from data.references.store import load_references
from kanji.practice import stats as practice
from kanji.practice.forecast import forecast, leeches
from kanji.practice.sums import MATURE_DAYS, DayTotals, KanjiSums
from service.api.access import caller
from service.api.blueprint import Blueprint, Json, check, json_response
from service.api.dependencies import dependencies
from service.api.revalidated import PRIVATE, REVALIDATED, hash_of, unchanged
from service.api.schemas.stats import Stats
from service.api.times import now
from service.db.days import days_of
from service.db.learner_log import reading_learner
from service.db.learners import Learner
from service.db.standings import CardFacts, card_facts

MOST_CONFUSIONS = 20

stats = Blueprint("stats", __name__, url_prefix="/v1")


@stats.get("/stats", access="practice", problems=("not-installed",), responses=REVALIDATED)
@stats.output(Stats, description="streak, heatmap, retention, time, weak spots, forecast")
def learner_stats() -> Response:
    """What your log shows: habits, memory, weak spots, and how good the grader is"""
    moment, user = now(), caller().user
    with reading_learner(dependencies().engine, user) as (session, learner):
        etag = _etag(learner, learner.settings.days.of(moment))
        if answer := unchanged(etag):
            return answer
        days, cards = days_of(session, user.id), card_facts(session, user.id)
    sums = {kanji: one.sums for kanji, one in cards.items()}
    body = _habits(days, learner, moment) | _memory(cards.values()) | _weak_spots(sums)
    response = json_response(check(Stats, body | _outlook(cards, learner, moment)))
    response.set_etag(etag)
    response.headers["Cache-Control"] = PRIVATE
    return response


def _etag(learner: Learner, today: date) -> str:
    """All that the answer depends on: the log, the settings, and the day."""
    user = learner.user
    parts = [str(user.id), user.last_number, user.settings, today.isoformat()]
    return hash_of(json.dumps([*parts, learner.rules.version]).encode())


def _habits(days: Mapping[date, DayTotals], learner: Learner, moment: datetime) -> Json:
    settings = learner.settings
    streak = practice.streak(days, settings.days.of(moment), vacations=settings.vacations)
    return {
        "streak": asdict(streak) | {"frozen": [day.isoformat() for day in streak.frozen]},
        "days": [_day(day, totals) for day, totals in days.items()],
    }


def _day(day: date, totals: DayTotals) -> Json:
    return {
        "day": day.isoformat(),
        "attempts": totals.attempts,
        "new": totals.new,
        "again": totals.again,
        "seconds": totals.milliseconds / 1000,
    }


def _memory(cards: Collection[CardFacts]) -> Json:
    sums = [card.sums for card in cards]
    quality = practice.grader_quality(sums)
    return {
        "introduced": len(cards),
        "mature": sum(card.stability >= MATURE_DAYS for card in cards),
        "recall": _recall(practice.recall(sums)),
        "recall_mature": _recall(practice.recall_mature(sums)),
        "grader": asdict(quality) | {"override_rate": quality.override_rate},
    }


def _recall(recall: practice.Recall) -> Json:
    return asdict(recall) | {"retention": recall.retention}


def _weak_spots(sums: Mapping[str, KanjiSums]) -> Json:
    strokes = practice.weakest_strokes(sums)
    components = practice.weakest_components(sums, load_references())
    pairs = practice.confusions({kanji: one.read_as for kanji, one in sums.items()})
    return {
        "weakest_strokes": [
            {"kanji": one.kanji, "stroke": one.part, **_counts(one)} for one in strokes
        ],
        "weakest_components": [{"component": one.part, **_counts(one)} for one in components],
        "confusions": [
            {"kanji": sorted(pair), "count": count} for pair, count in pairs[:MOST_CONFUSIONS]
        ],
    }


def _counts(weakness: practice.Weakness) -> Json:
    return {"faults": weakness.faults, "attempts": weakness.attempts}


def _outlook(cards: Mapping[str, CardFacts], learner: Learner, moment: datetime) -> Json:
    rules, due = learner.settings.queue(), [card.due for card in cards.values()]
    return {
        "leeches": list(leeches({kanji: one.lapses for kanji, one in cards.items()}, rules)),
        "forecast": [
            {"day": day.isoformat(), "reviews": count}
            for day, count in forecast(due, moment, rules, learner.rules)
        ],
    }
