"""A transaction that changes a learner's log or rules, which may replay a part of the log.

How many stored events are replayed for a learner is limited: otherwise one who sends events from
before all others, again and again, would keep the database from everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from service.api.access import caller
from service.api.dependencies import dependencies
from service.api.limits import REPLAYS, limits
from service.db.engine import writing
from service.db.learner_log import replayed_events
from service.db.learners import Learner


@contextmanager
def changing_learner() -> Iterator[tuple[Session, Learner]]:
    """The caller's learner, locked, in a transaction that is committed at the end.

    Raises TooManyRequests where too much was replayed for them lately. Requests that come at once
    are counted one after the other, as each waits for the lock.
    """
    user_id = caller().user_id
    with writing(dependencies().engine) as session:
        learner = Learner.locked(session, user_id)
        limits().check(REPLAYS, str(user_id))
        yield session, learner
        if replayed := replayed_events(session):
            limits().count(REPLAYS, str(user_id), replayed)
