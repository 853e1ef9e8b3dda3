"""GET /v1/queue."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from service.api.schemas.base import OneOf, ResponseModel, whole_number
from service.api.schemas.characters import Component, ReferenceStroke, Shape
from service.api.schemas.settings import HintSettings

MAX_CARDS = 100


class QueueQuery(BaseModel):
    """How many cards?"""

    limit: Annotated[int, Field(ge=1, le=MAX_CARDS), BeforeValidator(whole_number)] = 20


class Prompt(ResponseModel):
    """What to show instead of the kanji."""

    meanings: list[str] = Field(description="in English")
    on: list[str]
    kun: list[str]


class Interval(ResponseModel):
    """A time until the next review: minutes, or the learner's days."""

    minutes: int | None = Field(description="null where it is days")
    days: int | None = Field(description="null where it is minutes")


class Previews(ResponseModel):
    """The next interval by the rating that the attempt gets; long ones can vary by some days."""

    again: Interval
    hard: Interval
    good: Interval
    easy: Interval


class CardKanji(ResponseModel):
    """What a card shows of its kanji, the same for all learners."""

    kanji: str
    prompt: Prompt
    strokes: list[ReferenceStroke] = Field(description="in canonical order")
    strokes_url: str = Field(description="address of the strokes, which never change there")
    orders: list[list[int]] = Field(description="accepted orders, as indexes of strokes from 0")
    components: Component | None = Field(description="the whole, with its parts")
    forms: list[Shape] = Field(description="other accepted shapes")


class CardTurn(ResponseModel):
    """What a card says of the learner's turn to write it."""

    why: Annotated[str, OneOf(("learning", "due", "new"))]
    hints: HintSettings
    leniency: float = Field(description="for the grader")
    next: Previews
    reviews: int = Field(description="how often it was reviewed")


class QueueCard(CardTurn, CardKanji):
    """A kanji to write, with all that this needs."""


class Queue(ResponseModel):
    """What to write next."""

    rest: Annotated[str, OneOf(("quiet", "vacation", "done"))] | None = Field(
        description="why there is nothing to write now; null where there are cards"
    )
    cards: list[QueueCard] = Field(description="in the order to show them")
