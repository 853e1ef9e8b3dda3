"""Endpoint for bringing one's reviews along: from an export of ours, a table, or Anki."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnsupportedMediaType

from kanji.practice.events import Attempt
from kanji.practice.settings import setting_faults
from service.api.access import caller
from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.received import Received, receive, store
from service.api.replays import changing_learner
from service.api.schemas.imports import ImportAnswer, ImportedFile
from service.api.schemas.reviews import KNOWN, REFUSED, STORED
from service.api.settings import deck_faults
from service.api.times import now
from service.api.uploads import THREAD_LIMITS
from service.blobs.trouble import storage_error
from service.db.learner_log import StoredLog
from service.db.learners import Learner
from service.errors import ImportRefused
from service.imports import apkg
from service.imports.csv_file import read_csv
from service.imports.export_file import read_export
from service.imports.imported import Imported, UnreadableFile

FORMATS = {"application/json": "json", "text/csv": "csv", "application/apkg": "apkg"}
TABLE = "kanji,date,rating\n日,2026-11-11,good\n"
ALSO_READ: Any = {
    "text/csv": {
        "schema": {"type": "string", "format": "review-table"},
        "example": TABLE,
    },
    "application/apkg": {"schema": {"type": "string", "format": "binary"}},
}
READ_SECONDS = 30  # wall time after which the process that reads a deck is killed
MOST_REASONS = 50  # in an answer
DEVICE_ID = re.compile("[0-9a-f-]{36}")  # as those of ours are; ids decide ties in the log

log = logging.getLogger(__name__)
imports = Blueprint("imports", __name__, url_prefix="/v1")


def _read(model: type[ImportedFile]) -> ImportedFile:
    """The file of the request, which `ImportedFile` only documents."""
    if request.mimetype not in FORMATS:
        raise UnsupportedMediaType(f"send {', '.join(FORMATS)}")
    request.max_content_length = dependencies().settings.max_import_bytes
    return model.model_construct(data=request.get_data())


@imports.post(
    "/me/import",
    access="account",
    problems=(
        "request-entity-too-large",
        "unsupported-media-type",
        "import-refused",
        "not-installed",
        "too-many-requests",
        "storage-full",
        "storage-unavailable",
    ),
    also=ALSO_READ,
)
@imports.input(ImportedFile, read=_read)
@imports.output(ImportAnswer, description="how much was new, known, and refused for which reasons")
def import_file(json_data: Any) -> Answer:
    """Bring reviews along: an export of this service, a table, or a deck of Anki"""
    kind, needs = FORMATS[request.mimetype], dependencies()
    found = _imported(kind, json_data.data)
    received = [_receive(one) for one in found.events]
    with changing_learner() as (session, learner):
        taken = learner.user.last_number == 0 and _take_settings(session, learner, found)
        learner, stored = Learner.of(learner.user), StoredLog(session, learner.user)
        new = _without_known(stored, received) if kind == "csv" else received
        most = needs.settings.max_ink_bytes
        results = store(session, learner, new, most_ink_bytes=most, log=stored)
    body = _counted(results, found.refused) | {"reviews": _reviews(new, results)}
    body["known"] += len(received) - len(new)
    return {"format": kind, **body, "settings_taken": taken}, {"Cache-Control": "no-store"}


def _imported(kind: str, data: bytes) -> Imported:
    """What a file holds. Raises ImportRefused, and StorageFull or StorageUnavailable."""
    try:
        if kind == "json":
            return read_export(data)
        if kind == "apkg":
            return _read_deck(data)
        return read_csv(data, Learner.of(caller().user).settings.days)
    except UnreadableFile as error:
        raise ImportRefused(str(error)) from error
    except OSError as error:
        raise storage_error(error) from error


def _read_deck(data: bytes) -> Imported:
    """What a process with limits reads of a deck. Raises UnreadableFile."""
    with tempfile.NamedTemporaryFile(suffix=".apkg") as file:
        file.write(data)
        file.flush()
        command = [sys.executable, "-m", "service.imports.apkg", file.name]
        environment = {**os.environ, **THREAD_LIMITS}
        try:
            run = subprocess.run(
                command, capture_output=True, timeout=READ_SECONDS, env=environment, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableFile("the deck takes too long to read") from error
    if run.returncode < 0:
        log.warning("the process that reads a deck ended by signal %d", -run.returncode)
        raise UnreadableFile("the deck cannot be read within the limits; export a smaller one")
    if run.returncode:
        raise RuntimeError(f"the process that reads a deck failed: {run.stderr[-2000:]!r}")
    answer = json.loads(run.stdout)
    if apkg.REFUSED in answer:
        raise UnreadableFile(answer[apkg.REFUSED])
    return Imported(answer["events"], Counter(answer["refused"]))


def _receive(raw: Mapping[str, Any]) -> Received:
    """Check an event; an export says itself which device sent it, and when it was received."""
    event = {name: value for name, value in raw.items() if name not in ("device", "received_at")}
    device = raw.get("device")
    if not (isinstance(device, str) and DEVICE_ID.fullmatch(device)):
        device = str(caller().device_id)
    return receive(event, device, _received_at(raw.get("received_at")))


def _received_at(text: object) -> datetime:
    """The time that a log gives, which cannot be later than now."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else now()
        return min(at.astimezone(UTC), now()) if at.tzinfo else now()
    except (ValueError, OverflowError):
        return now()


def _without_known(stored: StoredLog, received: Sequence[Received]) -> list[Received]:
    """What a table adds: it does not say all of an attempt, so that the id alone tells a known one.

    The rating that a table gives an attempt which is stored is one that the log has already.
    """
    events = [one.event for one in received if one.event]
    known = {one.id for one in stored.events([event.id for event in events])}
    known |= {event.id for event in events if event.target in known}
    return [one for one in received if not one.event or one.event.id not in known]


def _take_settings(session: Session, learner: Learner, found: Imported) -> bool:
    """Give a user without reviews the settings of an export, and the seed of its schedule."""
    if found.settings is None:
        return False
    faults = setting_faults(found.settings) or deck_faults(found.settings.get("decks"))
    if faults:
        found.refused["settings: " + "; ".join(faults.values())[:200]] += 1
        return False
    learner.user.settings = dict(found.settings)
    learner.user.seed = found.seed
    session.flush()
    return True


def _reviews(received: Sequence[Received], results: Sequence[Json]) -> int:
    """How many of the events that were stored are attempts."""
    both = zip(received, results, strict=True)
    return sum(isinstance(one.event, Attempt) for one, what in both if what["status"] == STORED)


def _counted(results: list[Json], refused: Counter[str]) -> Json:
    counts = Counter(one["status"] for one in results)
    reasons = refused + Counter(one["reason"] for one in results if one["status"] == REFUSED)
    return {
        "stored": counts[STORED],
        "known": counts[KNOWN],
        "refused": reasons.total(),
        "reasons": [
            {"reason": reason, "count": count}
            for reason, count in reasons.most_common(MOST_REASONS)
        ],
    }
