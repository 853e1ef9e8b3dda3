"""When a kanji is due, by FSRS-6 (the package `fsrs`), after each of its reviews.

FSRS-6 has the lowest log loss on public logs (open-spaced-repetition/srs-benchmark).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID

import fsrs

from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.events import RATINGS
from kanji.practice.parameters import DEFAULT, Parameters
from kanji.practice.rating import RatingRules

# How far FSRS moves an interval: from and to, in days, and the fraction of the days between them.
# An interval shorter than the first is not moved.
FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))
MOST_STABILITY = 36_500.0  # days, as in FSRS's own programs; unlimited it grows beyond any number
LEAST_RETENTION = 0.5  # below it, intervals are longer than what FSRS was fitted to


@dataclass(frozen=True)
class ScheduleRules:
    """The settings of the schedule.

    - `user`: seeds the fuzz, which spreads the kanji learned on one day over several.
    - `retention`: the probability of recall at which a kanji is due; larger means more reviews.
    - `parameters`: of FSRS-6. `longest_days`: the longest interval.
    - `learning_minutes`, `relearning_minutes`: the steps of a new kanji and of a forgotten one,
      before it is scheduled in days.
    - `ratings`: how attempts are rated.
    - `days`: the learner's days, in which intervals are counted.

    Raises KanjiError, naming all faults at once, for a retention below LEAST_RETENTION or not below
    1, for a longest interval below 1 day, and for steps that are not positive.
    """

    user: str = ""
    retention: float = 0.9
    parameters: Parameters = DEFAULT
    learning_minutes: tuple[float, ...] = (1, 10)
    relearning_minutes: tuple[float, ...] = (10,)
    longest_days: int = 365 * 5
    ratings: RatingRules = field(default_factory=RatingRules)
    days: Days = field(default_factory=Days)

    def __post_init__(self) -> None:
        checks = {
            f"retention must be at least {LEAST_RETENTION} and below 1; 0.9 is usual": (
                LEAST_RETENTION <= self.retention < 1
            ),
            "longest_days must be 1 or more": self.longest_days >= 1,
            "learning_minutes and relearning_minutes must be positive": all(
                minutes > 0 for minutes in (*self.learning_minutes, *self.relearning_minutes)
            ),
        }
        if faults := [text for text, holds in checks.items() if not holds]:
            raise KanjiError("; ".join(faults))

    @cached_property
    def scheduler(self) -> fsrs.Scheduler:
        return fsrs.Scheduler(
            self.parameters.values,
            self.retention,
            tuple(timedelta(minutes=m) for m in self.learning_minutes),
            tuple(timedelta(minutes=m) for m in self.relearning_minutes),
            self.longest_days,
            enable_fuzzing=False,  # fsrs's own fuzz would differ at every replay
        )

    @cached_property
    def version(self) -> str:
        """A hash of all these settings. A state with another version must be replayed."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]

    @cached_property
    def forgetting_curve(self) -> tuple[float, float]:
        """FSRS-6's `factor` and `decay`, as `recall_probability` uses them."""
        decay = -self.parameters.values[20]
        return 0.9 ** (1 / decay) - 1, decay


@dataclass(frozen=True)
class CardState:
    """The state of one kanji after its reviews.

    - `due`: the start of a learner's day, but a moment within a day in the learning steps; in UTC.
    - `stability`: days until recall falls to 90 %. `difficulty`: from 1 to 10. Both are FSRS's.
    - `last_review`, `first_review`: in UTC.
    - `phase`: "learning", "review" or "relearning". `step`: which of the learning steps comes
      next, from 0; None in the phase "review".
    - `reviews`: how many. `lapses`: how often it was forgotten after it had been learned.
    - `parameters`: the version of the parameters that were used.
    """

    kanji: str
    due: datetime
    stability: float
    difficulty: float
    last_review: datetime
    first_review: datetime
    phase: str
    step: int | None
    reviews: int
    lapses: int
    parameters: str

    @property
    def is_learning(self) -> bool:
        """Whether it is in its learning or relearning steps."""
        return self.phase != "review"


