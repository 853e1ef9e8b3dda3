"""The state that a log of events leads to: of all kanji, of one, or continued from a state.

The state of a kanji depends on the events at this kanji alone, and on their set: neither their
order of arrival nor their repetition matters. So an event that comes in order costs one step, and
one that comes late costs a replay of its kanji, whatever the length of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kanji.practice.events import Attempt, Event, OfKanji, Override, Position, counted, position
from kanji.practice.rating import (
    OVERRIDDEN,
    RECENT,
    Rated,
    Rating,
    capped_seconds,
    median_seconds,
    rate,
)
from kanji.practice.schedule import CardState, ScheduleRules, reviewed
from kanji.practice.sums import KanjiSums


@dataclass(frozen=True)
class Progress:
    """What is needed to continue the replay of one kanji with its next event.

    - `rules`: the version of the rules it was computed with.
    - `card`: None until the first attempt.
    - `skipped`: when the kanji was skipped, if it was not attempted since.
    - `recent_seconds`: the times of the latest attempts, at most RECENT, capped.
    - `last`: the position of the last event; None before the first.
    - `sums`: over the attempts, for statistics.
    """

    kanji: str
    rules: str
    card: CardState | None = None
    skipped: datetime | None = None
    recent_seconds: tuple[float, ...] = ()
    last: Position | None = None
    sums: KanjiSums = KanjiSums()  # noqa: RUF009  # a tuple


@dataclass(frozen=True)
class Replayed:
    """What a log leads to.

    `progress`: of each kanji with an event. `rated`: the attempts in order of time.
    """

    progress: Mapping[str, Progress]
    rated: tuple[Rated, ...]

    @property
    def cards(self) -> dict[str, CardState]:
        """The state of each kanji that was attempted."""
        return {kanji: one.card for kanji, one in self.progress.items() if one.card}

    @property
    def skipped(self) -> dict[str, datetime]:
        """When each kanji was skipped that was not attempted since."""
        return {kanji: one.skipped for kanji, one in self.progress.items() if one.skipped}


@dataclass(frozen=True)
class KanjiReplayed:
    """What the events at one kanji lead to; `rated`: the attempts among them, in order of time."""

    progress: Progress
    rated: tuple[Rated, ...]


def replay(events: Iterable[Event], rules: ScheduleRules) -> Replayed:
    """The state after all events; the same for any order and repetition of them."""
    log, overrides = counted(events)
    progress: dict[str, Progress] = {}
    rated: list[Rated] = []
    for event in log:
        before = progress.get(event.kanji) or Progress(event.kanji, rules.version)
        progress[event.kanji], attempt = _after(before, event, overrides.get(event.id), rules)
        if attempt:
            rated.append(attempt)
    return Replayed(progress, tuple(rated))


def replay_kanji(kanji: str, events: Iterable[Event], rules: ScheduleRules) -> KanjiReplayed:
    """The same as `replay`, of one kanji.

    `events`: every event at the kanji: its attempts and skips, their overrides, and the undos of
    all these. Events at other kanji are ignored.
    """
    replayed = replay(events, rules)
    progress = replayed.progress.get(kanji) or Progress(kanji, rules.version)
    return KanjiReplayed(
        progress, tuple(one for one in replayed.rated if one.attempt.kanji == kanji)
    )


def continue_kanji(
    progress: Progress, events: Iterable[Event], rules: ScheduleRules
) -> KanjiReplayed | None:
    """The state after more events at one kanji, or None if it must be replayed.

    `events`: every event at the kanji that `progress` does not include, in any order, with the
    overrides and undos that arrived before their attempts. `rated` holds the new attempts alone.

    A replay is needed if an event is earlier than one that is already included, if one changes an
    earlier one, or if `rules` are not those of `progress`.
    """
    new = tuple(events)
    ids = {event.id for event in new}
    log, overrides = counted(new)
    changes_earlier = any(event.target and event.target not in ids for event in new)
    is_late = any(progress.last and position(event) <= progress.last for event in log)
    if changes_earlier or is_late or progress.rules != rules.version:
        return None
    rated = []
    for event in log:
        progress, attempt = _after(progress, event, overrides.get(event.id), rules)
        if attempt:
            rated.append(attempt)
    return KanjiReplayed(progress, tuple(rated))


def _after(
    progress: Progress, event: OfKanji, override: Override | None, rules: ScheduleRules
) -> tuple[Progress, Rated | None]:
    """The progress after the next event, and the event with its ratings if it is an attempt."""
    last = position(event)
    if not isinstance(event, Attempt):
        return replace(progress, skipped=event.at, last=last), None
    usual = median_seconds(progress.recent_seconds)
    graded = rate(event, rules.ratings, usual_seconds=usual)
    rating = Rating(override.rating, OVERRIDDEN) if override else graded
    before = progress.card
    card = reviewed(before, event.kanji, rating.rating, event.at, event.id, rules)
    elapsed_days, is_review = None, False
    if before:
        elapsed_days = (rules.days.of(event.at) - rules.days.of(before.last_review)).days
        is_review = not before.is_learning
    seconds = progress.recent_seconds
    if event.seconds is not None:
        seconds = (*seconds, capped_seconds(event.seconds, rules.ratings))[-RECENT:]
    one = Rated(event, rules.days.of(event.at), rating, graded, elapsed_days, is_review)
    sums = progress.sums.after(one)
    return Progress(event.kanji, progress.rules, card, None, seconds, last, sums), one
