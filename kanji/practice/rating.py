"""How well an attempt went, as one of FSRS's four ratings, by rules that can be changed."""

from __future__ import annotations

from dataclasses import dataclass

from kanji.errors import KanjiError
from kanji.practice.events import Attempt


@dataclass(frozen=True)
class RatingRules:
    """When an attempt is rated "again", "hard", "good" or "easy".

    - "again": given up, or at least `again_misses` refused drawings.
    - "hard": at least `hard_misses` refused drawings, any hint, or an accepted drawing that scores
      below `hard_score`.
    - "easy": none of these, and it took at most `easy_fraction` of the learner's own median time.
      With None, the default, nothing is rated "easy".
    - "good": everything else.

    Longer times count as `longest_seconds`: the phone may have been put away. Raises KanjiError
    unless 1 <= `hard_misses` <= `again_misses` and `longest_seconds` is positive.
    """

    again_misses: int = 3
    hard_misses: int = 1
    hard_score: float = 40.0
    easy_fraction: float | None = None
    longest_seconds: float = 30.0

    def __post_init__(self) -> None:
        if not 1 <= self.hard_misses <= self.again_misses or self.longest_seconds <= 0:
            raise KanjiError(
                "hard_misses must be 1 or more, again_misses no less than hard_misses, and"
                " longest_seconds positive"
            )


@dataclass(frozen=True)
class Rating:
    """`rating` is one of RATINGS; `reason` says which rule gave it, for the app to show."""

    rating: str
    reason: str


def rate(attempt: Attempt, rules: RatingRules, *, median_seconds: float | None = None) -> Rating:
    """The rating of an attempt; `median_seconds`: of the learner's earlier attempts, if any."""
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
    if _is_quick(attempt, rules, median_seconds):
        return Rating("easy", "quick")
    return Rating("good", "clean")


def _is_quick(attempt: Attempt, rules: RatingRules, median_seconds: float | None) -> bool:
    if attempt.seconds is None or median_seconds is None or rules.easy_fraction is None:
        return False
    return capped_seconds(attempt.seconds, rules) <= rules.easy_fraction * median_seconds


def capped_seconds(seconds: float, rules: RatingRules) -> float:
    """A time, or `longest_seconds` if it is longer."""
    return min(seconds, rules.longest_seconds)


@dataclass(frozen=True)
class Rated:
    """An attempt with the rating that counts; `is_overridden`: the learner chose the rating."""

    attempt: Attempt
    rating: Rating
    is_overridden: bool
