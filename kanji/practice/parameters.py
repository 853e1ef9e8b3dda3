"""FSRS's 21 numbers: the defaults, or a learner's own, fitted from the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

from data.cache import replacing
from kanji.errors import KanjiError

if TYPE_CHECKING:
    from kanji.practice.rating import Rated

LEAST_REVIEWS = 512  # on a later day than the one before: a batch of fsrs's optimizer


@dataclass(frozen=True)
class Parameters:
    """`values` as FSRS-6 has them; `version` names them and stays with what was made by them."""

    values: tuple[float, ...]
    version: str

    @classmethod
    def of(cls, values: Sequence[float]) -> Parameters:
        """Parameters with the version that their values have."""
        rounded = tuple(round(float(value), 6) for value in values)
        return cls(rounded, hashlib.sha256(json.dumps(rounded).encode()).hexdigest()[:12])

    def save(self, path: Path) -> None:
        """Writes them as JSON that `load` reads."""
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Parameters:
        """What `save` wrote; raises KanjiError where the values do not have their version."""
        try:
            wire = json.loads(path.read_text("utf-8"))
            found = cls.of(wire["values"])
            if len(found.values) != len(DEFAULT.values) or wire["version"] != found.version:
                raise ValueError("the values are not those of their version")
        except (ValueError, KeyError, TypeError) as error:
            raise KanjiError(f"{path}: no parameters of FSRS-6: {error}") from error
        return found


DEFAULT = Parameters(tuple(DEFAULT_PARAMETERS), "fsrs-6-default")


def fit(rated: Sequence[Rated]) -> Parameters:
    """A learner's own parameters, from their rated attempts; a job of some seconds.

    Raises KanjiError where there are fewer than LEAST_REVIEWS, or where the packages that the
    fitting needs (`hitsujun[fit]`) are not installed.
    """
    count = _later(rated)
    if count < LEAST_REVIEWS:
        raise KanjiError(
            f"{count} reviews on later days are too few to fit parameters: {LEAST_REVIEWS} are"
            " needed, until then the defaults are better"
        )
    from kanji.practice.events import RATINGS

    logs = [
        fsrs.ReviewLog(
            ord(one.attempt.kanji[0]),
            fsrs.Rating(RATINGS.index(one.rating.rating) + 1),
            one.attempt.at,
            None,
        )
        for one in rated
    ]
    try:
        return Parameters.of(fsrs.Optimizer(logs).compute_optimal_parameters())
    except ImportError as missing:
        raise KanjiError("fitting needs pandas and torch: pip install 'hitsujun[fit]'") from missing


def _later(rated: Sequence[Rated]) -> int:
    """How many attempts came a day or more after the last one at the same kanji."""
    last: dict[str, datetime] = {}
    count = 0
    for one in rated:
        kanji, at = one.attempt.kanji, one.attempt.at
        count += kanji in last and at - last[kanji] >= timedelta(days=1)
        last[kanji] = at
    return count
