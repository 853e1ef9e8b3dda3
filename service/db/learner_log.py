"""The log of one learner in the database, and what follows from it.

The events are the truth. The progress of each kanji, its marks and the totals of each day are
caches of their replay: they are written in the transaction that adds the events, and made again
when the rules change.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Engine,
    Executable,
    Select,
    any_,
    bindparam,
    delete,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from kanji.practice.events import Event
from kanji.practice.incremental import Taken, take
from kanji.practice.log import from_wire
from kanji.practice.replay import Progress, replay
from kanji.practice.sums import by_day
from service.db.base import table_of
from service.db.days import StoredDay, add_days
from service.db.engine import reading, writing
from service.db.events import StoredEvent, event_row
from service.db.learners import Learner
from service.db.progress import StoredMark, StoredProgress, columns, progress_of, row_of
from service.db.rows import insert_rows, replace_rows
from service.db.users import User, store_last_number

EVENTS, PROGRESS, MARKS = map(table_of, (StoredEvent, StoredProgress, StoredMark))
REPLAYED = "replayed events"  # their number, in `Session.info`
BATCH = 400  # ids in one query: SQLite allows 999 parameters in its oldest builds
# The statements are made once, since that takes longer than running them.
BODIES = select(EVENTS.c.body).where(EVENTS.c.user_id == bindparam("user_id"))
AT_KANJI = BODIES.where(EVENTS.c.kanji == bindparam("kanji"))
SINCE = AT_KANJI.where(EVENTS.c.moment >= bindparam("since"))
ALL_PROGRESS = select(*columns(PROGRESS)).where(PROGRESS.c.user_id == bindparam("user_id"))
MARK = (
    select(*columns(MARKS))
    .where(MARKS.c.user_id == bindparam("user_id"), MARKS.c.kanji == bindparam("kanji"))
    .where(MARKS.c.last_at < bindparam("before"))
    .order_by(MARKS.c.attempts.desc())
    .limit(1)
)


class Lookups(NamedTuple):
    """Statements that look for several values: `ids` and `targets` of events, and `kanji`."""

    events: Executable
    progress: Select[Any]

    @classmethod
    def of(cls, is_any: Callable[[Column[Any], str], ColumnElement[bool]]) -> Lookups:
        """`is_any`: whether a column is one of the values of a parameter."""
        events, targets = is_any(EVENTS.c.id, "ids"), is_any(EVENTS.c.target, "targets")
        of_kanji = is_any(PROGRESS.c.kanji, "kanji")
        return cls(
            union_all(BODIES.where(events), BODIES.where(targets)), ALL_PROGRESS.where(of_kanji)
        )


def _in_list(column: Column[Any], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, type_=column.type))


def _in_array(column: Column[Any], name: str) -> ColumnElement[bool]:
    """One parameter for any number of values, so that the server prepares one statement."""
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


LOOKUPS = {"sqlite": Lookups.of(_in_list), "postgresql": Lookups.of(_in_array)}


class StoredLog:
    """One learner's events and progress, as `kanji.practice.incremental.take` reads them.

    What was read of an id is kept: the log of a locked learner does not change meanwhile.
    """

    def __init__(self, session: Session, user: User) -> None:
        self._session, self._user = session, user
        self._lookups = LOOKUPS[session.get_bind().dialect.name]
        self._read: set[uuid.UUID] = set()
        self._events: dict[uuid.UUID, Event] = {}
        self._changes: dict[uuid.UUID, list[Event]] = defaultdict(list)

    def events(self, ids: Collection[uuid.UUID]) -> Iterable[Event]:
        """The stored events with these ids."""
        self._read_more(ids)
        return [self._events[id] for id in ids if id in self._events]

    def changes(self, ids: Collection[uuid.UUID]) -> Iterable[Event]:
        """The stored overrides and undos of these events."""
        self._read_more(ids)
        return [one for id in dict.fromkeys(ids) for one in self._changes.get(id, ())]

    def at_kanji(self, kanji: str, since: datetime | None) -> Iterable[Event]:
        """The stored attempts and skips at a kanji, those that count from `since` on, or all."""
        if since:
            found = self._to_replay(SINCE, kanji=kanji, since=since)
        else:
            found = self._to_replay(AT_KANJI, kanji=kanji)
        self._events |= {event.id: event for event in found}
        return found

    def mark(self, kanji: str, before: datetime) -> Progress | None:
        """The last stored mark of a kanji whose last event counts from a moment before this."""
        return self._by_kanji(MARK, kanji=kanji, before=before).get(kanji)

    def all(self) -> Iterable[Event]:
        """Every stored event."""
        return self._to_replay(BODIES)

    def progress(self, kanji: Collection[str]) -> Mapping[str, Progress]:
        """The stored progress of these kanji."""
        found: dict[str, Progress] = {}
        for some in _batches(kanji):
            found |= self._by_kanji(self._lookups.progress, kanji=some)
        return found

    def all_progress(self) -> Mapping[str, Progress]:
        """The stored progress of every kanji."""
        return self._by_kanji(ALL_PROGRESS)

    def _read_more(self, ids: Collection[uuid.UUID]) -> None:
        """Read the events with these ids, and the changes of these events."""
        unread = set(ids) - self._read
        self._read |= unread
        for some in _batches(unread):
            unknown = [id for id in some if id not in self._events]
            for event in self._found(self._lookups.events, ids=unknown, targets=some):
                if event.id in self._read:
                    self._events[event.id] = event
                if event.target in self._read and event not in self._changes[event.target]:
                    self._changes[event.target].append(event)

    def _by_kanji(self, query: Select[Any], **values: Any) -> dict[str, Progress]:
        rows = self._session.execute(query, {"user_id": self._user.id, **values}).all()
        return {row.kanji: progress_of(row, self._user.replayed_rules) for row in rows}

    def _to_replay(self, query: Executable, **values: Any) -> list[Event]:
        """What is found, counted for `replayed_events`."""
        found = self._found(query, **values)
        info = self._session.info
        info[REPLAYED] = info.get(REPLAYED, 0) + len(found)
        return found

    def _found(self, query: Executable, **values: Any) -> list[Event]:
        bodies = self._session.scalars(query, {"user_id": self._user.id, **values}).all()
        return [from_wire(body) for body in bodies]


def replayed_events(session: Session) -> int:
    """How many stored events were read in a session to be replayed."""
    return int(session.info.get(REPLAYED, 0))


@contextmanager
def reading_learner(engine: Engine, user: User) -> Iterator[tuple[Session, Learner]]:
    """A session that reads, and a learner whose progress and days follow from their rules.

    They are made again first where the rules have changed since, which writes.
    """
    learner = Learner.of(user)
    if learner.is_replayed:
        with reading(engine) as session:
            yield session, learner
        return
    with writing(engine) as session:
        learner = Learner.locked(session, user.id)
        if not learner.is_replayed:  # another request may have been faster
            rebuild(session, learner)
        yield session, learner


def record(
    session: Session, learner: Learner, events: Iterable[Event], log: StoredLog | None = None
) -> Taken:
    """Add events to the log of a learner, who is locked. The caller commits.

    `log`: that of the learner, where it has read some of the events already.

    Events that are stored already are ignored. The cost does not grow with the log, but for a late
    event with the attempts at its kanji since the mark before it; and where the rules have changed,
    all is made again first.
    """
    user = learner.user
    if user.replayed_rules != learner.rules.version:
        rebuild(session, learner)
    taken = take(events, log or StoredLog(session, user), learner.rules)
    if taken.new:
        first = user.last_number + 1
        rows = [event_row(user.id, event, number) for number, event in enumerate(taken.new, first)]
        insert_rows(session, EVENTS, rows)
        store_last_number(session, user, user.last_number + len(rows))
    _cut_marks(session, user, taken.replayed)
    _store(session, user, taken.progress.values(), taken.marks)
    if taken.emptied:
        gone = PROGRESS.c.kanji.in_(taken.emptied)
        session.execute(delete(PROGRESS).where(PROGRESS.c.user_id == user.id, gone))
    add_days(session, user.id, taken.days)
    return taken


def rebuild(session: Session, learner: Learner) -> None:
    """Make progress, marks and days of a locked learner again, from the whole log."""
    user = learner.user
    replayed = replay(StoredLog(session, user).all(), learner.rules)
    for table in (StoredProgress, StoredMark, StoredDay):
        session.execute(delete(table).where(table.user_id == user.id))
    _store(session, user, replayed.progress.values(), replayed.marks)
    add_days(session, user.id, by_day(replayed.rated, learner.rules.ratings))
    user.replayed_rules = learner.rules.version


def change_settings(session: Session, learner: Learner, settings: dict[str, Any]) -> Learner:
    """Give a locked learner other settings, which are valid; progress and days follow them."""
    learner.user.settings = settings
    changed = Learner.of(learner.user)
    if changed.rules.version != learner.rules.version:
        rebuild(session, changed)
    return changed


def _store(
    session: Session, user: User, progress: Iterable[Progress], marks: Iterable[Progress]
) -> None:
    replace_rows(session, PROGRESS, [row_of(user.id, one) for one in progress])
    replace_rows(session, MARKS, [row_of(user.id, one) for one in marks])


def _cut_marks(session: Session, user: User, replayed: Mapping[str, datetime]) -> None:
    """Delete the marks of each kanji from a moment on."""
    for kanji, since in replayed.items():
        of_kanji = (MARKS.c.user_id == user.id) & (MARKS.c.kanji == kanji)
        session.execute(delete(MARKS).where(of_kanji, MARKS.c.last_at >= since))


def _batches(values: Collection[Any]) -> Iterable[list[Any]]:
    everything = list(values)
    return (everything[n : n + BATCH] for n in range(0, len(everything), BATCH))
