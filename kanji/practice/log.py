"""The log on disk: JSONL, one event a line, as `to_wire` makes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from kanji.errors import KanjiError
from kanji.practice.events import Attempt, Event, Override, Skip

KINDS: dict[str, type[Event]] = {"attempt": Attempt, "skip": Skip, "override": Override}


def read_log(path: Path) -> Iterator[Event]:
    """The events of a file; raises KanjiError that names the line, OSError where there is none."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                event = from_wire(json.loads(line))
            except (ValueError, KanjiError) as error:
                raise KanjiError(f"{path}, line {number}: {error}") from error
            yield event


def to_wire(event: Event) -> dict[str, Any]:
    """An event as JSON holds it: its `kind`, and each field that is not at its default."""
    kind = next(name for name, made in KINDS.items() if type(event) is made)
    values = {field.name: (getattr(event, field.name), field.default) for field in fields(event)}
    return {"kind": kind} | {
        name: _plain(value) for name, (value, default) in values.items() if value != default
    }


def from_wire(wire: object) -> Event:
    """The event that `to_wire` wrote; raises KanjiError that names what is wrong."""
    if not isinstance(wire, Mapping) or wire.get("kind") not in KINDS:
        raise KanjiError(f'an event is an object with a "kind": {", ".join(KINDS)}')
    made = KINDS[wire["kind"]]
    known = {field.name: field for field in fields(made)}
    given = {name: value for name, value in wire.items() if name != "kind"}
    lacking = [name for name, field in known.items() if field.default is MISSING]
    wrong = sorted(given.keys() - known.keys()) + [name for name in lacking if name not in given]
    if wrong:
        raise KanjiError(f"{wire['kind']}: unknown or missing {', '.join(wrong)}")
    return made(**{name: _read(name, str(known[name].type), v) for name, v in given.items()})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


# By the type that a field states; a field that may be None is left out instead.
READERS: dict[str, Callable[[Any], Any]] = {
    "str": _exactly(str),
    "int": _exactly(int),
    "bool": _exactly(bool),
    "float": _number,
    "UUID": UUID,
    "datetime": datetime.fromisoformat,
}


def _read(name: str, kind: str, value: object) -> Any:
    kind = kind.removesuffix(" | None")
    try:
        return READERS[kind](value)
    except (TypeError, ValueError, AttributeError) as error:
        raise KanjiError(f"{name} is {value!r}; it is to be a {kind}") from error
