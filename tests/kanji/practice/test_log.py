"""Events are the same after they were written to a log and read back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kanji.errors import KanjiError
from kanji.practice.events import Attempt, Event, Override, Skip, Undo
from kanji.practice.log import from_wire, read_log, to_wire

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ONE = UUID(int=1)
LOG: list[Event] = [
    Attempt(id=ONE, at=AT, kanji="永", misses=2, gave_up=True, seconds=4.5, score=80.0, device="a"),
    Attempt(id=UUID(int=2), at=AT, kanji="海"),
    Skip(id=UUID(int=3), at=AT, received_at=AT, sequence=7, kanji="永"),
    Override(id=UUID(int=4), at=AT, attempt=ONE, rating="good"),
    Undo(id=UUID(int=5), at=AT, event=UUID(int=3)),
    Attempt(id=UUID(int=6), at=AT, kanji="末", faulty_strokes=(0, 3), read_as="未"),
]


def test_events_are_read_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(json.dumps(to_wire(event)) for event in LOG) + "\n\n", "utf-8")
    assert list(read_log(path)) == LOG
    assert to_wire(LOG[1]) == {
        "kind": "attempt", "id": str(UUID(int=2)), "at": "2026-03-01T08:30:00+00:00", "kanji": "海",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "note"}, "attempt, skip, override, undo"),
        ({"colour": 1}, "attempt: unknown field colour"),
        ({"misses": "3"}, "misses is '3'; its type must be int"),
        ({"misses": True}, "misses is True"),
        ({"misses": -1}, "0 or more"),
        ({"misses": -1, "score": 101}, "misses is -1: give 0 or more; score is 101: give"),
        ({"seconds": float("nan")}, "seconds is nan: give 0 or more"),
        ({"kanji": "永海"}, "kanji is '永海': give one character"),
        ({"kanji": ""}, "kanji is '': give one character"),
        ({"read_as": ""}, "read_as is '': give one character"),
        ({"faulty_strokes": [64]}, "faulty_strokes: give indexes from 0 to 63"),
        ({"faulty_strokes": [True]}, "faulty_strokes is [True]"),
        ({"seconds": "long"}, "seconds is 'long'"),
        ({"id": "1"}, "id is '1'; its type must be UUID"),
        ({"at": "yesterday"}, "at is 'yesterday'"),
        ({"at": "2026-03-01T08:30:00"}, "in UTC"),
        ({"gave_up": 1}, "gave_up is 1"),
    ],
)
def test_an_error_names_the_line_of_a_bad_event(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(to_wire(LOG[0])) + "\n" + json.dumps(to_wire(LOG[1]) | change))
    with pytest.raises(KanjiError, match="line 2") as raised:
        list(read_log(path))
    assert message in str(raised.value)


def test_an_error_names_missing_fields() -> None:
    with pytest.raises(KanjiError, match="override: missing field rating"):
        from_wire({"kind": "override", "id": str(ONE), "at": AT.isoformat(), "attempt": str(ONE)})


@pytest.mark.parametrize("fields", [{"seconds": 0.0, "score": 0.0, "misses": 0}, {"score": 100.0}])
def test_the_bounds_themselves_are_allowed(fields: dict[str, Any]) -> None:
    attempt = Attempt(id=ONE, at=AT, kanji="永", **fields)
    assert {name: getattr(attempt, name) for name in fields} == fields
