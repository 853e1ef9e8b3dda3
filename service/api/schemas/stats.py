"""GET /v1/stats."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.base import ResponseModel

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class DayStats(ResponseModel):
    """One day of the learner."""

    day: Day
    attempts: int
    new: int = Field(description="first attempts at a kanji")
    again: int = Field(description="attempts rated again")
    seconds: float = Field(description="time of all attempts, long ones capped")


class StreakStats(ResponseModel):
    """Days of practice in a row."""

    days: int = Field(description="up to today, or yesterday where today has none yet")
    longest: int
    freezes: int = Field(description="missed days that can still be forgiven")
    frozen: list[Day] = Field(description="missed days that were forgiven in this streak")


class RecallStats(ResponseModel):
    """Reviews of kanji that had passed their learning steps, and how many were recalled."""

    reviews: int
    recalled: int
    retention: float | None = Field(description="the fraction; null without reviews")


class WeakStroke(ResponseModel):
    """A stroke that is often at fault."""

    kanji: str
    stroke: int = Field(description="from 0")
    faults: int
    attempts: int


class WeakComponent(ResponseModel):
    """A component that is often at fault, over all kanji."""

    component: str
    faults: int
    attempts: int


class Confusion(ResponseModel):
    """Two kanji of which one was written for the other."""

    kanji: list[str]
    count: int


class GraderStats(ResponseModel):
    """How often the learner replaced the rating: how good the grader is."""

    attempts: int
    raised: int = Field(description='to a better one ("I was right")')
    lowered: int
    override_rate: float | None = Field(description="the fraction; null without attempts")


class DayForecast(ResponseModel):
    """The reviews that will be due on a day."""

    day: Day
    reviews: int


class Stats(ResponseModel):
    """What the log shows."""

    introduced: int = Field(description="kanji that were attempted")
    mature: int = Field(description="kanji whose stability is 21 days or more")
    streak: StreakStats
    days: list[DayStats] = Field(description="days with practice, the heatmap")
    recall: RecallStats
    recall_mature: RecallStats = Field(description="after 21 days or more")
    weakest_strokes: list[WeakStroke]
    weakest_components: list[WeakComponent]
    confusions: list[Confusion] = Field(description="the most frequent first")
    leeches: list[str] = Field(description="kanji that are forgotten again and again")
    grader: GraderStats
    forecast: list[DayForecast] = Field(description="14 days from today")
