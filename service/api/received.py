"""Events as they are received: checked one by one, and stored in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.practice.events import Event, OfKanji
from kanji.practice.log import from_wire, to_wire
from service.api.blueprint import Json
from service.api.schemas.drawings import KeptDrawing
from service.api.schemas.reviews import KNOWN, REFUSED, STORED, ReviewEvent
from service.db.inks import keep_inks
from service.db.learner_log import StoredLog, record
from service.db.learners import Learner

BY_SERVER = ("device", "received_at")  # fields of an event that the service sets
EVENT: TypeAdapter[Any] = TypeAdapter(ReviewEvent)


@dataclass(frozen=True)
class Received:
    """An event of a request, or the `reason` why it is none.

    `id`: None where it has none that can be read. `ink`: the drawing that came with it.
    """

    id: str | None
    event: Event | None = None
    reason: str | None = None
    ink: KeptDrawing | None = None


def receive(raw: object, device: str, received_at: datetime) -> Received:
    """Check one event; what the service knows better than the device is added."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    shown = given if isinstance(given, str) and len(given) <= 36 and _is_text(given) else None
    try:
        checked = EVENT.validate_python(raw)
        wire = checked.model_dump(mode="json", exclude_none=True, exclude={"ink"})
        event = from_wire(
            wire
            | {"at": checked.at.astimezone(UTC).isoformat(), "received_at": received_at.isoformat()}
            | {"device": device}
        )
    except ValidationError as error:
        return Received(shown, reason=_reason(error))
    except KanjiError as error:
        return Received(shown, reason=str(error))
    if isinstance(event, OfKanji) and event.kanji not in load_references():
        return Received(shown, reason="kanji: there are no strokes for this character")
    return Received(str(event.id), event, ink=getattr(checked, "ink", None))


def store(
    session: Session,
    learner: Learner,
    received: Sequence[Received],
    *,
    most_ink_bytes: int,
    log: StoredLog | None = None,
) -> list[Json]:
    """Add events to the log of a locked learner; the ReviewResult of each. The caller commits.

    `log`: that of the learner, where it has read some of the events already.
    """
    events = [one.event for one in received if one.event]
    ids = [event.id for event in events]
    log = log or StoredLog(session, learner.user)
    known = {one.id: one for one in log.events(ids)}
    results = [_result(one, known) for one in received]
    taken = record(session, learner, [known[id] for id in ids], log)
    if learner.settings.keep_ink:
        new = {event.id for event in taken.new}
        inks = {
            one.event.id: one.ink.columns()
            for one in received
            if one.event and one.ink and one.event.id in new
        }
        number = learner.user.last_number
        keep_inks(session, learner.user.id, inks, number=number, most_bytes=most_ink_bytes)
    return results


def _is_text(value: str) -> bool:
    """Whether UTF-8 can hold it: no half of a surrogate pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _reason(error: ValidationError) -> str:
    faults = error.errors()
    return "; ".join(
        f"{'.'.join(str(step) for step in fault['loc'][1:]) or 'event'}: {fault['msg']}"
        for fault in faults[:3]
    )


def _result(read: Received, known: dict[UUID, Event]) -> Json:
    """What becomes of an event, which is added to those that are known."""
    status, reason = REFUSED, read.reason
    if read.event is not None:
        before = known.setdefault(read.event.id, read.event)
        if before is read.event:
            status = STORED
        elif _said(before) == _said(read.event):
            status = KNOWN
        else:
            reason = "id: another event was stored under this id; make a new id for each event"
    return {"id": read.id, "status": status, "reason": reason}


def _said(event: Event) -> dict[str, Any]:
    """An event as its device told it."""
    return {name: value for name, value in to_wire(event).items() if name not in BY_SERVER}
