"""The state that a log of events leads to: of all kanji, of one, or continued from a state.

The state of a kanji depends on the events at this kanji alone, and on their set: neither their
order of arrival nor their repetition matters. So an event that comes in order costs one step, and
one that comes late costs a replay of its kanji from the last mark before it, whatever the length
of the log. A mark is the progress after every MARK_EVERY attempts at a kanji.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

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

MARK_EVERY = 200  # few learners attempt a kanji as often, so that marks cost others nothing


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

    `progress`: of each kanji with an event. `rated`: the attempts in order of time. `marks`: the
    progress after every MARK_EVERY attempts at a kanji.
    """

    progress: Mapping[str, Progress]
    rated: tuple[Rated, ...]
    marks: tuple[Progress, ...]

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
    """What the events at one kanji lead to; `rated` and `marks` as in `Replayed`."""

    progress: Progress
    rated: tuple[Rated, ...]
    marks: tuple[Progress, ...]


def replay(events: Iterable[Event], rules: ScheduleRules) -> Replayed:
    """The state after all events; the same for any order and repetition of them."""
    return _continued({}, *counted(events), rules)


def replay_kanji(start: Progress, events: Iterable[Event], rules: ScheduleRules) -> KanjiReplayed:
    """The same as `replay`, of one kanji from `start` on: a mark, or the progress of no event.

    `events`: every event at the kanji after `start`: attempts and skips, their overrides, and the
    undos of all these.
    """
    return _of_kanji(start, _continued({start.kanji: start}, *counted(events), rules))


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
    return _of_kanji(progress, _continued({progress.kanji: progress}, log, overrides, rules))


def _continued(
    progress: dict[str, Progress],
    log: Iterable[OfKanji],
    overrides: Mapping[UUID, Override],
    rules: ScheduleRules,
) -> Replayed:
    """What `counted` events lead to, from the progress so far of each kanji on."""
    rated: list[Rated] = []
    marks: list[Progress] = []
    for event in log:
        before = progress.get(event.kanji) or Progress(event.kanji, rules.version)
        after, attempt = _after(before, event, overrides.get(event.id), rules)
        progress[event.kanji] = after
        if attempt:
            rated.append(attempt)
            if after.sums.attempts % MARK_EVERY == 0:
                marks.append(after)
    return Replayed(progress, tuple(rated), tuple(marks))


def _of_kanji(start: Progress, replayed: Replayed) -> KanjiReplayed:
    return KanjiReplayed(replayed.progress[start.kanji], replayed.rated, replayed.marks)


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
