"""A log that is kept up to date event by event is the same as one that is replayed as a whole."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kanji.practice.days import Days
from kanji.practice.events import Attempt, Event, OfKanji, Override, Skip, Undo, moment
from kanji.practice.incremental import Taken, take
from kanji.practice.log import from_wire, to_wire
from kanji.practice.rating import RatingRules
from kanji.practice.replay import Progress, replay
from kanji.practice.schedule import ScheduleRules
from kanji.practice.sums import DayTotals, by_day

START = datetime(2026, 3, 27, 8, tzinfo=UTC)  # two days before summer time begins in Berlin
RULES = ScheduleRules(
    user="a", ratings=RatingRules(easy_fraction=0.7), days=Days(time_zone="Europe/Berlin")
)
DEVICES = ("phone", "tablet", "page")
DEVICE = st.sampled_from(DEVICES)


@pytest.fixture(autouse=True, scope="module")
def marks_are_near() -> Iterator[None]:
    """So near that every few events make a mark, or remove one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kanji.practice.replay.MARK_EVERY", 3)
        yield


@dataclass
class MemoryLog:
    """A `kanji.practice.incremental.Log` that stores events as JSON, as a service does."""

    stored: dict[UUID, Event] = field(default_factory=dict)
    states: dict[str, Progress] = field(default_factory=dict)
    marks: list[Progress] = field(default_factory=list)
    days: dict[date, DayTotals] = field(default_factory=dict)
    replays: int = 0

    def events(self, ids: Collection[UUID]) -> Iterable[Event]:
        return [self.stored[id] for id in ids if id in self.stored]

    def changes(self, ids: Collection[UUID]) -> Iterable[Event]:
        return [event for event in self.stored.values() if event.target in set(ids)]

    def at_kanji(self, kanji: str, since: datetime | None) -> Iterable[Event]:
        return [
            one
            for one in self.stored.values()
            if isinstance(one, OfKanji) and one.kanji == kanji
            if since is None or moment(one) >= since
        ]

    def mark(self, kanji: str, before: datetime) -> Progress | None:
        earlier = [one for one in self.marks if one.kanji == kanji and moment_of(one) < before]
        return max(earlier, key=moment_of, default=None)

    def progress(self, kanji: Collection[str]) -> Mapping[str, Progress]:
        return {one: self.states[one] for one in kanji if one in self.states}

    def take(self, events: Iterable[Event], rules: ScheduleRules = RULES) -> Taken:
        taken = take(events, self, rules)
        for event in taken.new:
            self.stored[event.id] = from_wire(json.loads(json.dumps(to_wire(event))))
        self.states |= taken.progress
        for kanji, since in taken.replayed.items():
            self.marks = [m for m in self.marks if m.kanji != kanji or moment_of(m) < since]
        self.marks += taken.marks
        for kanji in taken.emptied:
            del self.states[kanji]
        for day, change in taken.days.items():
            self.days[day] = self.days.get(day, DayTotals()).plus(change)
        self.replays += len(taken.replayed)
        return taken


def number_of(mark: Progress) -> tuple[str, int]:
    return mark.kanji, mark.sums.attempts


def moment_of(mark: Progress) -> datetime:
    assert mark.last is not None
    return mark.last.at


def assert_is_replayed(log: MemoryLog, rules: ScheduleRules = RULES) -> None:
    whole = replay(log.stored.values(), rules)
    assert log.states == whole.progress
    assert sorted(log.marks, key=number_of) == sorted(whole.marks, key=number_of)
    days = {day: totals for day, totals in log.days.items() if totals != DayTotals()}
    assert days == by_day(whole.rated, rules.ratings)


