"""A learner's settings: read from JSON, checked as a whole, and turned into the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, time
from functools import cached_property
from typing import Any

from data.references.reference import Reference
from data.suggestions import did_you_mean
from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.decks import deck
from kanji.practice.hints import HintLadder
from kanji.practice.parameters import DEFAULT, OwnParameters, Parameters
from kanji.practice.queue_rules import QueueRules
from kanji.practice.rating import RatingRules
from kanji.practice.schedule import ScheduleRules

RETENTION = (0.7, 0.99)  # Anki's range; beyond it, practice is mostly forgetting or all reviews
LENIENCY = (0.3, 3.0)  # of `kanji.grading`: half of calligraphy's to twice of relaxed's
MOST_A_DAY = 9999  # of new kanji and of reviews
MOST_DECKS, MOST_VACATIONS = 50, 100


@dataclass(frozen=True)
class Settings:
    """What a learner can choose.

    - `decks`: names as for `kanji.practice.decks.deck`; learned one after the other.
    - `leniency`: of the grader, within LENIENCY; larger accepts more.
    - `new_per_day`, `reviews_per_day`, `quiet`, `vacations`: as in `QueueRules`.
    - `retention`: as in `ScheduleRules`, within RETENTION.
    - `day_start`, `time_zone`: of the learner's days, as in `Days`.
    - `keep_ink`: whether the drawings of attempts are kept.
    - `parameters`: of FSRS-6, the learner's own; None for the defaults. They count for the whole
      log. `fit_parameters`: whether a service fits them.
    - `ratings`: how attempts are rated. `hints`: which help is shown after how many misses.

    Raises KanjiError, naming all faults at once.
    """

    decks: tuple[str, ...] = ("joyo",)
    leniency: float = 1.0
    new_per_day: int = 5
    reviews_per_day: int | None = None
    retention: float = 0.9
    quiet: tuple[time, time] | None = None
    vacations: tuple[tuple[date, date], ...] = ()
    day_start: time = time(4)
    time_zone: str = "UTC"
    keep_ink: bool = False
    fit_parameters: bool = True
    parameters: OwnParameters | None = None
    ratings: RatingRules = field(default_factory=RatingRules)
    hints: HintLadder = field(default_factory=HintLadder)

    def __post_init__(self) -> None:
        faults = [
            text for name, rule in FIELDS.items() if (text := rule.fault(name, getattr(self, name)))
        ]
        if faults:
            raise KanjiError("; ".join(faults))

    @cached_property
    def days(self) -> Days:
        return Days(self.day_start, self.time_zone)

    def queue(self) -> QueueRules:
        return QueueRules(self.new_per_day, self.reviews_per_day, self.quiet, self.vacations)

    def schedule(self, user: str) -> ScheduleRules:
        """`user`: seeds the fuzz."""
        own = self.parameters
        parameters = Parameters.of(own.values) if own else DEFAULT
        return ScheduleRules(
            user=user,
            retention=self.retention,
            parameters=parameters,
            ratings=self.ratings,
            days=self.days,
        )

    def deck(self, references: Mapping[str, Reference]) -> tuple[str, ...]:
        """The kanji of all decks, each once. Raises KanjiError, naming all decks at fault."""
        kanji: dict[str, None] = {}
        faults = []
        for name in self.decks:
            try:
                kanji |= dict.fromkeys(deck(name, references))
            except KanjiError as error:
                faults.append(f"decks: {error}")
        if faults:
            raise KanjiError("; ".join(faults))
        return tuple(kanji)

    def to_dict(self) -> dict[str, Any]:
        """A form that JSON can hold and `from_dict` reads; times as "04:00", days as ISO 8601."""
        wire = asdict(self)
        wire["decks"] = list(self.decks)
        wire["day_start"] = _clock(self.day_start)
        wire["quiet"] = [_clock(at) for at in self.quiet] if self.quiet else None
        if self.parameters:
            wire["parameters"]["values"] = list(self.parameters.values)
        wire["vacations"] = [[a.isoformat(), b.isoformat()] for a, b in self.vacations]
        return wire

    @classmethod
    def from_dict(cls, wire: object) -> Settings:
        """The settings of a JSON object; what it leaves out has its default.

        Raises KanjiError, naming all faults at once: unknown names, wrong types, and values out of
        range. `setting_faults` gives the same by field.
        """
        values, faults = _read(wire)
        if faults:
            raise KanjiError("; ".join(faults.values()))
        return cls(**values)


def setting_faults(wire: object) -> dict[str, str]:
    """What is wrong with the JSON of settings, by field; empty if `Settings.from_dict` reads it.

    The key is "" if `wire` is no JSON object.
    """
    return _read(wire)[1]


def _read(wire: object) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of a JSON object by field, and the faults by field."""
    if not isinstance(wire, Mapping):
        return {}, {"": f"settings are {_shown(wire)}: give an object"}
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, given in wire.items():
        if name not in FIELDS:
            faults[name] = f"unknown setting {name!r}{did_you_mean(str(name), FIELDS)}"
            continue
        try:
            values[name] = FIELDS[name].read(name, given)
        except KanjiError as error:
            faults[name] = str(error)
    return values, faults


