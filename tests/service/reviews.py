"""Events as a device sends them."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


def uuid7() -> str:
    """A UUIDv7 of now (RFC 9562): 48 bits of milliseconds, and random ones."""
    return uuid7_of(int(time.time() * 1000) << 80 | secrets.randbits(80))


def uuid7_of(bits: int) -> str:
    """The UUIDv7 of 128 bits, of which those of version and variant are replaced."""
    bits = bits & ~(0xF << 76) | 7 << 76
    return str(UUID(int=bits & ~(0x3 << 62) | 2 << 62))


def event(kanji: str = "日", days: float = 0, **fields: Any) -> dict[str, Any]:
    """An attempt, some days after START."""
    at = (START + timedelta(days=days)).isoformat()
    return {"kind": "attempt", "id": uuid7(), "at": at, "kanji": kanji, **fields}


def skip(kanji: str = "日", days: float = 0) -> dict[str, Any]:
    return event(kanji, days, kind="skip")


def override(attempt: dict[str, Any], rating: str = "good", **fields: Any) -> dict[str, Any]:
    at = START.isoformat()
    return {
        "kind": "override",
        "id": uuid7(),
        "at": at,
        "attempt": attempt["id"],
        "rating": rating,
        **fields,
    }


def undo(undone: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "undo", "id": uuid7(), "at": START.isoformat(), "event": undone["id"]}


def send(client: FlaskClient, *events: Any) -> list[str]:
    """The status of each event."""
    answer = client.post("/v1/reviews", json={"events": list(events)})
    assert answer.status_code == 200, answer.text
    return [one["status"] for one in answer.json["results"]]
