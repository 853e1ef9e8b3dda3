"""The log of one learner in the database, and the progress that follows from it.

The events are the truth. Progress and ratings are caches of their replay: they are written in the
transaction that adds the events, and made again when the rules change.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, insert, select
from sqlalchemy.orm import Session

from kanji.practice.events import Attempt, Event, OfKanji
from kanji.practice.incremental import Taken, take
from kanji.practice.log import from_wire, to_wire
from kanji.practice.rating import Rated, Rating
from kanji.practice.replay import Progress, replay
from service.db.engine import reading, writing
from service.db.events import StoredEvent
from service.db.learners import Learner
from service.db.progress import StoredProgress
from service.db.ratings import StoredRating

# The fields of an attempt that are stored with its ratings, where they differ from this.
DEFAULTS = {
    one.name: one.default
    for one in fields(Attempt)
    if one.name not in ("id", "at", "kanji", "device", "sequence", "received_at")
}
BATCH = 400  # ids in one query: SQLite allows 999 parameters in its oldest builds


class StoredLog:
    """One learner's events and progress, as `kanji.practice.incremental.take` reads them."""

    def __init__(self, session: Session, user_id: uuid.UUID) -> None:
        self._session, self._user_id = session, user_id

    def events(self, ids: Collection[uuid.UUID]) -> Iterable[Event]:
        """The stored events with these ids."""
        return self._found(StoredEvent.id, ids)

    def changes(self, ids: Collection[uuid.UUID]) -> Iterable[Event]:
        """The stored overrides and undos of these events."""
        return self._found(StoredEvent.target, ids)

    def at_kanji(self, kanji: str) -> Iterable[Event]:
        """The stored attempts and skips at a kanji."""
        return self._found(StoredEvent.kanji, [kanji])

    def all(self) -> Iterable[Event]:
        """Every stored event."""
        bodies = self._session.scalars(self._bodies())
        return [from_wire(body) for body in bodies]

    def progress(self, kanji: Collection[str]) -> Mapping[str, Progress]:
        """The stored progress of these kanji."""
        found: dict[str, Progress] = {}
        for some in _batches(kanji):
            query = select(StoredProgress.body).where(
                StoredProgress.user_id == self._user_id, StoredProgress.kanji.in_(some)
            )
            found |= _by_kanji(self._session.scalars(query))
        return found

    def all_progress(self) -> dict[str, Progress]:
        """The stored progress of every kanji."""
        query = select(StoredProgress.body).where(StoredProgress.user_id == self._user_id)
        return _by_kanji(self._session.scalars(query))

    def _bodies(self) -> Select[tuple[dict[str, Any]]]:
        return select(StoredEvent.body).where(StoredEvent.user_id == self._user_id)

    def _found(self, column: Any, values: Collection[Any]) -> list[Event]:
        return [
            from_wire(body)
            for some in _batches(values)
            for body in self._session.scalars(self._bodies().where(column.in_(some)))
        ]


def record(session: Session, learner: Learner, events: Iterable[Event]) -> Taken:
    """Add events to the log of a learner, who is locked. The caller commits.

    Events that are stored already are ignored. The cost does not grow with the log, but for a late
    event with the number of attempts at its kanji.
    """
    user = learner.user
    taken = take(events, StoredLog(session, user.id), learner.rules)
    _insert(session, StoredEvent, [_row(learner, event) for event in taken.new])
    _store(session, user.id, taken.progress, taken.rated, taken.replayed)
    return taken


def rebuild(session: Session, learner: Learner) -> None:
    """Make progress and ratings of a locked learner again, from the whole log."""
    user_id = learner.user.id
    replayed = replay(StoredLog(session, user_id).all(), learner.rules)
    rated: dict[str, list[Rated]] = {kanji: [] for kanji in replayed.progress}
    for one in replayed.rated:
        rated[one.attempt.kanji].append(one)
    for table in (StoredProgress, StoredRating):
        session.execute(delete(table).where(table.user_id == user_id))
    _store(session, user_id, replayed.progress, rated, ())