def reviewed(
    before: CardState | None,
    kanji: str,
    rating: str,
    at: datetime,
    review: UUID | None,
    rules: ScheduleRules,
) -> CardState:
    """The state after one more review.

    `before`: the state so far, None at the first review. `rating`: one of RATINGS. `at`: when, in
    UTC, no earlier than the last review. `review`: the id of the attempt, which seeds the fuzz;
    None leaves the fuzz out.

    Days are the learner's: a review on the next day is one day later, however many hours that is.
    """
    card = _rated(_fsrs_card(before, kanji, rules), rating, rules.days.of(at), rules)
    assert card.stability is not None and card.difficulty is not None
    forgotten = before is not None and not before.is_learning and rating == "again"
    seed = None if review is None else f"{rules.user}\0{kanji}\0{review}"
    return CardState(
        kanji,
        _due(card, at, seed, rules),
        card.stability,
        card.difficulty,
        at,
        before.first_review if before else at,
        card.state.name.lower(),
        card.step,
        (before.reviews if before else 0) + 1,
        (before.lapses if before else 0) + forgotten,
        rules.parameters.version,
    )


def previews(
    state: CardState | None, kanji: str, now: datetime, rules: ScheduleRules
) -> dict[str, datetime]:
    """When the kanji would be due next, in UTC, by the rating that it would get at `now`.

    `state`: None for a new kanji. The keys are RATINGS. The fuzz is left out, since it depends on
    the id of the attempt: an interval of 3 days or more can become some days shorter or longer.
    """
    card, day = _fsrs_card(state, kanji, rules), rules.days.of(now)
    return {rating: _due(_rated(card, rating, day, rules), now, None, rules) for rating in RATINGS}


def retrievability(state: CardState, now: datetime, rules: ScheduleRules) -> float:
    """The probability of recall on the learner's day of `now`, from 0 to 1."""
    elapsed_days = (rules.days.of(now) - rules.days.of(state.last_review)).days
    return recall_probability(state.stability, elapsed_days, rules)


def recall_probability(stability: float, elapsed_days: float, rules: ScheduleRules) -> float:
    """FSRS-6's forgetting curve: the probability of recall, from 0 to 1."""
    factor, decay = rules.forgetting_curve
    return float((1 + factor * max(elapsed_days, 0) / stability) ** decay)


def _rated(card: fsrs.Card, rating: str, day: date, rules: ScheduleRules) -> fsrs.Card:
    """A card after one more review on a day; the given card stays as it is."""
    grade = fsrs.Rating(RATINGS.index(rating) + 1)
    rated = rules.scheduler.review_card(card, grade, _midnight(day))[0]
    assert rated.stability is not None
    rated.stability = min(rated.stability, MOST_STABILITY)
    return rated


def _due(card: fsrs.Card, at: datetime, seed: str | None, rules: ScheduleRules) -> datetime:
    """When a card that was reviewed at a moment is due: a moment in its steps, else a day."""
    day = rules.days.of(at)
    interval = card.due - _midnight(day)
    if card.state != fsrs.State.Review:
        return at + interval
    days = interval.days
    if seed is not None:
        days = _fuzzed(days, seed, rules.longest_days)
    return rules.days.begin(day + timedelta(days=days))


def _fsrs_card(state: CardState | None, kanji: str, rules: ScheduleRules) -> fsrs.Card:
    if state is None:
        return fsrs.Card(card_id=ord(kanji))
    return fsrs.Card(
        ord(kanji),
        fsrs.State[state.phase.capitalize()],
        state.step,
        state.stability,
        state.difficulty,
        state.due,
        _midnight(rules.days.of(state.last_review)),
    )


def _midnight(day: date) -> datetime:
    """A learner's day as fsrs sees it: fsrs counts blocks of 24 hours, so these must be equal."""
    return datetime.combine(day, time(), UTC)


def _fuzzed(days: int, seed: str, longest_days: int) -> int:
    """An interval in days, moved at random within the bounds of FUZZ; fixed for one seed."""
    if days < FUZZ[0][0]:
        return days
    spread = 1 + sum(part * max(0.0, min(days, end) - start) for start, end, part in FUZZ)
    high = min(longest_days, round(days + spread))
    low = min(max(2, round(days - spread)), high)
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64
    return low + int(number * (high - low + 1))
