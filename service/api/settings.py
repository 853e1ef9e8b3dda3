"""Endpoints for the settings of a learner."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.practice.settings import Settings, setting_faults
from service.api.access import caller
from service.api.blueprint import Answer, Blueprint
from service.api.problems import JSON_PROBLEMS
from service.api.replays import changing_learner
from service.api.schemas.settings import LearnerSettings, SettingsRequest
from service.db.inks import drop_inks
from service.db.learner_log import change_settings as store_settings
from service.db.learners import Learner
from service.errors import InvalidRequest

NO_STORE = {"Cache-Control": "no-store"}

settings = Blueprint("settings", __name__, url_prefix="/v1")


@settings.get("/settings", access="practice")
@settings.output(LearnerSettings, description="all settings, those with their default too")
def learner_settings() -> Answer:
    """Your settings"""
    return Learner.of(caller().user).settings.to_dict(), NO_STORE


@settings.patch("/settings", access="practice", problems=(*JSON_PROBLEMS, "too-many-requests"))
@settings.input(SettingsRequest)
@settings.output(LearnerSettings, description="all settings, with the changes")
def change_settings(json_data: SettingsRequest) -> Answer:
    """Change settings; one that is left out stays as it is, one that is given is replaced whole"""
    changes: Any = json_data.root
    faults = setting_faults(changes)
    if isinstance(changes, dict) and "decks" in changes and "decks" not in faults:
        faults |= deck_faults(changes["decks"])
    _check(faults)
    with changing_learner() as (session, learner):
        merged = {**learner.user.settings, **changes}
        _check(setting_faults(merged))
        _check_decks(Settings.from_dict(merged))
        changed = store_settings(session, learner, merged)
        if not changed.settings.keep_ink:
            drop_inks(session, learner.user.id)
    return changed.settings.to_dict(), NO_STORE


@lru_cache(maxsize=64)
def deck_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """The kanji of decks that have strokes, each once.

    Raises KanjiError, naming all decks that do not exist.
    """
    references = load_references()
    return tuple(kanji for kanji in Settings(decks=names).deck(references) if kanji in references)


def _check(faults: dict[str, str]) -> None:
    if faults:
        raise InvalidRequest("; ".join(faults.values()), faults)


def deck_faults(names: object) -> dict[str, str]:
    """What is wrong with the names of decks, by field."""
    try:
        deck_of(tuple(names) if isinstance(names, list) else Settings().decks)
    except KanjiError as error:
        return {"decks": str(error)}
    return {}


def _check_decks(chosen: Settings) -> None:
    _check(deck_faults(list(chosen.decks)))
