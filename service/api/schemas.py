"""What requests look like; `openapi` shows these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data.ink import Ink
from data.ink.ink import MAX_POINTS, MAX_STROKES

MAX_CANDIDATES = 4096  # more than there are joyo and jinmeiyo kanji


def _number(value: object) -> object:
    if isinstance(value, str | bool):
        raise ValueError("is a number, not a text and not true or false")
    return value


Coordinate = Annotated[int, BeforeValidator(_number), Field(ge=-1_000_000, le=1_000_000)]
Milliseconds = Annotated[int, BeforeValidator(_number), Field(ge=0, le=86_400_000)]
Character = Annotated[str, Field(min_length=1, max_length=2)]  # two for 頰 with a selector


class Body(BaseModel):
    """A body with no keys but ours."""

    model_config = ConfigDict(extra="forbid")


class StrokeColumns(Body):
    """One pen-down to pen-up as columns of equal length: x right, y down, any scale."""

    x: list[Coordinate] = Field(min_length=1, max_length=MAX_POINTS)
    y: list[Coordinate] = Field(min_length=1, max_length=MAX_POINTS)
    t: list[Milliseconds] | None = Field(
        None, max_length=MAX_POINTS, description="milliseconds since the first point"
    )

    @model_validator(mode="after")
    def _equal(self) -> StrokeColumns:
        if len(self.x) != len(self.y) or (self.t is not None and len(self.t) != len(self.x)):
            raise ValueError("x, y and t have equally many numbers")
        return self

    def points(self) -> list[list[int]]:
        """[x, y] or [x, y, t] for each point."""
        columns = [self.x, self.y] + ([self.t] if self.t is not None else [])
        return [list(point) for point in zip(*columns, strict=True)]


class Drawing(Body):
    """Strokes in the order drawn."""

    strokes: list[StrokeColumns] = Field(min_length=1, max_length=MAX_STROKES)

    def ink(self, character: str | None = None) -> Ink:
        """The drawing as ink; InkError where it has too many points."""
        wire: dict[str, Any] = {"strokes": [stroke.points() for stroke in self.strokes]}
        return Ink.from_wire(wire | {"char": character})


class RecognizeRequest(Drawing):
    """Which character is this?"""

    top: Annotated[int, BeforeValidator(_number), Field(ge=1, le=100)] = 10
    candidates: (
        Literal["joyo", "jinmeiyo", "all"]
        | Annotated[list[Character], Field(min_length=1, max_length=MAX_CANDIDATES)]
        | None
    ) = Field(None, description="answer only these: a list of characters or its name")


class GradeRequest(Drawing):
    """How well is this character written?"""

    character: Character
    leniency: Annotated[float, BeforeValidator(_number), Field(ge=0.25, le=4)] = Field(
        1.0, description="above 1 forgives more"
    )
    so_far: bool = Field(False, strict=True, description="the drawing is the character's beginning")
