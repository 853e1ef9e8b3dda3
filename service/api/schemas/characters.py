"""GET /v1/kanji and /v1/kanji/{character}."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from data.characters import KANJI_LISTS, LISTS
from kanji.brush.animation import DEFAULT_STROKE_MS, STROKE_MS
from service.api.schemas.base import OneOf, RequestModel, ResponseModel, whole_number

KanjiListName = Annotated[str, OneOf(KANJI_LISTS)]
ListName = Annotated[str, OneOf(LISTS)]
Point = Annotated[list[float], Field(min_length=2, max_length=2)]


class KanjiListQuery(BaseModel):
    """Which list of characters?"""

    list: KanjiListName = "joyo"


class AnimationQuery(RequestModel):
    """How fast, and of which version?"""

    stroke_ms: Annotated[
        int, Field(ge=STROKE_MS[0], le=STROKE_MS[1]), BeforeValidator(whole_number)
    ] = Field(DEFAULT_STROKE_MS, description="milliseconds of each stroke")
    still: bool = Field(False, description="nothing moves")
    version: str | None = Field(
        None,
        max_length=64,
        description="as in animation_url; the answer never changes then",
    )


class KanjiList(ResponseModel):
    """The characters of a list."""

    list: KanjiListName
    characters: str = Field(description="the characters, one after the other")


class ReferenceStroke(ResponseModel):
    """One canonical stroke."""

    points: list[Point] = Field(description="[x, y] in the unit box, x right, y down")
    type: str = Field(description="KanjiVG's type, a letter of Unicode's CJK Strokes such as ㇔")


class Shape(ResponseModel):
    """One accepted shape of a character."""

    strokes: list[ReferenceStroke] = Field(description="in canonical order")
    source: str = Field(description="source of the strokes")
    licence: str = Field(description="licence of the strokes")


class Component(ResponseModel):
    """A part of a character, by its strokes."""

    element: str | None = Field(None, description="the character that it is, where it is one")
    position: str | None = Field(None, description="where it stands, such as left")
    radical: str | None = Field(None, description="KanjiVG's kind of radical, where it is one")
    strokes: list[int] = Field(description="indexes of strokes from 0")
    parts: list[Component] = Field([], description="its own parts")


class Strokes(Shape):
    """The canonical strokes of a character, and all else that a grader needs of it."""

    orders: list[list[int]] = Field(description="accepted orders, as indexes of strokes from 0")
    components: Component | None = Field(description="the whole, with its parts")
    forms: list[Shape] = Field(description="other accepted shapes")


class KanjiFacts(Strokes):
    """Facts about a character; null or empty where no source has them."""

    character: str
    grade: int | None = Field(description="school grade 1 to 6, or 8, as in KANJIDIC2")
    jlpt: int | None = Field(description="JLPT level, 5 (first) to 1")
    on: list[str] = Field(description="on readings")
    kun: list[str] = Field(description="kun readings")
    meanings: list[str] = Field(description="meanings in English")
    frequency: int | None = Field(description="rank, 1 is the most frequent")
    parts: list[str] = Field(description="the characters that it consists of, from KanjiVG")
    lookalikes: list[str] = Field(description="kanji of as many strokes that look like it")
    strokes_url: str = Field(description="address of the strokes, which never change there")
    strokes_sha256: str = Field(description="the hash in that address")
    animation_url: str = Field(description="address of an SVG that draws them, as unchanging")