def current_progress(engine: Engine, user_id: uuid.UUID) -> tuple[Learner, dict[str, Progress]]:
    """A learner with the progress at every kanji, made again where the rules have changed since."""
    with reading(engine) as session:
        learner = Learner.read(session, user_id)
        progress = StoredLog(session, user_id).all_progress()
    if _is_current(progress, learner):
        return learner, progress
    with writing(engine) as session:
        learner = Learner.locked(session, user_id)
        rebuild(session, learner)
        return learner, StoredLog(session, user_id).all_progress()


def _is_current(progress: Mapping[str, Progress], learner: Learner) -> bool:
    """Whether the progress follows from the learner's rules, which may have changed since."""
    return all(one.rules == learner.rules.version for one in progress.values())


def rated_attempts(session: Session, user_id: uuid.UUID) -> list[Rated]:
    """The attempts of a learner that count, with their ratings, in no order.

    `at` is the time from which the attempt counts; where it came from is left out.
    """
    rows = session.execute(
        select(StoredRating.event_id, StoredRating.kanji, StoredRating.body).where(
            StoredRating.user_id == user_id
        )
    )
    return [_rated(event_id, kanji, body) for event_id, kanji, body in rows]


def _rated(event_id: uuid.UUID, kanji: str, body: Mapping[str, Any]) -> Rated:
    """What `_rating_row` stored.

    The checks of Attempt are left out: it passed them before it was stored, and they would take
    more than half of the time of the statistics.
    """
    attempt = object.__new__(Attempt)
    vars(attempt).update(
        DEFAULTS | body["attempt"],
        id=event_id,
        kanji=kanji,
        at=datetime.fromisoformat(body["at"]),
        faulty_strokes=tuple(body["attempt"].get("faulty_strokes", ())),
    )
    rating, graded = Rating(*body["rating"]), Rating(*body["graded"])
    return Rated(attempt, rating, graded, body["elapsed_days"], body["is_review"])


def _row(learner: Learner, event: Event) -> dict[str, Any]:
    """The row of a new event, with the next number."""
    learner.user.last_number += 1
    return {
        "user_id": learner.user.id,
        "id": event.id,
        "number": learner.user.last_number,
        "kanji": event.kanji if isinstance(event, OfKanji) else None,
        "target": event.target,
        "body": to_wire(event),
    }


def _store(
    session: Session,
    user_id: uuid.UUID,
    progress: Mapping[str, Progress],
    rated: Mapping[str, Sequence[Rated]],
    replayed: Collection[str],
) -> None:
    """Replace the progress of some kanji, and all ratings of those that were replayed."""
    for table, kanji in ((StoredProgress, progress), (StoredRating, replayed)):
        for some in _batches(kanji):
            mine = delete(table).where(table.user_id == user_id, table.kanji.in_(some))
            session.execute(mine)
    rows = [
        {"user_id": user_id, "kanji": kanji, "body": one.to_dict()}
        for kanji, one in progress.items()
    ]
    _insert(session, StoredProgress, rows)
    ratings = [_rating_row(user_id, one) for attempts in rated.values() for one in attempts]
    _insert(session, StoredRating, ratings)


def _rating_row(user_id: uuid.UUID, one: Rated) -> dict[str, Any]:
    attempt = one.attempt
    body = {
        "at": attempt.at.isoformat(),
        "attempt": {
            name: getattr(attempt, name)
            for name, default in DEFAULTS.items()
            if getattr(attempt, name) != default
        },
        "rating": [one.rating.rating, one.rating.reason],
        "graded": [one.graded.rating, one.graded.reason],
        "elapsed_days": one.elapsed_days,
        "is_review": one.is_review,
    }
    row = {"user_id": user_id, "event_id": attempt.id, "kanji": attempt.kanji}
    return row | {"body": body}


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _by_kanji(bodies: Iterable[Mapping[str, Any]]) -> dict[str, Progress]:
    return {body["kanji"]: Progress.from_dict(body) for body in bodies}


def _batches(values: Collection[Any]) -> Iterable[list[Any]]:
    everything = list(values)
    return (everything[n : n + BATCH] for n in range(0, len(everything), BATCH))
