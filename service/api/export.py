"""Endpoint for taking one's data along: as JSON, CSV, or a deck for Anki."""

from __future__ import annotations

import csv
import io
import tempfile
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path

from flask import Response, current_app
from sqlalchemy import select

from data.characters import info
from kanji.practice.rating import Rated
from kanji.practice.replay import replay
from service.api.access import caller
from service.api.blueprint import Answer, Blueprint, Json
from service.api.dependencies import dependencies
from service.api.devices import device_info
from service.api.schemas.export import Export, ExportQuery
from service.api.times import iso
from service.db.devices import devices_of
from service.db.engine import reading
from service.db.events import StoredEvent
from service.db.inks import inks_of
from service.db.learner_log import StoredLog
from service.db.learners import Learner
from service.errors import NotInstalled

OF_ATTEMPT = ("kanji", "misses", "hints", "gave_up", "seconds", "score", "read_as", "id")
COLUMNS = ("at", "rating", "graded", *OF_ATTEMPT, "faulty_strokes")
DOWNLOAD = {"type": "string", "format": "binary"}

export = Blueprint("export", __name__, url_prefix="/v1")


@export.get(
    "/me/export",
    access="account",
    problems=("invalid-request", "not-installed"),
    responses={
        200: {
            "description": "json: all there is; csv: the attempts; apkg: a deck for Anki of the"
            " kanji that were practised",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Export"}},
                "text/csv": {"schema": {"type": "string"}},
                "application/octet-stream": {"schema": DOWNLOAD},
            },
        }
    },
)
@export.input(ExportQuery, "query")
@export.output(Export, description="all there is")
def export_me(query_data: ExportQuery) -> Answer:
    """Take your data along"""
    if query_data.format == "json":
        return _everything(), {**_attachment("json"), "Cache-Control": "no-store"}
    with reading(dependencies().engine) as session:
        learner = Learner.read(session, caller().user_id)
        events = StoredLog(session, learner.user).all()
    replayed = replay(events, learner.rules)
    if query_data.format == "csv":
        return _download(_csv(replayed.rated).encode(), "csv", "text/csv; charset=utf-8")
    return _download(_apkg(sorted(replayed.progress)), "apkg", "application/octet-stream")


def _everything() -> Json:
    """The Export of the caller."""
    user_id = caller().user_id
    with reading(dependencies().engine) as session:
        learner = Learner.read(session, user_id)
        mine = devices_of(session, user_id)
        events = session.scalars(
            select(StoredEvent).where(StoredEvent.user_id == user_id).order_by(StoredEvent.number)
        ).all()
        inks = [{"event": str(id), "strokes": strokes} for id, strokes in inks_of(session, user_id)]
    return {
        "user": str(user_id),
        "seed": str(learner.user.seed or user_id),
        "created": iso(learner.user.created_at),
        "settings": learner.settings.to_dict(),
        "devices": [device_info(device, caller().device_id) for device in mine],
        "events": [{"number": event.number, **event.body} for event in events],
        "inks": inks,
    }


def _csv(rated: Sequence[Rated]) -> str:
    """One row for each attempt, in order of time."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS)
    rows.writeheader()
    for one in sorted(rated, key=lambda one: (one.attempt.at, one.attempt.id)):
        attempt = one.attempt
        row: dict[str, object] = {name: getattr(attempt, name) for name in OF_ATTEMPT}
        row |= {"at": attempt.at.isoformat(), "rating": one.rating.rating}
        row |= {"graded": one.graded.rating}
        rows.writerow(row | {"faulty_strokes": " ".join(map(str, attempt.faulty_strokes))})
    return text.getvalue()


def _apkg(kanji: Collection[str]) -> bytes:
    """A deck for Anki with a note for each kanji. Raises NotInstalled without genanki."""
    try:
        import genanki
    except ModuleNotFoundError as error:
        raise NotInstalled("a deck for Anki needs genanki: pip install 'hitsujun[anki]'") from error
    fields = ("Kanji", "Meanings", "On", "Kun")
    template = {
        "name": "Write",
        "qfmt": "{{Meanings}}<br>{{On}}<br>{{Kun}}",
        "afmt": "{{FrontSide}}<hr id=answer><span style='font-size: 6em'>{{Kanji}}</span>",
    }
    names = [{"name": field} for field in fields]
    model = genanki.Model(_number("model"), "hitsujun kanji", fields=names, templates=[template])
    deck = genanki.Deck(_number("deck"), "hitsujun")
    for one in kanji:
        facts = info(one)
        lists = (facts.meanings, facts.on, facts.kun)
        values = [one, *("、".join(texts) for texts in lists)]
        deck.add_note(genanki.Note(model, values, guid=genanki.guid_for("hitsujun", one)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(path)
        return path.read_bytes()


def _number(name: str) -> int:
    """The same at each export, so that Anki adds to the deck that it has."""
    return (1 << 30) + zlib.crc32(f"hitsujun {name}".encode()) % (1 << 30)


def _download(data: bytes, suffix: str, mimetype: str) -> Response:
    headers = {**_attachment(suffix), "Cache-Control": "no-store"}
    return current_app.response_class(data, headers=headers, content_type=mimetype)


def _attachment(suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="hitsujun.{suffix}"'}
