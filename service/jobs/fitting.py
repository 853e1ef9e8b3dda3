"""Fits the learners' own parameters of FSRS: a process that the worker starts every hour.

A learner's are fitted in the last hour of their day, once the log is long enough and again when it
has grown. Where they predict the learner's latest reviews better than those in use, which they
have not seen, they become part of the learner's settings: so they count for the whole log, and
every replay of it on any device or service has them.

    python -m service.jobs.fitting     as `service.jobs.worker` starts it
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select

from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.parameters import MIN_REVIEWS
from kanji.practice.prediction import better_parameters
from kanji.practice.replay import replay
from kanji.practice.settings import Settings as LearnerSettings
from service.db.engine import open_engine, reading, snapshot, writing
from service.db.learner_log import StoredLog, change_settings
from service.db.learners import Learner
from service.db.users import User
from service.errors import TokenMissing
from service.jobs.limits import end_with_parent
from service.logs import configure_logs
from service.settings import Settings

GROWTH = 1.25  # of the log since the last fit, before the next one: each costs more than the last
NIGHT = timedelta(hours=1)  # before the learner's day begins; a run an hour finds it once
BUDGET_SECONDS = 1200.0  # after which no other fit begins; who is left out may be first tomorrow
NEEDED = ("torch", "pandas")
BATCH = 500  # users that are read at a time

log = logging.getLogger(__name__)


def fit_due(engine: Engine, now: datetime, *, seconds: float = BUDGET_SECONDS) -> int:
    """Fit the parameters of those whose turn it is at `now` (UTC), and return how many changed.

    No fit begins after `seconds`. Learners whose reviews are too few keep what they have, and so do
    those whose reviews are predicted no better.
    """
    deadline = time.monotonic() + seconds
    due, changed = _due(engine, now), 0
    random.Random(now.toordinal()).shuffle(due)
    for number, user_id in enumerate(due):
        if time.monotonic() >= deadline:
            log.warning("%d learners are not fitted tonight: time is up", len(due) - number)
            break
        try:
            changed += fit_learner(engine, user_id)
        except (KanjiError, TokenMissing) as reason:  # too few reviews; the user was deleted
            log.info("a learner is not fitted: %s", reason)
    return changed


def fit_learner(engine: Engine, user_id: UUID) -> bool:
    """Fit one learner's parameters, and whether better ones were stored.

    Where they are no better, those in use are stored with the length of the log, so that the next
    fit waits until it has grown. Nothing is stored where the learner changed a setting meanwhile.
    Raises KanjiError for too few
    reviews, and TokenMissing where there is no such user.
    """
    with reading(engine) as session:
        learner = Learner.read(session, user_id)
        rated = replay(StoredLog(session, learner.user).all(), learner.rules).rated
    user, days = learner.user, learner.settings.days
    present = learner.rules.parameters
    better = better_parameters(rated, days, present)
    own = {"values": list((better or present).values), "events": user.last_number}
    with writing(engine) as session:
        locked = Learner.locked(session, user_id)
        if locked.user.settings != user.settings:
            return False
        change_settings(session, locked, {**user.settings, "parameters": own})
    return better is not None


def _due(engine: Engine, now: datetime) -> list[UUID]:
    """The learners whose night it is, and whose log is long enough for another fit."""
    query = select(User.id, User.settings, User.last_number).where(User.last_number >= MIN_REVIEWS)
    with snapshot(engine) as session:
        rows = session.execute(query.execution_options(yield_per=BATCH))
        return [
            user_id
            for user_id, settings, length in rows
            if _has_grown(settings, length) and _is_night(settings, now)
        ]


def _has_grown(settings: Mapping[str, Any], length: int) -> bool:
    fitted = (settings.get("parameters") or {}).get("events", 0)
    return bool(settings.get("fit_parameters", True) and length >= GROWTH * fitted)


def _is_night(settings: Mapping[str, Any], now: datetime) -> bool:
    """Whether the learner's day ends within NIGHT."""
    try:
        days = LearnerSettings.from_dict(settings).days
    except KanjiError:  # of an earlier version, or a time zone that this machine lacks
        days = Days()
    return days.of(now) != days.of(now + NIGHT)


def main() -> None:
    """Fit those whose turn it is now, and end with the worker that started this."""
    end_with_parent()
    settings = Settings.from_env()
    configure_logs(settings)
    if missing := [name for name in NEEDED if not find_spec(name)]:
        log.info("parameters are not fitted without %s", " and ".join(missing))
        return
    engine = open_engine(settings)
    try:
        log.info("%d learners have new parameters", fit_due(engine, datetime.now(UTC)))
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