class Devices(RuleBasedStateMachine):
    """Three devices, offline most of the time, that upload to one log.

    Each keeps its events until an upload, which may be in parts, reordered, and repeated after an
    answer was lost. Clocks may be wrong. Any device may override or undo any event.
    """

    @initialize()
    def begin(self) -> None:
        self.log = MemoryLog()
        self.now = START
        self.made: list[Event] = []
        self.waiting: dict[str, list[Event]] = {device: [] for device in DEVICES}
        self.offset = dict.fromkeys(DEVICES, timedelta())

    @rule(
        device=DEVICE,
        kanji=st.sampled_from("永海頰"),
        misses=st.integers(0, 3),
        hints=st.integers(0, 1),
        seconds=st.sampled_from((None, 2.0, 7.3, 90.0)),
        wrong=st.sampled_from(({}, {"faulty_strokes": (0, 2)}, {"read_as": "水"})),
    )
    def write(
        self,
        device: str,
        kanji: str,
        misses: int,
        hints: int,
        seconds: float | None,
        wrong: dict[str, object],
    ) -> None:
        how = {"misses": misses, "hints": hints, "seconds": seconds, **wrong}
        self.make(Attempt(**self.common(device), kanji=kanji, **how))  # type: ignore[arg-type]

    @rule(device=DEVICE, kanji=st.sampled_from("永海頰"))
    def skip(self, device: str, kanji: str) -> None:
        self.make(Skip(**self.common(device), kanji=kanji))  # type: ignore[arg-type]

    @precondition(lambda self: self.of(Attempt))
    @rule(device=DEVICE, rating=st.sampled_from(("again", "good")), data=st.data())
    def override(self, device: str, rating: str, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.of(Attempt)))
        common = self.common(device)
        self.make(Override(**common, attempt=attempt.id, rating=rating))  # type: ignore[arg-type]

    @precondition(lambda self: self.of(Override))
    @rule(device=DEVICE, data=st.data())
    def undo_an_override(self, device: str, data: st.DataObject) -> None:
        override = data.draw(st.sampled_from(self.of(Override)))
        self.make(Undo(**self.common(device), event=override.id))  # type: ignore[arg-type]

    @precondition(lambda self: self.made)
    @rule(device=DEVICE, data=st.data())
    def undo(self, device: str, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.made))
        self.make(Undo(**self.common(device), event=event.id))  # type: ignore[arg-type]

    @rule(minutes=st.sampled_from((1, 30, 60 * 23, 60 * 24 * 9)))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(device=DEVICE, days=st.sampled_from((0, 0, 0.1, -0.1, 400, -9_999)))
    def set_clock(self, device: str, days: float) -> None:
        self.offset[device] = timedelta(days=days)

    @rule(device=DEVICE, data=st.data(), is_answered=st.booleans())
    def upload(self, device: str, data: st.DataObject, is_answered: bool) -> None:
        batch = data.draw(st.permutations(self.waiting[device]))
        batch = batch[: data.draw(st.integers(0, len(batch)))]
        self.log.take(replace(event, received_at=self.now) for event in [*batch, *batch[:2]])
        if is_answered:
            sent = {event.id for event in batch}
            self.waiting[device] = [e for e in self.waiting[device] if e.id not in sent]

    @invariant()
    def the_log_is_replayed(self) -> None:
        assert_is_replayed(self.log)

    def teardown(self) -> None:
        for device in DEVICES:
            self.upload_rest(device)
        assert self.log.stored.keys() == {event.id for event in self.made}
        assert_is_replayed(self.log)
        again = MemoryLog()
        again.take(reversed(self.log.stored.values()))
        assert_is_replayed(again)
        assert again.states == self.log.states

    def upload_rest(self, device: str) -> None:
        self.log.take(replace(event, received_at=self.now) for event in self.waiting[device])

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.made if isinstance(event, kind)]

    def make(self, event: Event) -> None:
        self.made.append(event)
        self.waiting[event.device].append(event)

    def common(self, device: str) -> dict[str, object]:
        number = len(self.made) + 1
        at = self.now + self.offset[device] + timedelta(seconds=number)
        return {"id": UUID(int=number), "at": at, "device": device, "sequence": number}


TestDevices = Devices.TestCase
TestDevices.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)


def attempt(number: int, *, days: float, kanji: str = "永", misses: int = 0) -> Attempt:
    at = START + timedelta(days=days)
    return Attempt(id=UUID(int=number), at=at, kanji=kanji, misses=misses)


