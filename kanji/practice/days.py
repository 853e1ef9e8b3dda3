"""The learner's days: calendar days in their time zone that begin at an hour of their choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo, available_timezones

from data.suggestions import did_you_mean
from kanji.errors import KanjiError

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """How a learner's moments fall into days, as in Anki.

    - `start`: the local time at which a day begins. Practice at 2 in the night still belongs to the
      day before if the day starts at 4.
    - `time_zone`: an IANA name such as "Asia/Tokyo".

    A day is 23 or 25 hours long where the clocks change. Raises KanjiError for an unknown time
    zone and for a `start` that has a zone of its own.
    """

    start: time = time(4)
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None:
            raise KanjiError(f"day_start is {self.start}: give a local time without a zone")
        if self.time_zone not in _time_zones():
            raise KanjiError(
                f"unknown time zone {self.time_zone!r}: give an IANA name such as Asia/Tokyo"
                f"{did_you_mean(self.time_zone, _time_zones())}"
            )

    def of(self, moment: datetime) -> date:
        """The day that a moment (with any zone) belongs to."""
        for begin, end, day in self._latest:
            if begin <= moment < end:
                return day
        day = self._found(moment)
        self._latest[:] = [(self.begin(day), self.begin(day + ONE_DAY), day)]
        return day

    def _found(self, moment: datetime) -> date:
        local = self.local(moment).replace(tzinfo=None)
        day = (local - timedelta(hours=self.start.hour, minutes=self.start.minute)).date()
        # The subtraction above ignores changes of the clock, so it can miss by a day.
        while moment < self.begin(day):
            day -= ONE_DAY
        while moment >= self.begin(day + ONE_DAY):
            day += ONE_DAY
        return day

    def begin(self, day: date) -> datetime:
        """The first moment of a day, in UTC.

        If the clocks skip this local time, it is the moment of the change plus the skipped part.
        """
        begin = self._begins.get(day)
        if begin is None:
            begin = datetime.combine(day, self.start, self._zone).astimezone(UTC)
            self._begins[day] = begin
        return begin

    def local(self, moment: datetime) -> datetime:
        """A moment in the learner's time zone."""
        return moment.astimezone(self._zone)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def _latest(self) -> list[tuple[datetime, datetime, date]]:
        return []  # the day found last: moments mostly come in order

    @cached_property
    def _begins(self) -> dict[date, datetime]:
        return {}  # a cache: conversions by ZoneInfo are most of the cost of `of`


@cache
def _time_zones() -> frozenset[str]:
    """Those that are the same on every machine; "localtime" is another one on each."""
    return frozenset(available_timezones()) - {"localtime"}
