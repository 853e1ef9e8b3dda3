"""The 21 parameters of FSRS-6: the defaults, or a learner's own, fitted to their log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

from data.cache import replacing
from kanji.errors import KanjiError
from kanji.practice.days import Days

if TYPE_CHECKING:
    from kanji.practice.rating import Rated

MIN_REVIEWS = 512  # on a later day than the review before: one batch of fsrs's optimizer


@dataclass(frozen=True)
class Parameters:
    """`values` in FSRS-6's order; `version` identifies them on the cards that they scheduled."""

    values: tuple[float, ...]
    version: str

    @classmethod
    def of(cls, values: Sequence[float]) -> Parameters:
        """Parameters whose version is a hash of the values, rounded to six decimals."""
        rounded = tuple(round(float(value), 6) for value in values)
        return cls(rounded, hashlib.sha256(json.dumps(rounded).encode()).hexdigest()[:12])

    def save(self, path: Path) -> None:
        """Writes a JSON file that `load` reads."""
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Parameters:
        """Reads what `save` wrote; raises KanjiError if the values do not match the version."""
        try:
            wire = json.loads(path.read_text("utf-8"))
            parameters = cls.of(wire["values"])
            if len(parameters.values) != len(DEFAULT.values):
                raise ValueError(f"there must be {len(DEFAULT.values)} values")
            if wire["version"] != parameters.version:
                raise ValueError("the values do not match the version")
        except (ValueError, KeyError, TypeError) as error:
            raise KanjiError(f"{path}: no parameters of FSRS-6: {error}") from error
        return parameters


DEFAULT = Parameters(tuple(DEFAULT_PARAMETERS), "fsrs-6-default")


def fit(rated: Sequence[Rated], days: Days) -> Parameters:
    """A learner's own parameters, fitted to their rated attempts; takes some seconds.

    `rated`: in order of time. `days`: the learner's days, in which the intervals are counted.
    Raises KanjiError if there are fewer than MIN_REVIEWS reviews on later days, or if the packages
    that the fit needs (`hitsujun[fit]`) are not installed.
    """
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


def _on_day(day: date, number: int) -> datetime:
    """A learner's day as fsrs sees it, which counts blocks of 24 hours; `number` keeps the order.

    The microseconds grow with each review, so that later days are whole blocks later.
    """
    return datetime.combine(day, time(), UTC) + timedelta(microseconds=number)
