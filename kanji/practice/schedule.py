"""When each kanji is due, by FSRS-6 (the package `fsrs`), computed from the log of events.

FSRS-6 has the lowest log loss on public logs (open-spaced-repetition/srs-benchmark).
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

import fsrs

from kanji.practice.events import RATINGS, Attempt, Event, Override, Skip, normalized
from kanji.practice.parameters import DEFAULT, Parameters
from kanji.practice.rating import Rated, Rating, RatingRules, capped_seconds, rate

# How far FSRS moves an interval: from and to, in days, and the fraction of the days between them.
# An interval shorter than the first is not moved.
FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))


@dataclass(frozen=True)
class ScheduleRules:
    """The settings of the schedule.

    - `user`: seeds the fuzz, which spreads the kanji learned on one day over several.
    - `retention`: the probability of recall at which a kanji is due; larger means more reviews.
    - `parameters`: of FSRS-6. `longest_days`: the longest interval.
    - `learning_minutes`, `relearning_minutes`: the steps of a new kanji and of a forgotten one,
      before it is scheduled in days.
    - `ratings`: how attempts are rated.
    """

    user: str = ""
    retention: float = 0.9
    parameters: Parameters = DEFAULT
    learning_minutes: tuple[float, ...] = (1, 10)
    relearning_minutes: tuple[float, ...] = (10,)
    longest_days: int = 365 * 5
    ratings: RatingRules = field(default_factory=RatingRules)

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


@dataclass(frozen=True)
class CardState:
    """The state of one kanji after the reviews in the log.

    `stability` (days until recall falls to 90 %) and `difficulty` (from 1 to 10) are FSRS's.
    `is_learning`: it is in its learning or relearning steps. `lapses`: how often it was forgotten
    after it had been learned. `parameters`: the version of the parameters that were used.
    """

    kanji: str
    due: datetime
    stability: float
    difficulty: float
    last_review: datetime
    first_review: datetime
    is_learning: bool
    reviews: int
    lapses: int
    parameters: str
    card: fsrs.Card = field(repr=False, compare=False)


@dataclass(frozen=True)
class Replayed:
    """What a log leads to.

    `cards`: the state of each kanji. `rated`: the attempts in order of time. `skipped`: when a
    kanji was skipped, for those that were not attempted since.
    """

    cards: Mapping[str, CardState]
    rated: tuple[Rated, ...]
    skipped: Mapping[str, datetime]

    @property
    def override_share(self) -> float:
        """The fraction of the ratings that the learner overrode: a measure of the grader."""
        return sum(r.is_overridden for r in self.rated) / max(len(self.rated), 1)


def replay(events: Iterable[Event], rules: ScheduleRules) -> Replayed:
    """The state after all events; the same for any order and repetition of them."""
    log = normalized(events)
    overrides = {event.attempt: event for event in log if isinstance(event, Override)}
    cards: dict[str, CardState] = {}
    skipped: dict[str, datetime] = {}
    rated: list[Rated] = []
    times: list[float] = []
    for event in log:
        if isinstance(event, Skip):
            skipped[event.kanji] = event.at
        if not isinstance(event, Attempt):
            continue
        median = times[len(times) // 2] if times else None
        rating = rate(event, rules.ratings, median_seconds=median)
        override = overrides.get(event.id)
        if override:
            rating = Rating(override.rating, "overridden")
        rated.append(Rated(event, rating, override is not None))
        cards[event.kanji] = reviewed(
            cards.get(event.kanji), event.kanji, rating.rating, event.at, event.id, rules
        )
        skipped.pop(event.kanji, None)
        if event.seconds is not None:
            insort(times, capped_seconds(event.seconds, rules.ratings))
    return Replayed(cards, tuple(rated), skipped)


def reviewed(
    before: CardState | None,
    kanji: str,
    rating: str,
    at: datetime,
    review: UUID,
    rules: ScheduleRules,
) -> CardState:
    """The state after one more review.

    `before`: the state so far, None at the first review. `rating`: one of RATINGS. `at`: when, in
    UTC. `review`: the id of the attempt, which seeds the fuzz.
    """
    card = before.card if before else fsrs.Card(card_id=ord(kanji[0]), due=at)
    grade = fsrs.Rating(RATINGS.index(rating) + 1)
    card, _ = rules.scheduler.review_card(card, grade, at)
    card.due = at + _fuzzed(card.due - at, f"{rules.user}\0{kanji}\0{review}", rules.longest_days)
    assert card.stability is not None and card.difficulty is not None
    forgotten = before is not None and not before.is_learning and rating == "again"
    return CardState(
        kanji,
        card.due,
        card.stability,
        card.difficulty,
        at,
        before.first_review if before else at,
        card.state != fsrs.State.Review,
        (before.reviews if before else 0) + 1,
        (before.lapses if before else 0) + forgotten,
        rules.parameters.version,
        card,
    )


def retrievability(state: CardState, now: datetime, rules: ScheduleRules) -> float:
    """The probability of recall at `now`, from 0 to 1."""
    return float(rules.scheduler.get_card_retrievability(state.card, now))


def _fuzzed(interval: timedelta, seed: str, longest_days: int) -> timedelta:
    """An interval moved at random within the bounds of FUZZ; the same for the same seed."""
    days = interval / timedelta(days=1)
    if days < FUZZ[0][0]:
        return interval
    spread = 1 + sum(part * max(0.0, min(days, end) - start) for start, end, part in FUZZ)
    low, high = max(2, round(days - spread)), min(longest_days, round(days + spread))
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64
    return timedelta(days=min(low, high) + int(number * (high - min(low, high) + 1)))
