"""How well an attempt went, in the four grades of FSRS, by rules that can be seen and changed."""

from __future__ import annotations

from dataclasses import dataclass

from kanji.errors import KanjiError
from kanji.practice.events import Attempt


@dataclass(frozen=True)
class RatingRules:
    """`again_misses` refused drawings are "again", `hard_misses` or any hint "hard".

    An accepted drawing that scores below `hard_score` is "hard" too. One without any of that is
    "good", or "easy" where it took at most `easy_share` of the learner's own median time; None,
    the default, never says "easy". Times count as no more than `longest_seconds`: the phone may
    have gone back into the pocket.
    """

    again_misses: int = 3
    hard_misses: int = 1
    hard_score: float = 40.0
    easy_share: float | None = None
    longest_seconds: float = 30.0

    def __post_init__(self) -> None:
        if not 1 <= self.hard_misses <= self.again_misses or self.longest_seconds <= 0:
            raise KanjiError("hard_misses is 1 or more, again_misses no less, times are positive")


@dataclass(frozen=True)
class Rating:
    """One of RATINGS, and why: what the app shows beside it."""

    rating: str
    reason: str


def rate(attempt: Attempt, rules: RatingRules, *, median_seconds: float | None = None) -> Rating:
    """The rating of an attempt; `median_seconds` is the learner's own so far."""
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
    if None not in (rules.easy_share, median_seconds, attempt.seconds):
        assert rules.easy_share and median_seconds and attempt.seconds is not None
        if counted(attempt.seconds, rules) <= rules.easy_share * median_seconds:
            return Rating("easy", "quick")
    return Rating("good", "clean")


def counted(seconds: float, rules: RatingRules) -> float:
    """A time as it counts."""
    return min(seconds, rules.longest_seconds)


@dataclass(frozen=True)
class Rated:
    """An attempt with the rating that counts; `is_overridden` where the learner said another."""

    attempt: Attempt
    rating: Rating
    is_overridden: bool
