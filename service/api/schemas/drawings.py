"""POST /v1/recognize and /v1/grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, RootModel, WrapValidator, model_validator

from data.ink import Ink
from data.ink.ink import MAX_POINTS, MAX_STROKES
from kanji.grading.endings import ENDINGS
from kanji.grading.faults import FAULTS
from kanji.grading.grade import VERDICTS
from service.api.schemas.base import OneOf, RequestModel, ResponseModel, number, text_or_list
from service.api.schemas.characters import ListName, Point

# What a request may cost is bounded by its ink, not only by its bytes.
MOST_STROKES = 42  # of a drawing of any character
MOST_POINTS = 8192  # three times what a careful writer needs for 鬱
MOST_PRESSURE = 1000  # thousandths of what the pen can report
MAX_CANDIDATES = 4096  # more than there are joyo and jinmeiyo kanji
RATINGS = ("again", "hard", "good", "easy")


MOST_COORDINATE, MOST_MS = 1_000_000, 86_400_000  # of a point


def quickly(least: int, most: int) -> WrapValidator:
    """For a column of whole numbers: one that is right is accepted as a whole.

    Any other is checked number by number, which takes 20 times as long and tells what is wrong.
    """

    def check(values: Any, one_by_one: Callable[[Any], list[int]]) -> list[int]:
        if (
            type(values) is list
            and 0 < len(values) <= MAX_POINTS
            and set(map(type, values)) == {int}
            and least <= min(values)
            and max(values) <= most
        ):
            return values
        return one_by_one(values)

    return WrapValidator(check)


Coordinate = Annotated[int, Field(ge=-MOST_COORDINATE, le=MOST_COORDINATE), BeforeValidator(number)]
Milliseconds = Annotated[int, Field(ge=0, le=MOST_MS), BeforeValidator(number)]
Coordinates = Annotated[
    list[Coordinate],
    Field(min_length=1, max_length=MAX_POINTS),
    quickly(-MOST_COORDINATE, MOST_COORDINATE),
]
Times = Annotated[list[Milliseconds], Field(max_length=MAX_POINTS), quickly(0, MOST_MS)]
Pressure = Annotated[int, Field(ge=0, le=MOST_PRESSURE), BeforeValidator(number)]
Pressures = Annotated[list[Pressure], Field(max_length=MAX_POINTS), quickly(0, MOST_PRESSURE)]
Character = Annotated[str, Field(min_length=1, max_length=2)]  # two for 頰 with a selector
Candidates: Any = text_or_list(
    ListName, Annotated[list[Character], Field(min_length=1, max_length=MAX_CANDIDATES)]
)


class StrokeColumns(RequestModel):
    """One stroke as columns of equal length: x right, y down, any scale."""

    x: Coordinates
    y: Coordinates
    t: Times | None = Field(None, description="milliseconds since the first point")
    pressure: Pressures | None = Field(
        None,
        description="of the pen, in thousandths; a brush writes by it, and nothing is graded by it",
    )

    @model_validator(mode="after")
    def _have_one_length(self) -> StrokeColumns:
        given = [column for column in (self.y, self.t, self.pressure) if column is not None]
        if any(len(column) != len(self.x) for column in given):
            raise ValueError("x, y, t and pressure must have the same length")
        return self


def ink_of(strokes: Sequence[StrokeColumns], character: str | None = None) -> Ink:
    """Strokes as ink. Raises InkError where they have too many points."""
    pressures = [
        None if one.pressure is None else [value / MOST_PRESSURE for value in one.pressure]
        for one in strokes
    ]
    columns = [(one.x, one.y, one.t) for one in strokes]
    return Ink.from_columns(columns, char=character, pressures=pressures)


class Drawing(RequestModel):
    """Strokes in the order drawn."""

    strokes: list[StrokeColumns] = Field(min_length=1, max_length=MAX_STROKES)

    def ink(self, character: str | None = None) -> Ink:
        """The drawing as ink. Raises InkError where it has too many points."""
        return ink_of(self.strokes, character)


class KeptDrawing(Drawing):
    """A drawing to keep, within the limits of those that are graded."""

    strokes: list[StrokeColumns] = Field(min_length=1, max_length=MOST_STROKES)

    @model_validator(mode="after")
    def _is_not_too_long(self) -> KeptDrawing:
        if sum(len(stroke.x) for stroke in self.strokes) > MOST_POINTS:
            raise ValueError(f"an ink has at most {MOST_POINTS} points")
        return self

    def columns(self) -> list[dict[str, list[int] | None]]:
        """The strokes as `data.ink.columns` packs them."""
        return [dict(one) for one in self.strokes]


class RecognizeRequest(Drawing):
    """Which character is this?"""

    top: Annotated[int, Field(ge=1, le=100), BeforeValidator(number)] = 10
    candidates: Candidates | None = Field(
        None,
        description="answer only these: characters, or the name of a list; joyo and jinmeiyo kanji"
        " if left out",
    )


class GradeRequest(Drawing):
    """How well is this character written?"""

    character: Character
    leniency: Annotated[float, Field(ge=0.25, le=4), BeforeValidator(number)] = Field(
        1.0, description="larger is more lenient"
    )
    so_far: bool = Field(
        False, strict=True, description="the drawing is the beginning of the character"
    )


class Candidate(ResponseModel):
    """A character, and the probability that it was drawn."""

    character: str
    probability: float = Field(ge=0, le=1)


class Recognition(ResponseModel):
    """The candidates, the most probable first."""

    candidates: list[Candidate]
    none: float = Field(description="probability that the drawing is no character at all")
    outside: float = Field(description="probability of a known character that is no candidate")
    ms: float = Field(description="time that the answer took, in milliseconds")


class Measures(ResponseModel):
    """How a stroke differs from the reference; sides are those of the character's box."""

    shift: Point = Field(description="from where the others predict it, right and down, in sides")
    shape: float = Field(description="distance from the reference's curve, fitted, in sides")
    length: float = Field(description="length over the one that the others predict")


