"""The cards of a queue, as JSON.

Most of a card is the same for all learners: it is written and checked once, and kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from data.characters import info
from data.references.reference import Reference
from data.references.store import load_references
from kanji.practice.queue import Pick, Rest
from kanji.practice.schedule import CardState, previews
from kanji.practice.standing import Standing
from service.api.blueprint import Json, check
from service.api.characters import strokes_of
from service.api.schemas.queue import CardKanji, CardTurn, Queue
from service.db.learners import Learner


def queue_json(
    picks: Sequence[Pick] | Rest, standing: Standing, learner: Learner, moment: datetime
) -> str:
    """The Queue of these picks, which were made of the standing at a moment."""
    if isinstance(picks, Rest):
        return _text(check(Queue, {"rest": picks.why, "cards": []}))
    references, settings = load_references(), learner.settings.to_dict()
    chosen = {"hints": settings["hints"], "leniency": settings["leniency"]}
    states = {card.kanji: card for card in standing.cards}
    cards = []
    for pick in picks:
        turn = _turn(pick, states.get(pick.kanji), learner, moment)
        whole = _kanji_json(references[pick.kanji]), _text(check(CardTurn, turn | chosen))
        cards.append(_joined(*whole))
    return f'{{"rest": null, "cards": [{", ".join(cards)}]}}'


def _turn(pick: Pick, state: CardState | None, learner: Learner, moment: datetime) -> Json:
    """The CardTurn of a pick, without the settings."""
    due = previews(state, pick.kanji, moment, learner.rules)
    return {
        "why": pick.why,
        "next": {rating: _interval(at, moment, learner) for rating, at in due.items()},
        "reviews": state.reviews if state else 0,
    }


@lru_cache(maxsize=512)  # of 15 kB each
def _kanji_json(reference: Reference) -> str:
    """The CardKanji of a kanji."""
    facts, strokes = info(reference.character), strokes_of(reference)
    body = {
        "kanji": reference.character,
        "prompt": {
            "meanings": list(facts.meanings),
            "on": list(facts.on),
            "kun": list(facts.kun),
        },
        **{name: strokes.body[name] for name in ("strokes", "orders", "components", "forms")},
        "strokes_url": strokes.url,
    }
    return _text(check(CardKanji, body))


def _interval(due: datetime, moment: datetime, learner: Learner) -> Json:
    """Days where it is due at the start of a day, else minutes; both stay the same for a while."""
    days = learner.settings.days
    day = days.of(due)
    if days.begin(day) == due:
        return {"minutes": None, "days": (day - days.of(moment)).days}
    return {"minutes": round((due - moment).total_seconds() / 60), "days": None}


def _text(body: Json) -> str:
    return json.dumps(body, ensure_ascii=False)


def _joined(first: str, second: str) -> str:
    """One JSON object with the members of two, neither of which is empty."""
    return f"{first[:-1]}, {second[1:]}"
