"""How well an attempt went, as one of FSRS's four ratings, by rules that can be changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kanji.errors import KanjiError
from kanji.practice.events import RATINGS, Attempt

OVERRIDDEN = "overridden"  # the reason of a rating that the learner chose
RECENT = 9  # how many of the latest times at a kanji make its median


@dataclass(frozen=True)
class RatingRules:
    """When an attempt is rated "again", "hard", "good" or "easy".

    - "again": given up, or at least `again_misses` refused drawings.
    - "hard": at least `hard_misses` refused drawings, any hint, or an accepted drawing that scores
      below `hard_score`.
    - "easy": none of these, and it took at most `easy_fraction` of the learner's median time at
      this kanji. With None, the default, nothing is rated "easy".
    - "good": everything else.

    Longer times count as `longest_seconds`: the phone may have been put away. Raises KanjiError,
    naming all faults at once, unless 1 <= `hard_misses` <= `again_misses`, `hard_score` is from 0
    to 100, `easy_fraction` is above 0 and at most 1, and `longest_seconds` is positive.
    """

    again_misses: int = 3
    hard_misses: int = 1
    hard_score: float = 40.0
    easy_fraction: float | None = None
    longest_seconds: float = 30.0

    def __post_init__(self) -> None:
        checks = {
            "hard_misses must be 1 or more": self.hard_misses >= 1,
            "again_misses must be no less than hard_misses": self.again_misses >= self.hard_misses,
            "hard_score must be from 0 to 100": 0 <= self.hard_score <= 100,
            "easy_fraction must be above 0 and at most 1": self.easy_fraction is None
            or 0 < self.easy_fraction <= 1,
            "longest_seconds must be positive": 0 < self.longest_seconds < math.inf,
        }
        if faults := [text for text, holds in checks.items() if not holds]:
            raise KanjiError("; ".join(faults))


@dataclass(frozen=True)
class Rating:
    """`rating` is one of RATINGS; `reason` says which rule gave it, for the app to show."""

    rating: str
    reason: str


def rate(attempt: Attempt, rules: RatingRules, *, usual_seconds: float | None = None) -> Rating:
    """The rating of an attempt.

    `usual_seconds`: the learner's median time at this kanji so far, None without earlier times.
    """
    if attempt.gave_up:
        return Rating("again", "gave_up")
    if attempt.misses >= rules.again_misses:
        return Rating("again", "misses")
    if attempt.misses >= rules.hard_misses:
        return Rating("hard", "misses")
    if attempt.hints:
        return Rating("hard", "hints")
    if attempt.score is not None and attempt.score < rules.hard_score:
        return Rating("hard", "score")
    if _is_quick(attempt, rules, usual_seconds):
        return Rating("easy", "quick")
    return Rating("good", "clean")


def _is_quick(attempt: Attempt, rules: RatingRules, usual_seconds: float | None) -> bool:
    if attempt.seconds is None or usual_seconds is None or rules.easy_fraction is None:
        return False
    return capped_seconds(attempt.seconds, rules) <= rules.easy_fraction * usual_seconds


def capped_seconds(seconds: float, rules: RatingRules) -> float:
    """A time, or `longest_seconds` if the time is longer."""
    return min(seconds, rules.longest_seconds)


def median_seconds(recent: Sequence[float]) -> float | None:
    """The median of a learner's recent times at one kanji, None if there are none.

    Of an even number of times it is the upper of the two in the middle.
    """
    return sorted(recent)[len(recent) // 2] if recent else None


@dataclass(frozen=True)
class Rated:
    """An attempt with its ratings.

    - `attempt`: its `at` is the time from which it counts. `day`: the learner's day of it.
    - `rating`: the rating that counts. `graded`: the rating by the rules; `rating` differs if the
      learner chose another.
    - `elapsed_days`: the learner's days since the last attempt at this kanji; None at the first.
    - `is_review`: the kanji had passed its learning steps before the attempt.
    """

    attempt: Attempt
    day: date
    rating: Rating
    graded: Rating
    elapsed_days: int | None
    is_review: bool

    @property
    def is_overridden(self) -> bool:
        """Whether the learner chose the rating."""
        return self.rating.reason == OVERRIDDEN

    @property
    def raised_by(self) -> int:
        """By how many ratings the learner raised the grader's; negative if it was lowered."""
        return RATINGS.index(self.rating.rating) - RATINGS.index(self.graded.rating)
