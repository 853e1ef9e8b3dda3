"""Simulated learners: what a setting gives them in a year, and what it costs.

A learner remembers as FSRS-6 predicts, with parameters of their own that the scheduler does not
know. They unlock the phone at random times of the day, and at most unlocks write the kanji that the
queue shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from fsrs.scheduler import (
    DEFAULT_PARAMETERS,
    LOWER_BOUNDS_PARAMETERS,
    UPPER_BOUNDS_PARAMETERS,
)

from kanji.practice.parameters import Parameters
from kanji.practice.queue import Lookalikes, Pick, next_up
from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import CardState, ScheduleRules, recall_probability, reviewed

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
WAKING_HOURS = 16
# How long an attempt takes, with the feedback, by its rating.
SECONDS = {"again": 25.0, "hard": 14.0, "good": 8.0, "easy": 5.0}
HARD_FRACTION = 0.12  # of the recalled kanji; these take a hint or a second try
NEW_RECALL = 0.6  # probability of writing a new kanji that has just been shown
SPREAD = 0.25  # standard deviation of the logarithm of the learners' parameters


@dataclass(frozen=True)
class Learner:
    """A simulated learner.

    `unlocks`: how often they unlock the phone a day. `writing`: the probability that they write at
    an unlock. `seed`: of the times, the learner's parameters and what they recall.
    """

    unlocks: int = 40
    writing: float = 0.8
    seed: int = 1


@dataclass(frozen=True)
class LearnerResult:
    """What a learner has at the end.

    `daily_reviews`: attempts on each day. `introduced`: how many kanji. `retention`: the fraction
    of the due kanji that were recalled. `known`: the expected number of the introduced kanji that
    would be recalled on the last day. `minutes`: of practice a day, on average.
    """

    daily_reviews: tuple[int, ...]
    introduced: int
    retention: float
    known: float
    minutes: float


def simulate(
    learner: Learner,
    deck: Sequence[str],
    schedule: ScheduleRules,
    queue: QueueRules,
    *,
    days: int = 365,
    lookalikes: Lookalikes | None = None,
) -> LearnerResult:
    """A learner's first `days` days with a deck."""
    generator = np.random.default_rng(learner.seed)
    truth = _own_parameters(generator)
    run = _Run(deck, schedule, queue, lookalikes, generator, truth)
    daily_reviews = []
    for day in range(days):
        hours = np.sort(generator.uniform(0, WAKING_HOURS, learner.unlocks))
        hours = hours[generator.random(len(hours)) < learner.writing]
        moments = [START + timedelta(days=day, hours=hour) for hour in hours.tolist()]
        daily_reviews.append(sum(run.unlock(now) for now in moments))
    end = START + timedelta(days=days)
    return LearnerResult(
        tuple(daily_reviews),
        len(run.cards),
        run.recalled / max(run.due, 1),
        float(sum(_recall(state, end, truth) for state in run.memory.values())),
        run.seconds / 60 / days,
    )


@dataclass
class _Run:
    """A learner's practice so far.

    `truth`: the schedule with the learner's own parameters. `cards`: the states by the scheduler's
    parameters; `memory`: by the learner's. `attempts`, `due` and `recalled`: how many attempts, how
    many at due kanji, and how many of these were recalled. `seconds`: of all attempts.
    """

    deck: Sequence[str]
    schedule: ScheduleRules
    queue: QueueRules
    lookalikes: Lookalikes | None
    generator: np.random.Generator
    truth: ScheduleRules
    cards: dict[str, CardState] = field(default_factory=dict)
    memory: dict[str, CardState] = field(default_factory=dict)
    attempts: int = 0
    due: int = 0
    recalled: int = 0
    seconds: float = 0.0

    def unlock(self, now: datetime) -> bool:
        """Writes the kanji that the queue shows; False if it shows none."""
        pick = next_up(
            self.cards, self.deck, now, self.queue, self.schedule, lookalikes=self.lookalikes
        )
        if not isinstance(pick, Pick):
            return False
        rating = self._rating(pick.kanji, now)
        if pick.why == "due":
            self.due += 1
            self.recalled += rating != "again"
        self.attempts += 1
        self.seconds += SECONDS[rating]
        review = UUID(int=self.attempts)
        for states, rules in ((self.cards, self.schedule), (self.memory, self.truth)):
            before = states.get(pick.kanji)
            states[pick.kanji] = reviewed(before, pick.kanji, rating, now, review, rules)
        return True

    def _rating(self, kanji: str, now: datetime) -> str:
        if self.generator.random() >= _recall(self.memory.get(kanji), now, self.truth):
            return "again"
        return "hard" if self.generator.random() < HARD_FRACTION else "good"


def _own_parameters(generator: np.random.Generator) -> ScheduleRules:
    """The defaults, each parameter times a random factor, clipped to FSRS's bounds."""
    factors = np.exp(SPREAD * generator.standard_normal(len(DEFAULT_PARAMETERS)))
    values = np.clip(
        np.array(DEFAULT_PARAMETERS) * factors, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
    )
    values[:4].sort()  # initial stabilities by rating: a better rating must not have a smaller one
    return replace(ScheduleRules(), parameters=Parameters.of(values.tolist()))


def _recall(state: CardState | None, now: datetime, truth: ScheduleRules) -> float:
    """The probability of recall; `state` is None for a new kanji."""
    if state is None:
        return NEW_RECALL
    elapsed_days = (now - state.last_review) / timedelta(days=1)
    return recall_probability(state.stability, elapsed_days, truth)


@dataclass(frozen=True)
class Setting:
    """What is chosen for a learner, as in `ScheduleRules` and `QueueRules`."""

    retention: float = 0.9
    new_per_day: int = 5
    reviews_per_day: int | None = None


@dataclass(frozen=True)
class Outcome:
    """The means of several learners' results with one setting; fields as in `LearnerResult`."""

    setting: Setting
    introduced: float
    known: float
    retention: float
    minutes: float
    daily_reviews: tuple[float, ...]

    def to_dict(self) -> dict[str, float | int | None]:
        """The JSON of `hitsujun simulate`."""
        days = len(self.daily_reviews)
        return {
            "retention": self.setting.retention,
            "new_per_day": self.setting.new_per_day,
            "reviews_per_day": self.setting.reviews_per_day,
            "introduced": round(self.introduced, 1),
            "known": round(self.known, 1),
            "recalled": round(self.retention, 4),
            "reviews_a_day": round(sum(self.daily_reviews) / days, 1),
            "minutes_a_day": round(self.minutes, 2),
            "known_per_minute": round(self.known / max(self.minutes, 1e-9), 1),
        }


def outcome(
    learners: Sequence[Learner],
    deck: Sequence[str],
    setting: Setting,
    *,
    days: int = 365,
    lookalikes: Lookalikes | None = None,
) -> Outcome:
    """What one setting gives several learners, on average."""
    schedule = ScheduleRules(retention=setting.retention)
    queue = QueueRules(new_per_day=setting.new_per_day, reviews_per_day=setting.reviews_per_day)
    results = [
        simulate(one, deck, schedule, queue, days=days, lookalikes=lookalikes) for one in learners
    ]
    return Outcome(
        setting,
        float(np.mean([one.introduced for one in results])),
        float(np.mean([one.known for one in results])),
        float(np.mean([one.retention for one in results])),
        float(np.mean([one.minutes for one in results])),
        tuple(np.mean([one.daily_reviews for one in results], axis=0).tolist()),
    )
