"""Our own export as JSON: the whole log of a user, with settings and drawings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic_core import from_json

from service.imports.imported import Imported, UnreadableFile

WANTED = 'send what GET /v1/me/export?format=json gives: an object with "events", a list'


def read_export(data: bytes) -> Imported:
    """The events of an export. Raises UnreadableFile where it is none."""
    try:
        export = from_json(data)  # unlike json's, it refuses half a surrogate pair
    except ValueError as error:
        raise UnreadableFile(f"the file is not JSON; {WANTED}") from error
    if not isinstance(export, dict) or not isinstance(export.get("events"), list):
        raise UnreadableFile(WANTED)
    inks = _inks(export.get("inks"))
    found = Imported(settings=export.get("settings"), seed=_seed(export.get("seed")))
    for event in export["events"]:
        if not isinstance(event, dict):
            found.refused["an event is an object"] += 1
            continue
        kept = {name: value for name, value in event.items() if name != "number"}
        ink = inks.get(str(event.get("id")))
        found.add(kept | ({"ink": ink} if ink else {}))
    return found


def _inks(given: Any) -> dict[str, Any]:
    """The drawings by the id of their attempt."""
    inks = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return {str(one.get("event")): {"strokes": one.get("strokes")} for one in inks}


def _seed(given: Any) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None
