"""POST and GET /v1/reviews."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    UUID7,
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    WrapValidator,
)

from kanji.practice.events import MOST_STROKES, RATINGS
from service.api.schemas.base import (
    PRINTABLE,
    OneOf,
    RequestModel,
    ResponseModel,
    Time,
    number,
    rfc3339,
    whole_number,
)
from service.api.schemas.drawings import KeptDrawing

MAX_EVENTS = 500  # of one request and of one answer
STORED, KNOWN, REFUSED = STATUSES = ("stored", "known", "refused")
# What any time zone can express: a clock beyond it counts as this, which is no reason to refuse.
FIRST, LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)

Rating = Annotated[str, OneOf(RATINGS)]
Count = Annotated[int, Field(ge=0, le=1000), BeforeValidator(number)]
Stroke = Annotated[int, Field(ge=0, lt=MOST_STROKES), BeforeValidator(number)]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(rfc3339),
    AfterValidator(lambda at: min(max(at, FIRST), LAST)),
]
Sequence = Annotated[int, Field(ge=0, le=2**53), BeforeValidator(number)]
Seconds = Annotated[float, Field(ge=0, le=86_400), BeforeValidator(number)]
Score = Annotated[float, Field(ge=0, le=100), BeforeValidator(number)]
Character = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4,
        pattern=PRINTABLE,
        description="one character",
        json_schema_extra={"format": "kanji"},
    ),
]


class _Event(RequestModel):
    """What all events have."""

    id: UUID7 = Field(
        description="a UUIDv7 that the device made; the event is stored once under it"
    )
    at: Moment = Field(description="when it happened, by the clock of the device")
    sequence: Sequence = Field(
        0, description="counts the device's events; orders those of equal `at`"
    )


class AttemptEvent(_Event):
    """A kanji was written, after any number of refused drawings, or given up."""

    kind: Literal["attempt"]
    kanji: Character
    misses: Count = Field(0, description="refused drawings before the last one")
    hints: Count = Field(0, description="how many hints were shown")
    gave_up: bool = Field(False, strict=True)
    seconds: Seconds | None = Field(None, description="from the prompt to the last stroke")
    score: Score | None = Field(None, description="of the last drawing")
    faulty_strokes: list[Stroke] = Field(
        [],
        max_length=MOST_STROKES,
        description="canonical strokes, from 0, that were missing or at fault in any drawing",
    )
    read_as: Character | None = Field(None, description="the other character that was read")
    ink: KeptDrawing | None = Field(
        None, description="the last drawing; kept only where the setting keep_ink is on"
    )


class SkipEvent(_Event):
    """A kanji was put off. That is no failure."""

    kind: Literal["skip"]
    kanji: Character


class OverrideEvent(_Event):
    """The learner replaces the rating of an attempt ("I was right")."""

    kind: Literal["override"]
    attempt: UUID = Field(description="id of the attempt, which may arrive later")
    rating: Rating


class UndoEvent(_Event):
    """The learner takes an attempt, a skip or an override back."""

    kind: Literal["undo"]
    event: UUID = Field(description="id of what is taken back, which may arrive later")


ReviewEvent = Annotated[
    AttemptEvent | SkipEvent | OverrideEvent | UndoEvent, Field(discriminator="kind")
]
# Documented as an event, but let through whatever it is: one bad event must not refuse the others.
UncheckedEvent = Annotated[ReviewEvent, WrapValidator(lambda value, _: value)]


class ReviewsRequest(RequestModel):
    """Events of this device, in any order."""

    events: list[UncheckedEvent] = Field(min_length=1, max_length=MAX_EVENTS)


class ReviewResult(ResponseModel):
    """What became of one event."""

    id: str | None = Field(description="of the event; null where it has none")
    status: Annotated[str, OneOf(STATUSES)] = Field(
        description="stored now; known: stored before, nothing to do; refused: not stored, and"
        " sending it again will not help"
    )
    reason: str | None = Field(description="why it was refused")


class ReviewsAnswer(ResponseModel):
    """What became of each event."""

    results: list[ReviewResult] = Field(description="in the order of the request")


class ReviewsQuery(BaseModel):
    """Which part of the log?"""

    after: Annotated[int, Field(ge=0, lt=2**31), BeforeValidator(whole_number)] = Field(
        0, description="`next` of the answer before; 0 begins with the first event"
    )
    limit: Annotated[int, Field(ge=1, le=MAX_EVENTS), BeforeValidator(whole_number)] = MAX_EVENTS


class StoredReview(ResponseModel):
    """An event of any device of the user. What has its default is left out."""

    number: int = Field(description="counts the user's events, in the order they were stored")
    kind: Annotated[str, OneOf(("attempt", "skip", "override", "undo"))]
    id: str
    at: Time
    received_at: Time = Field(description="when the service received it")
    device: str = Field(description="id of the device that sent it")
    sequence: int = 0
    kanji: str | None = None
    misses: int = 0
    hints: int = 0
    gave_up: bool = False
    seconds: float | None = None
    score: float | None = None
    faulty_strokes: list[int] = Field([])
    read_as: str | None = None
    attempt: str | None = None
    rating: Rating | None = None
    event: str | None = None


class ReviewLog(ResponseModel):
    """A part of the log."""

    events: list[StoredReview] = Field(description="in the order they were stored")
    next: int = Field(description="`after` of the next request")
    more: bool = Field(description="there are more events now")
