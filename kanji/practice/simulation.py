"""Learners who do not exist, for a year: what a setting gives them, and what it costs.

A learner remembers as FSRS-6 says, with parameters of their own that the scheduler does not know.
They unlock the phone at random over the day, and write what the queue shows them, if they care to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from fsrs.scheduler import (
    DEFAULT_PARAMETERS,
    LOWER_BOUNDS_PARAMETERS,
    UPPER_BOUNDS_PARAMETERS,
)

from kanji.practice.queue import Pick, QueueRules, next_up
from kanji.practice.schedule import CardState, ScheduleRules, reviewed

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
WAKING_HOURS = 16
SECONDS = {"again": 25.0, "hard": 14.0, "good": 8.0, "easy": 5.0}  # to write and be told
HARD_SHARE = 0.12  # of what is recalled, that it takes a hint or a second try
SPREAD = 0.25  # of learners' parameters, as a logarithm


@dataclass(frozen=True)
class Learner:
    """`unlocks` a day, of which a `willing` share writes; `seed` makes all else of them."""

    unlocks: int = 40
    willing: float = 0.8
    seed: int = 1


@dataclass(frozen=True)
class Year:
    """What came of it. `load`: reviews on each day; `learnt`: kanji introduced.

    `retention`: the share of due kanji that were recalled; `known`: of all introduced, how many
    would be recalled on the last day, in expectation; `minutes`: a day, on average.
    """

    load: tuple[int, ...]
    learnt: int
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
    lookalikes: Mapping[str, frozenset[str]] | None = None,
) -> Year:
    """A learner's first `days` days with a deck."""
    generator = np.random.default_rng(learner.seed)
    truth = _memory(generator)
    cards: dict[str, CardState] = {}
    memory: dict[str, CardState] = {}
    load, seconds, asked, recalled, written = [], 0.0, 0, 0, 0
    for day in range(days):
        hours = np.sort(generator.uniform(0, WAKING_HOURS, learner.unlocks))
        count = 0
        for hour in hours[generator.random(len(hours)) < learner.willing].tolist():
            now = START + timedelta(days=day, hours=hour)
            found = next_up(cards, deck, now, queue, schedule, lookalikes=lookalikes)
            if not isinstance(found, Pick):
                continue
            chance = _recall(memory.get(found.kanji), now, truth)
            is_recalled = generator.random() < chance
            rating = "again"
            if is_recalled:
                rating = "hard" if generator.random() < HARD_SHARE else "good"
            if found.why == "due":
                asked, recalled = asked + 1, recalled + is_recalled
            written += 1
            review = UUID(int=written)
            for states, rules in ((cards, schedule), (memory, truth)):
                states[found.kanji] = reviewed(
                    states.get(found.kanji), found.kanji, rating, now, review, rules
                )
            seconds += SECONDS[rating]
            count += 1
        load.append(count)
    end = START + timedelta(days=days)
    known = sum(_recall(state, end, truth) for state in memory.values())
    return Year(
        tuple(load), len(cards), recalled / max(asked, 1), float(known), seconds / 60 / days
    )


def _memory(generator: np.random.Generator) -> ScheduleRules:
    """A learner's own parameters: the defaults, each off by a factor, within FSRS's bounds."""
    from kanji.practice.parameters import Parameters

    factors = np.exp(SPREAD * generator.standard_normal(len(DEFAULT_PARAMETERS)))
    values = np.clip(
        np.array(DEFAULT_PARAMETERS) * factors, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
    )
    values[:4].sort()  # who does better at first remembers for longer
    return replace(ScheduleRules(), parameters=Parameters.of(values.tolist()))


def _recall(state: CardState | None, now: datetime, truth: ScheduleRules) -> float:
    """How probable it is; a kanji that is new has just been shown."""
    if state is None:
        return 0.6
    scheduler = truth.scheduler
    decay = -scheduler.parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    elapsed = (now - state.last_review) / timedelta(days=1)
    return float((1 + factor * elapsed / state.stability) ** decay)


@dataclass(frozen=True)
class Setting:
    """What is chosen for a learner."""

    retention: float = 0.9
    new_per_day: int = 5
    reviews_per_day: int | None = None


@dataclass(frozen=True)
class Outcome:
    """The means of several learners' years with one setting; `load`: reviews on each day."""

    setting: Setting
    learnt: float
    known: float
    retention: float
    minutes: float
    load: tuple[float, ...]

    def to_dict(self) -> dict[str, float | int | None]:
        """As `hitsujun simulate` prints it."""
        days = len(self.load)
        return {
            "retention": self.setting.retention,
            "new_per_day": self.setting.new_per_day,
            "reviews_per_day": self.setting.reviews_per_day,
            "introduced": round(self.learnt, 1),
            "known": round(self.known, 1),
            "recalled": round(self.retention, 4),
            "reviews_a_day": round(sum(self.load) / days, 1),
            "minutes_a_day": round(self.minutes, 2),
            "known_per_minute": round(self.known / max(self.minutes, 1e-9), 1),
        }


def outcome(
    learners: Sequence[Learner],
    deck: Sequence[str],
    setting: Setting,
    *,
    days: int = 365,
    lookalikes: Mapping[str, frozenset[str]] | None = None,
) -> Outcome:
    """What one setting gives several learners, on average."""
    schedule = ScheduleRules(retention=setting.retention)
    queue = QueueRules(new_per_day=setting.new_per_day, reviews_per_day=setting.reviews_per_day)
    years = [
        simulate(one, deck, schedule, queue, days=days, lookalikes=lookalikes) for one in learners
    ]
    return Outcome(
        setting,
        float(np.mean([year.learnt for year in years])),
        float(np.mean([year.known for year in years])),
        float(np.mean([year.retention for year in years])),
        float(np.mean([year.minutes for year in years])),
        tuple(np.mean([year.load for year in years], axis=0).tolist()),
    )
