"""The rules of the queue: when something is shown, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from kanji.errors import KanjiError


@dataclass(frozen=True)
class QueueRules:
    """When something is shown, and how much. Days are those of `ScheduleRules.days`.

    - `new_per_day`: how many new kanji are introduced a day at most. `reviews_per_day`: how many
      due kanji are reviewed a day at most; None for no limit.
    - `quiet`: hours in which nothing is shown (from, to), in local time; they pass midnight where
      `from` is later than `to`. `vacations`: days on which nothing is shown (first, last).
    - `skip_hours`: how long a skipped kanji is not shown.
    - `apart_days`: a kanji is only introduced when the stability of each look-alike that was
      introduced before is at least this. `apart_minutes`: how long after a kanji its look-alikes
      are not shown.
    - `leech_lapses`: a kanji that was forgotten this many times is a leech. It is shown at most
      once in `leech_days`, so that it does not use up the day's reviews.

    Raises KanjiError, naming all faults at once, for negative numbers and for vacations that end
    before they begin.
    """

    new_per_day: int = 5
    reviews_per_day: int | None = None
    quiet: tuple[time, time] | None = None
    vacations: tuple[tuple[date, date], ...] = ()
    skip_hours: float = 4
    apart_days: float = 7
    apart_minutes: float = 60
    leech_lapses: int = 6
    leech_days: float = 7

    def __post_init__(self) -> None:
        numbers = ("new_per_day", "reviews_per_day", "skip_hours", "apart_days", "apart_minutes")
        faults = [
            f"{name} must be 0 or more"
            for name in (*numbers, "leech_lapses", "leech_days")
            if (getattr(self, name) or 0) < 0
        ]
        faults += [
            f"the vacation from {first} to {last} ends before it begins"
            for first, last in self.vacations
            if first > last
        ]
        if faults:
            raise KanjiError("; ".join(faults))

    def is_vacation(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.vacations)
