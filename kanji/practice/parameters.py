"""The 21 parameters of FSRS-6: the defaults, or a learner's own, fitted to their log."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import fsrs
from fsrs.scheduler import (
    DEFAULT_PARAMETERS,
    LOWER_BOUNDS_PARAMETERS,
    UPPER_BOUNDS_PARAMETERS,
)

from data.cache import replacing
from data.json_text import json_value
from kanji.errors import KanjiError
from kanji.practice.days import Days

if TYPE_CHECKING:
    from kanji.practice.rating import Rated

MIN_REVIEWS = 512  # on a later day than the review before: one batch of fsrs's optimizer
MAX_ATTEMPTS = 8000  # that a fit looks at: its cost grows with them


@dataclass(frozen=True)
class Parameters:
    """`values` in FSRS-6's order; `version` identifies them on the cards that they scheduled."""

    values: tuple[float, ...]
    version: str

    @classmethod
    def of(cls, values: Sequence[float]) -> Parameters:
        """Parameters whose version is a hash of the values, rounded to six decimals.

        The values of the defaults are DEFAULT, whatever they come from.
        """
        rounded = tuple(round(float(value), 6) for value in values)
        if rounded == tuple(round(value, 6) for value in DEFAULT_PARAMETERS):
            return DEFAULT
        return cls(rounded, hashlib.sha256(json.dumps(rounded).encode()).hexdigest()[:12])

    def save(self, path: Path) -> None:
        """Writes a JSON file that `load` reads."""
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Parameters:
        """Reads what `save` wrote; raises KanjiError if the values do not match the version."""
        try:
            wire = json_value(path.read_bytes())
            parameters = cls.of(wire["values"])
            if len(parameters.values) != len(DEFAULT.values):
                raise ValueError(f"there must be {len(DEFAULT.values)} values")
            if wire["version"] != parameters.version:
                raise ValueError("the values do not match the version")
        except (ValueError, KeyError, TypeError) as error:
            raise KanjiError(f"{path}: no parameters of FSRS-6: {error}") from error
        return parameters


DEFAULT = Parameters(tuple(DEFAULT_PARAMETERS), "fsrs-6-default")


@dataclass(frozen=True)
class OwnParameters:
    """A learner's own parameters, as their settings hold them.

    `values`: in FSRS-6's order. `events`: the length of the log that they were fitted to. Raises
    KanjiError for values that are not as many as FSRS-6 has, or beyond its bounds.
    """

    values: tuple[float, ...]
    events: int = 0

    def __post_init__(self) -> None:
        bounds = list(zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True))
        if len(self.values) != len(bounds):
            raise KanjiError(f"values are {len(self.values)}: FSRS-6 has {len(bounds)}")
        for index, (value, (least, most)) in enumerate(zip(self.values, bounds, strict=True)):
            if not least <= value <= most:
                raise KanjiError(f"value {index} is {value}: FSRS-6 allows {least} to {most}")
        if self.events < 0:
            raise KanjiError(f"events is {self.events}: give 0 or more")


def fit(rated: Sequence[Rated], days: Days) -> Parameters:
    """A learner's own parameters, fitted to their rated attempts; takes some seconds.

    `rated`: in order of time; of more than MAX_ATTEMPTS, those at some kanji are used. `days`: the
    learner's days, in which the intervals are counted. Raises KanjiError if there are fewer than
    MIN_REVIEWS reviews on later days, or if the packages that the fit needs (`hitsujun[fit]`) are
    not installed.
    """
    rated = some_kanji(rated, MAX_ATTEMPTS)
    count = sum((one.elapsed_days or 0) >= 1 for one in rated)
    if count < MIN_REVIEWS:
        raise KanjiError(
            f"{count} reviews on later days are too few to fit parameters: {MIN_REVIEWS} are"
            " needed, until then the defaults are better"
        )
    from kanji.practice.events import RATINGS

    logs = [
        fsrs.ReviewLog(
            ord(one.attempt.kanji[0]),
            fsrs.Rating(RATINGS.index(one.rating.rating) + 1),
            _on_day(days.of(one.attempt.at), number),
            None,
        )
        for number, one in enumerate(rated)
    ]
    try:
        return Parameters.of(fsrs.Optimizer(logs).compute_optimal_parameters())
    except ImportError as missing:
        raise KanjiError("fitting needs pandas and torch: pip install 'hitsujun[fit]'") from missing


def some_kanji(rated: Sequence[Rated], most: int) -> Sequence[Rated]:
    """All attempts at some kanji, which do not depend on their order; about `most` in all."""
    if len(rated) <= most:
        return rated
    by_hash = sorted(
        Counter(one.attempt.kanji for one in rated).items(),
        key=lambda item: hashlib.sha256(item[0].encode()).digest(),
    )
    totals = accumulate(count for _, count in by_hash)
    chosen = {kanji for (kanji, _), total in zip(by_hash, totals, strict=True) if total <= most}
    return [one for one in rated if one.attempt.kanji in chosen]


def _on_day(day: date, number: int) -> datetime:
    """A learner's day as fsrs sees it, which counts blocks of 24 hours; `number` keeps the order.

    The microseconds grow with each review, so that later days are whole blocks later.
    """
    return datetime.combine(day, time(), UTC) + timedelta(microseconds=number)