@dataclass(frozen=True)
class _Field:
    """How one setting is read and checked.

    `expected`: what to give, for errors. `parse`: from JSON; raises TypeError or ValueError for a
    wrong type, or KanjiError with a better reason. `holds`: whether a value is in range; it may
    raise KanjiError too.
    """

    expected: str
    parse: Callable[[Any], Any]
    holds: Callable[[Any], bool] = lambda value: True

    def read(self, name: str, given: object) -> Any:
        try:
            value = self.parse(given)
            holds = self.holds(value)
        except KanjiError as error:
            raise KanjiError(f"{name}: {error}") from error
        except (TypeError, ValueError) as error:
            raise KanjiError(self._wrong(name, given)) from error
        if not holds:
            raise KanjiError(self._wrong(name, given))
        return value

    def fault(self, name: str, value: object) -> str | None:
        """What is wrong with a value of the right type, or None."""
        try:
            return None if self.holds(value) else self._wrong(name, value)
        except KanjiError as error:
            return f"{name}: {error}"

    def _wrong(self, name: str, value: object) -> str:
        return f"{name} is {_shown(value)}: give {self.expected}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _of_type(*types: type) -> Callable[[Any], Any]:
    """Passes values of exactly these types; so true and false are no numbers."""

    def parse(value: object) -> object:
        if type(value) not in types:
            raise TypeError
        return value

    return parse


def _whole(value: object) -> int:
    """A whole number, which JSON may write as 5.0; true and false are none."""
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is not int:
        raise TypeError
    return value


def _optional(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else parse(value)


def _tuple_of(parse: Callable[[Any], Any], count: int | None = None) -> Callable[[Any], Any]:
    def parsed(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or (count is not None and len(value) != count):
            raise TypeError
        return tuple(parse(item) for item in value)

    return parsed


def _within(least: float, most: float) -> Callable[[Any], bool]:
    return lambda value: value is None or least <= value <= most


def _rules(rules: type[RatingRules] | type[HintLadder]) -> Callable[[Any], Any]:
    """Reads an object of numbers; the class itself checks their ranges."""
    types = {one.name: str(one.type) for one in fields(rules)}

    def parse(wire: object) -> object:
        if not isinstance(wire, Mapping):
            raise TypeError
        faults = [f"unknown field {n!r}{did_you_mean(str(n), types)}" for n in wire.keys() - types]
        values = {}
        for name in wire.keys() & types.keys():
            read = _of_type(int, float) if "float" in types[name] else _whole
            try:
                values[name] = (_optional(read) if "None" in types[name] else read)(wire[name])
            except TypeError:
                faults.append(f"{name} is {_shown(wire[name])}: its type must be {types[name]}")
        if faults:
            raise KanjiError("; ".join(sorted(faults)))
        return rules(**values)

    return parse


def _own_parameters(wire: object) -> OwnParameters:
    """Reads an object of values and events; the class itself checks their ranges."""
    if not isinstance(wire, Mapping) or not {"values"} <= wire.keys() <= {"values", "events"}:
        raise TypeError
    values = _tuple_of(_of_type(int, float))(wire["values"])
    return OwnParameters(values, _whole(wire.get("events", 0)))


def local_time(text: str) -> time:
    """A time such as 04:00. Raises ValueError for any other form."""
    at = time.fromisoformat(text)
    if at.tzinfo is not None or _clock(at) != text:
        raise ValueError
    return at


def _day(text: str) -> date:
    """A day such as 2026-08-01. Raises ValueError for any other form."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError
    return day


def _is_time_zone(name: str) -> bool:
    return bool(Days(time_zone=name))


def _clock(at: time) -> str:
    return at.isoformat("minutes")


_TEXT = _of_type(str)
_COUNT = _within(0, MOST_A_DAY)
FIELDS = {
    "decks": _Field(
        f"a list of 1 to {MOST_DECKS} names, such as joyo or jlpt-5",
        _tuple_of(_TEXT),
        lambda decks: 1 <= len(decks) <= MOST_DECKS and all(decks),
    ),
    "leniency": _Field(
        f"a number from {LENIENCY[0]} to {LENIENCY[1]}; 1 is normal",
        _of_type(int, float),
        _within(*LENIENCY),
    ),
    "new_per_day": _Field(f"a whole number from 0 to {MOST_A_DAY}", _whole, _COUNT),
    "reviews_per_day": _Field(
        f"a whole number from 0 to {MOST_A_DAY}, or null for no limit", _optional(_whole), _COUNT
    ),
    "retention": _Field(
        f"a number from {RETENTION[0]} to {RETENTION[1]}; 0.9 is usual",
        _of_type(int, float),
        _within(*RETENTION),
    ),
    "quiet": _Field(
        'two local times such as ["22:00", "07:00"], or null',
        _optional(_tuple_of(local_time, 2)),
    ),
    "vacations": _Field(
        f"a list of at most {MOST_VACATIONS} pairs of days such as"
        ' ["2026-08-01", "2026-08-14"], the first no later than the last',
        _tuple_of(_tuple_of(_day, 2)),
        lambda pairs: len(pairs) <= MOST_VACATIONS and all(first <= last for first, last in pairs),
    ),
    "day_start": _Field('a local time such as "04:00"', local_time),
    "time_zone": _Field("an IANA name such as Asia/Tokyo", _TEXT, _is_time_zone),
    "keep_ink": _Field("true or false", _of_type(bool)),
    "fit_parameters": _Field("true or false", _of_type(bool)),
    "parameters": _Field(
        'an object with "values", a list of numbers, or null', _optional(_own_parameters)
    ),
    "ratings": _Field("an object of rating rules", _rules(RatingRules)),
    "hints": _Field("an object of hints and numbers of misses", _rules(HintLadder)),
}
