"""The state is computed from the log, whatever its order, its repetitions and its clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanji.errors import KanjiError
from kanji.practice.events import Attempt, Event, Override, Skip, normalized
from kanji.practice.rating import RatingRules
from kanji.practice.schedule import FUZZ, Replayed, ScheduleRules, replay, retrievability

START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def attempt(number: int, *, kanji: str = "永", days: float = 0, **fields: object) -> Attempt:
    return Attempt(
        id=UUID(int=number),
        at=START + timedelta(days=days),
        sequence=number,
        kanji=kanji,
        **fields,  # type: ignore[arg-type]
    )


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Events of two devices, each with a clock that may jump."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 12))):
        device = draw(st.sampled_from(("phone", "tablet")))
        minutes = draw(st.integers(-3_000, 60_000))
        common = {
            "id": UUID(int=number + 1),
            "at": START + timedelta(minutes=minutes),
            "device": device,
            "sequence": number,
            "received_at": START + timedelta(days=50),
        }
        kind = draw(st.sampled_from(("attempt", "attempt", "attempt", "skip", "override")))
        kanji = draw(st.sampled_from("永海"))
        if kind == "attempt":
            misses, hints = draw(st.integers(0, 4)), draw(st.integers(0, 1))
            seconds = draw(st.sampled_from((None, 3.0, 90.0)))
            events.append(
                Attempt(**common, kanji=kanji, misses=misses, hints=hints, seconds=seconds)
            )
        elif kind == "skip":
            events.append(Skip(**common, kanji=kanji))
        else:
            of = UUID(int=draw(st.integers(1, 12)))
            events.append(
                Override(**common, attempt=of, rating=draw(st.sampled_from(("good", "again"))))
            )
    return events


@settings(max_examples=60, deadline=None)
@given(logs(), st.randoms(use_true_random=False))
def test_order_repetition_and_division_of_a_log_do_not_matter(
    events: list[Event], random: object
) -> None:
    rules = ScheduleRules(user="a")
    expected = replay(events, rules)
    mixed = [*events, *events[::2]]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert replay(mixed, rules) == expected
    half = len(mixed) // 2
    assert (
        replay([*normalized(mixed[:half]), *normalized(mixed[half:]), *events], rules) == expected
    )


@settings(max_examples=60, deadline=None)
@given(logs())
def test_time_never_runs_backwards(events: list[Event]) -> None:
    log = normalized(events)
    assert [e.at for e in log] == sorted(e.at for e in log)
    for device in ("phone", "tablet"):
        sequence = [e.sequence for e in log if e.device == device]
        assert sequence == sorted(sequence)
    for state in replay(events, ScheduleRules()).cards.values():
        assert state.due > state.last_review >= state.first_review


def test_an_event_is_no_later_than_it_was_received() -> None:
    received = START + timedelta(days=1)
    ahead = replace(attempt(1, days=900), received_at=received)
    (event,) = normalized([ahead])
    assert event.at == received
    lost = replace(attempt(2), at=datetime(1970, 1, 1, tzinfo=UTC))
    assert normalized([ahead, lost])[1].at == received  # the device did it after `ahead`


def test_an_event_that_is_sent_twice_counts_as_first_received() -> None:
    first = replace(attempt(1, days=5), received_at=START + timedelta(days=1))
    again = replace(first, received_at=START + timedelta(days=9))
    assert normalized([again, first]) == normalized([first])


def test_an_override_replaces_the_rating_and_is_counted() -> None:
    wrong = attempt(1, misses=4)
    right = Override(id=UUID(int=2), at=START + timedelta(hours=1), attempt=wrong.id, rating="good")
    plain, overruled = (replay(log, ScheduleRules()) for log in ([wrong], [wrong, right]))
    assert plain.rated[0].rating.rating == "again" and not plain.rated[0].is_overridden
    assert overruled.rated[0].rating.rating == "good" and overruled.rated[0].is_overridden
    assert (plain.override_share, overruled.override_share) == (0, 1)
    assert overruled.cards["永"].stability > plain.cards["永"].stability


def test_a_skip_does_not_change_the_card() -> None:
    skip = Skip(id=UUID(int=3), at=START + timedelta(days=2), sequence=3, kanji="永")
    replayed = replay([attempt(1), skip], ScheduleRules())
    assert replayed.cards == replay([attempt(1)], ScheduleRules()).cards
    assert replayed.skipped == {"永": skip.at}
    assert replay([attempt(1), skip, attempt(4, days=3)], ScheduleRules()).skipped == {}


def reviewed_often(user: str = "a", **rules: object) -> Replayed:
    days = (0, 0.01, 3, 14, 60)
    log = [attempt(n + 1, days=d) for n, d in enumerate(days)]
    return replay(log, ScheduleRules(user=user, **rules))  # type: ignore[arg-type]


def test_intervals_grow_and_a_forgotten_kanji_counts_as_a_lapse() -> None:
    state = reviewed_often().cards["永"]
    assert not state.is_learning and state.reviews == 5 and state.lapses == 0
    interval = (state.due - state.last_review).days
    assert interval > 60
    soon, late = (state.last_review + timedelta(days=d) for d in (1, interval))
    rules = ScheduleRules()
    assert retrievability(state, soon, rules) > 0.97
    assert retrievability(state, late, rules) == pytest.approx(0.9, abs=0.02)
    log = [attempt(n + 1, days=d) for n, d in enumerate((0, 0.01, 3))]
    lapsed = replay([*log, attempt(9, days=20, misses=3)], rules).cards["永"]
    assert lapsed.lapses == 1 and lapsed.is_learning


def test_the_fuzz_depends_on_the_user_and_stays_within_its_bounds() -> None:
    plain = [reviewed_often(user).cards["永"].due for user in "abcdefgh"]
    assert len(set(plain)) > 2
    assert plain == [reviewed_often(user).cards["永"].due for user in "abcdefgh"]
    days = [(due - START).days - 60 for due in plain]
    start, _, fraction = FUZZ[2]
    middle = sum(days) / len(days)
    assert (
        max(days) - min(days) <= 2 * (1 + 4.5 * 0.15 + 13 * 0.1 + (middle - start) * fraction) + 2
    )


def test_the_fuzz_depends_on_the_kanji_and_the_review() -> None:
    """Kanji learned on one day are due on several; the same attempt is always due on the same."""

    def due(kanji: str, first: int) -> datetime:
        log = [attempt(first + n, kanji=kanji, days=d) for n, d in enumerate((0, 0.01, 3, 14, 60))]
        return replay(log, ScheduleRules(user="a")).cards[kanji].due

    assert len({due(kanji, 1) for kanji in "永海山川日月火水"}) > 2
    assert len({due("永", first) for first in range(1, 90, 10)}) > 2
    assert due("永", 1) == due("永", 1)


def test_a_lower_retention_gives_longer_intervals() -> None:
    assert (
        reviewed_often(retention=0.8).cards["永"].due
        > reviewed_often(retention=0.95).cards["永"].due
    )


def test_invalid_events_and_rules_are_refused() -> None:
    with pytest.raises(KanjiError, match="in UTC"):
        Attempt(id=UUID(int=1), at=datetime(2026, 1, 1), kanji="永")
    with pytest.raises(KanjiError, match="no rating 'fine'"):
        Override(id=UUID(int=1), at=START, attempt=UUID(int=2), rating="fine")
    with pytest.raises(KanjiError, match="0 or more"):
        attempt(1, misses=-1)
    with pytest.raises(KanjiError, match="again_misses"):
        RatingRules(hard_misses=3, again_misses=2)