class Ending(ResponseModel):
    """A wrong ending of a stroke."""

    wanted: Annotated[str, OneOf(ENDINGS)]
    drawn: Annotated[str, OneOf(ENDINGS)]


class StrokeGrade(ResponseModel):
    """One drawn stroke. Indexes count from 0."""

    reference: int | list[int] | None = Field(
        description="the reference stroke that it is, several where it joins them, null for none"
    )
    faults: list[Annotated[str, OneOf(FAULTS)]] = Field(description="the gravest first")
    measures: Measures | None = Field(description="null for a stroke that is not in the reference")
    ending: Ending | None = Field(description="null where the ending is not wrong or not judged")


class Beauty(ResponseModel):
    """Scores from 0 to 100; null where a character has nothing to score."""

    proportions: float | None
    spacing: float | None
    parallelism: float | None
    balance: float


class Hint(ResponseModel):
    """What to say, for an app's own words."""

    key: str = Field(description="the fault; slant where the whole is turned")
    params: dict[str, Any] = Field(description="strokes count from 0")


class AdviceText(ResponseModel):
    """The words, where strokes count from 1."""

    en: str
    ja: str


class Advice(Hint):
    """One fault in words, and what to draw over the ink, in the ink's coordinates."""

    text: AdviceText
    lines: list[list[Point]] = Field(description="the reference's strokes, laid on the ink")
    arrow: list[Point] | None = Field(description="from one point to another, or null")


class Grade(ResponseModel):
    """How well a character is written."""

    character: str
    verdict: Annotated[str, OneOf(VERDICTS)]
    score: float = Field(description="0 to 100")
    rating: Annotated[str, OneOf(RATINGS)] = Field(description="FSRS rating")
    read_as: str | None = Field(description="the character that the recognizer is sure of")
    strokes: list[StrokeGrade] = Field(description="in the order drawn")
    missing: list[int] = Field(description="reference strokes that were not drawn")
    form: str | None = Field(description="source of another accepted form that was written")
    beauty: Beauty | None = Field(description="null for a drawing that is not accepted")
    hint: Hint | None = Field(description="the first advice")
    advice: list[Advice] = Field(description="each fault, the gravest first")
    ms: float = Field(description="time that the answer took, in milliseconds")


class GradeSoFar(ResponseModel):
    """How well the beginning of a character is written."""

    character: str
    is_right: bool = Field(description="nothing is wrong yet")
    strokes: list[StrokeGrade] = Field(description="in the order drawn")
    next: int | None = Field(description="reference stroke that should follow")
    ms: float = Field(description="time that the answer took, in milliseconds")


class GradeAnswer(RootModel[Annotated[Grade | GradeSoFar, Field(union_mode="left_to_right")]]):
    """A Grade, or with `so_far` a GradeSoFar. The first that fits counts; both never do."""
