"""Events as JSON, and the log on disk: JSONL, one event per line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from data.content import check_content
from data.json_text import json_value
from kanji.errors import KanjiError
from kanji.practice.events import Attempt, Event, Override, Skip, Undo

KINDS: dict[str, type[Event]] = {
    "attempt": Attempt,
    "skip": Skip,
    "override": Override,
    "undo": Undo,
}


def read_log(path: Path) -> Iterator[Event]:
    """The events of a JSONL file, in file order; empty lines are skipped.

    Raises KanjiError with the number of the line for a bad event, InkError for another kind of
    file, and OSError if the file cannot be read.
    """
    check_content(path, "JSONL")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                event = from_wire(json_value(line))
            except (ValueError, KanjiError) as error:
                raise KanjiError(f"{path}, line {number}: {error}") from error
            yield event


def to_wire(event: Event) -> dict[str, Any]:
    """An event as a JSON object: its `kind`, and every field that differs from its default."""
    kind = next(name for name, event_type in KINDS.items() if type(event) is event_type)
    values = {field.name: (getattr(event, field.name), field.default) for field in fields(event)}
    return {"kind": kind} | {
        name: _to_json(value) for name, (value, default) in values.items() if value != default
    }


def from_wire(wire: object) -> Event:
    """The event of a JSON object that `to_wire` made.

    Raises KanjiError, which names the fields that are unknown or missing, or the first field with
    a wrong type or value.
    """
    if not isinstance(wire, Mapping) or wire.get("kind") not in KINDS:
        raise KanjiError(f'an event must be an object with a "kind": {", ".join(KINDS)}')
    event_type = KINDS[wire["kind"]]
    types = {field.name: str(field.type) for field in fields(event_type)}
    required = [field.name for field in fields(event_type) if field.default is MISSING]
    given = {name: value for name, value in wire.items() if name != "kind"}
    faults = [f"unknown field {name}" for name in sorted(given.keys() - types.keys())]
    faults += [f"missing field {name}" for name in required if name not in given]
    if faults:
        raise KanjiError(f"{wire['kind']}: {', '.join(faults)}")
    return event_type(**{name: _parse(name, types[name], value) for name, value in given.items()})


def _to_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, UUID) else value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def _exactly(expected: type) -> Callable[[Any], Any]:
    def parse(value: object) -> object:
        if type(value) is not expected:
            raise TypeError
        return value

    return parse


def _integers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or any(type(item) is not int for item in value):
        raise TypeError
    return tuple(value)


# By the type of a field. A field that is None is left out of the JSON.
PARSERS: dict[str, Callable[[Any], Any]] = {
    "str": _exactly(str),
    "int": _exactly(int),
    "bool": _exactly(bool),
    "float": _number,
    "tuple[int, ...]": _integers,
    "UUID": UUID,
    "datetime": datetime.fromisoformat,
}


def _parse(name: str, type_name: str, value: object) -> Any:
    type_name = type_name.removesuffix(" | None")
    try:
        return PARSERS[type_name](value)
    except (TypeError, ValueError, AttributeError) as error:
        raise KanjiError(f"{name} is {value!r}; its type must be {type_name}") from error