def test_events_in_order_need_no_replay() -> None:
    log = MemoryLog()
    for number in range(20):
        log.take([attempt(number + 1, days=number, kanji="永海"[number % 2])])
    assert log.replays == 0 and len(log.stored) == 20
    assert_is_replayed(log)


def test_a_late_event_replays_its_kanji_alone() -> None:
    log = MemoryLog()
    log.take([attempt(1, days=0), attempt(2, days=9), attempt(3, days=9, kanji="海")])
    taken = log.take([attempt(4, days=4), attempt(5, days=12, kanji="海")])
    assert set(taken.replayed) == {"永"} and set(taken.progress) == {"永", "海"}
    assert taken.days == {
        date(2026, 3, 31): DayTotals(attempts=1), date(2026, 4, 8): DayTotals(attempts=1),
    }  # fmt: skip
    assert_is_replayed(log)


def test_a_late_event_is_replayed_from_the_mark_before_it() -> None:
    log = MemoryLog()
    log.take([attempt(number, days=number) for number in range(1, 41)])
    assert [one.sums.attempts for one in log.marks] == list(range(3, 40, 3))
    assert {moment_of(one) for one in log.marks if one.sums.attempts > 33} == {
        START + timedelta(days=days) for days in (36, 39)
    }
    read = []

    def at_kanji(kanji: str, since: datetime | None) -> Iterable[Event]:
        read.append(MemoryLog.at_kanji(log, kanji, since))
        return read[-1]

    log.at_kanji = at_kanji  # type: ignore[method-assign]
    log.take([attempt(41, days=35.5)])
    assert [event.id.int for event in read[-1]] == [33, 34, 35, 36, 37, 38, 39, 40]
    log.take([Override(id=UUID(int=50), at=START, attempt=UUID(int=40), rating="again")])
    assert [event.id.int for event in read[-1]] == [38, 39, 40]
    log.take([Undo(id=UUID(int=51), at=START, event=UUID(int=1))])
    assert len(read[-1]) == 41
    assert_is_replayed(log)


def test_an_event_that_is_sent_again_changes_nothing() -> None:
    log = MemoryLog()
    log.take([attempt(1, days=0)])
    taken = log.take([attempt(1, days=0), attempt(1, days=5)])
    assert taken == Taken((), {}, {}, (), {})


def test_an_override_that_arrives_before_its_attempt_waits_for_it() -> None:
    log = MemoryLog()
    override = Override(id=UUID(int=9), at=START, attempt=UUID(int=1), rating="good")
    assert log.take([override]).progress == {}
    log.take([attempt(1, days=0, misses=3)])
    assert log.days == {START.date(): DayTotals(attempts=1, new=1, again=0)}
    log.take([Undo(id=UUID(int=10), at=START, event=override.id)])
    assert log.days == {START.date(): DayTotals(attempts=1, new=1, again=1)}
    assert_is_replayed(log)


def test_an_attempt_that_comes_with_its_undo_leaves_no_progress() -> None:
    log = MemoryLog()
    first, undo = attempt(1, days=0), Undo(id=UUID(int=2), at=START, event=UUID(int=1))
    taken = log.take([first, undo])
    assert len(taken.new) == 2 and log.states == {}
    assert_is_replayed(log)


def test_the_undo_of_the_only_attempt_removes_its_progress() -> None:
    log = MemoryLog()
    log.take([attempt(1, days=0), attempt(2, days=0, kanji="海")])
    taken = log.take([Undo(id=UUID(int=3), at=START, event=UUID(int=1))])
    assert taken.emptied == {"永"} and set(log.states) == {"海"}
    assert_is_replayed(log)


def test_other_rules_replay_the_kanji_of_the_next_event() -> None:
    log, strict = MemoryLog(), replace(RULES, retention=0.95)
    log.take([attempt(1, days=0), attempt(2, days=1)])
    taken = log.take([attempt(3, days=2)], strict)
    assert set(taken.replayed) == {"永"}
    assert taken.progress == replay(log.stored.values(), strict).progress
