"""GET and PATCH /v1/settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel, WrapValidator

from kanji.practice.parameters import DEFAULT
from kanji.practice.settings import LENIENCY, MOST_A_DAY, MOST_DECKS, MOST_VACATIONS, RETENTION
from service.api.schemas.base import RequestModel, ResponseModel

Daily = Annotated[int, Field(ge=0, le=MOST_A_DAY)]
PARAMETERS = len(DEFAULT.values)  # of FSRS-6
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
Clock = Annotated[str, Field(description="local time such as 04:00", pattern=CLOCK)]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Deck = Annotated[str, Field(json_schema_extra={"format": "deck"})]
TimeZone = Annotated[
    str,
    Field(description="IANA name such as Asia/Tokyo", json_schema_extra={"format": "time-zone"}),
]
Decks = Annotated[
    list[Deck],
    Field(
        min_length=1,
        max_length=MOST_DECKS,
        description="learned one after the other: joyo, jlpt-5, grade-1, frequency-500,"
        " component:氵, or the kanji themselves",
    ),
]
Leniency = Annotated[
    float, Field(ge=LENIENCY[0], le=LENIENCY[1], description="of the grader; larger accepts more")
]
Retention = Annotated[
    float,
    Field(ge=RETENTION[0], le=RETENTION[1], description="probability of recall at a review"),
]
Quiet = Annotated[
    list[Clock], Field(min_length=2, max_length=2, description="from, to: nothing is shown")
]
Vacation = Annotated[list[Day], Field(min_length=2, max_length=2, description="first, last day")]
Vacations = Annotated[list[Vacation], Field(max_length=MOST_VACATIONS)]
Misses = Annotated[int, Field(ge=0)]


class RatingSettings(ResponseModel):
    """How attempts are rated."""

    again_misses: int = Field(3, ge=1, description="refused drawings from which it is again")
    hard_misses: int = Field(1, ge=1, description="refused drawings from which it is hard")
    hard_score: float = Field(40.0, ge=0, le=100, description="score below which it is hard")
    easy_fraction: float | None = Field(
        None,
        gt=0,
        le=1,
        description="of the learner's median time, up to which it is easy; null for never",
    )
    longest_seconds: float = Field(30.0, gt=0, description="longer times count as this")


class HintSettings(ResponseModel):
    """After how many refused drawings a hint is shown; null for never."""

    outline: Misses | None = Field(1, description="the character to write over")
    animation: Misses | None = Field(2, description="the strokes one after the other")
    auto_draw: Misses | None = Field(3, description="drawn for the learner: the attempt is lost")


class SchedulerParameters(ResponseModel):
    """Parameters of FSRS-6, the learner's own."""

    values: list[float] = Field(min_length=PARAMETERS, max_length=PARAMETERS)
    events: int = Field(0, ge=0, description="length of the log that they were fitted to")


OwnParameters = Annotated[
    SchedulerParameters | None,
    Field(description="they count for the whole log; null for the defaults of FSRS-6"),
]
FitParameters = Annotated[
    bool, Field(description="the service fits the parameters to the log, at night")
]


class LearnerSettings(ResponseModel):
    """What the learner can choose."""

    decks: Decks
    leniency: Leniency
    new_per_day: Daily
    reviews_per_day: Daily | None = Field(description="null for no limit")
    retention: Retention
    quiet: Quiet | None
    vacations: Vacations
    day_start: Clock
    time_zone: TimeZone
    keep_ink: bool = Field(
        description="drawings that come with reviews are kept; to turn it off deletes them"
    )
    fit_parameters: FitParameters
    parameters: OwnParameters
    ratings: RatingSettings
    hints: HintSettings


class SettingsChange(RequestModel):
    """The settings to change; ratings, hints and vacations are replaced as a whole."""

    decks: Decks = Field(["joyo"])
    leniency: Leniency = 1.0
    new_per_day: Daily = 5
    reviews_per_day: Daily | None = None
    retention: Retention = 0.9
    quiet: Quiet | None = None
    vacations: Vacations = Field([])
    day_start: Clock = "04:00"
    time_zone: TimeZone = "UTC"
    keep_ink: bool = False
    fit_parameters: FitParameters = True
    parameters: OwnParameters = None
    ratings: RatingSettings = Field(default_factory=lambda: RatingSettings.model_validate({}))
    hints: HintSettings = Field(default_factory=lambda: HintSettings.model_validate({}))


# Documented as SettingsChange, but checked by `kanji.practice.settings`, which names all faults.
Unchecked = Annotated[SettingsChange, WrapValidator(lambda value, _: value)]


class SettingsRequest(RootModel[Unchecked]):
    """The settings to change."""
