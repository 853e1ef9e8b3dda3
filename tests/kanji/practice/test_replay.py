"""The state is computed from the log, whatever its order, its repetitions and its clocks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given, settings
from hypothesis import strategies as st

from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.events import (
    EARLIEST,
    LATEST,
    Attempt,
    Event,
    Override,
    Skip,
    Undo,
    moment,
    normalized,
)
from kanji.practice.parameters import DEFAULT, Parameters
from kanji.practice.rating import RatingRules
from kanji.practice.replay import Progress, Replayed, continue_kanji, replay, replay_kanji
from kanji.practice.schedule import (
    FUZZ,
    MOST_STABILITY,
    ScheduleRules,
    _fuzzed,
    previews,
    recall_probability,
    retrievability,
    reviewed,
)

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
        common: dict[str, Any] = {
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
def test_the_log_is_in_order_of_time_and_each_event_has_its_own(events: list[Event]) -> None:
    log = normalized(events)
    assert [e.at for e in log] == sorted(e.at for e in log)
    alone = {event.id: moment(event) for event in events}
    assert {event.id: event.at for event in log} == alone
    for state in replay(events, ScheduleRules()).cards.values():
        assert state.due > state.last_review >= state.first_review


def test_an_event_is_no_later_than_it_was_received() -> None:
    received = START + timedelta(days=1)
    ahead = replace(attempt(1, days=900), received_at=received)
    assert moment(ahead) == received
    assert moment(attempt(1, days=900)) == START + timedelta(days=900)  # no server has seen it
    assert moment(replace(ahead, at=datetime(9999, 12, 31, tzinfo=UTC), received_at=None)) == LATEST


def test_an_event_of_a_clock_that_was_reset_counts_from_when_it_was_received() -> None:
    reset = replace(attempt(2), at=datetime(1970, 1, 1, tzinfo=UTC))
    assert moment(reset) == EARLIEST
    assert moment(replace(reset, received_at=START)) == START


def test_times_from_2020_on_are_believed_and_without_a_server_those_up_to_2100() -> None:
    first, received = datetime(2020, 1, 1, tzinfo=UTC), START
    assert moment(replace(attempt(1), at=first, received_at=received)) == first
    before = first - timedelta(microseconds=1)
    assert moment(replace(attempt(1), at=before, received_at=received)) == received
    assert moment(replace(attempt(1), at=before)) == first
    last = datetime(2100, 1, 1, tzinfo=UTC)
    assert moment(replace(attempt(1), at=last)) == last
    assert moment(replace(attempt(1), at=last + timedelta(days=1))) == last


@pytest.mark.parametrize("wrong_days", [400, -400, -20_000])
def test_one_event_with_a_wrong_clock_does_not_move_a_week_offline(wrong_days: float) -> None:
    received = START + timedelta(days=7)
    right = [attempt(n, days=n / 2, kanji="日月火水木金土"[n // 2]) for n in range(13)]
    week = [replace(event, received_at=received) for event in right]
    week[5] = replace(week[5], at=week[5].at + timedelta(days=wrong_days))
    log = {event.id: event.at for event in normalized(week)}
    others = [event for event in right if event.id != week[5].id]
    assert all(log[event.id] == event.at for event in others)
    assert EARLIEST <= log[week[5].id] <= received
    expected, states = (replay(events, ScheduleRules()).cards for events in (others, week))
    assert {k: states[k] for k in "日月水木金土"} == {k: expected[k] for k in "日月水木金土"}


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
    assert overruled.rated[0].graded == plain.rated[0].rating
    assert overruled.cards["永"].stability > plain.cards["永"].stability


def test_the_last_override_of_an_attempt_counts() -> None:
    wrong = attempt(1, misses=4)
    choices = [
        Override(id=UUID(int=n), at=START + timedelta(hours=n), attempt=wrong.id, rating=rating)
        for n, rating in ((2, "easy"), (4, "good"), (3, "hard"))
    ]
    assert replay([*choices, wrong], ScheduleRules()).rated[0].rating.rating == "good"


@pytest.mark.parametrize("arrival", [1, -1])
def test_an_undone_event_does_not_count(arrival: int) -> None:
    first, second = attempt(1), attempt(2, days=1, misses=4)
    skip = Skip(id=UUID(int=3), at=START + timedelta(days=2), kanji="永")
    right = Override(id=UUID(int=4), at=skip.at, attempt=second.id, rating="good")
    rules = ScheduleRules()

    def undone(*events: Event) -> Replayed:
        log = [first, second, skip, right]
        log += [Undo(id=UUID(int=90 + n), at=START, event=e.id) for n, e in enumerate(events)]
        return replay(log[::arrival], rules)

    assert undone(second, skip) == undone(second, skip, right) == replay([first], rules)
    assert undone(right) == replay([first, second, skip], rules)
    assert undone(skip).skipped == {} and undone().skipped == {"永": skip.at}
    undo = Undo(id=UUID(int=90), at=START, event=second.id)
    assert undone(second, undo) == undone(second)  # an undo itself is final


def test_hints_make_a_rating_hard_and_a_skip_is_no_failure() -> None:
    hinted = replay([attempt(1, hints=1)], ScheduleRules()).rated[0].rating
    assert (hinted.rating, hinted.reason) == ("hard", "hints")
    skips = [Skip(id=UUID(int=n), at=START, kanji="永") for n in range(2, 9)]
    assert replay(skips, ScheduleRules()).cards == {}


def test_a_kanji_can_be_replayed_alone_and_continued() -> None:
    log = [attempt(n, days=n, kanji="永海"[n % 2]) for n in range(8)]
    whole, rules = replay(log, ScheduleRules()), ScheduleRules()
    begin = Progress("海", rules.version)
    alone = replay_kanji(begin, log[1::2], rules)
    assert alone.progress == whole.progress["海"]
    assert alone.rated == tuple(one for one in whole.rated if one.attempt.kanji == "海")
    half = replay_kanji(begin, log[1:5:2], rules).progress
    continued = continue_kanji(half, [log[7], log[5]], rules)
    assert continued is not None and continued.progress == alone.progress
    assert continued.rated == alone.rated[2:]
    assert continue_kanji(alone.progress, [log[5]], rules) is None  # already included
    assert continue_kanji(half, [log[5]], replace(rules, retention=0.8)) is None


def test_a_quick_attempt_is_easy_by_the_learners_median_at_the_same_kanji() -> None:
    rules = ScheduleRules(ratings=RatingRules(easy_fraction=0.7))
    log = [attempt(n, days=n, seconds=10.0) for n in range(3)]
    log += [attempt(3, days=3, seconds=6.0), attempt(4, days=3, kanji="一", seconds=1.0)]
    ratings = {one.attempt.id.int: one.rating.rating for one in replay(log, rules).rated}
    assert (ratings[2], ratings[3], ratings[4]) == ("good", "easy", "good")


def in_review(kanji: str = "永") -> list[Attempt]:
    """Attempts after which a kanji has passed its learning steps."""
    return [attempt(n, kanji=kanji, days=d) for n, d in ((1, 0), (2, 0.01))]


@pytest.mark.parametrize(
    ("hours", "zone", "elapsed_days"),
    [
        (23.5, "UTC", 1),  # the next morning, a little earlier
        (24.1, "UTC", 1),
        (15.9, "UTC", 0),  # the same night
        (19.9, "UTC", 0),  # before four o'clock
        (20.1, "UTC", 1),  # after four o'clock
        (19.9, "Asia/Tokyo", 1),  # where it is the next afternoon
        (44.5, "UTC", 2),
    ],
)
def test_reviews_are_days_apart_by_the_learners_calendar(
    hours: float, zone: str, elapsed_days: int
) -> None:
    rules = ScheduleRules(days=Days(time_zone=zone))
    again = attempt(9, days=hours / 24)
    rated = replay([attempt(1), again], rules).rated[1]
    assert rated.elapsed_days == elapsed_days


def test_seven_evenings_a_little_less_than_a_day_apart_are_seven_days() -> None:
    """FSRS sees what it sees of reviews exactly a day apart."""
    evenings = [attempt(n, days=0.4 + n * 23.9 / 24) for n in range(7)]
    exact = [attempt(n, days=0.4 + n) for n in range(7)]
    rated = replay(evenings, ScheduleRules()).rated
    assert [one.elapsed_days for one in rated[1:]] == [1] * 6
    early, daily = (replay(log, ScheduleRules()).cards["永"] for log in (evenings, exact))
    assert (early.stability, early.difficulty) == (daily.stability, daily.difficulty)
    assert early.due == daily.due


def test_a_kanji_is_due_from_the_start_of_a_learners_day() -> None:
    days = Days(time(3), "Europe/Berlin")
    state = replay(in_review(), ScheduleRules(days=days)).cards["永"]
    assert state.phase == "review"
    assert days.local(state.due).time() == time(3) and days.begin(days.of(state.due)) == state.due
    step = replay([attempt(1)], ScheduleRules(days=days)).cards["永"]
    assert step.phase == "learning" and step.due == START + timedelta(minutes=10)


def test_the_previews_are_what_the_ratings_lead_to() -> None:
    rules = ScheduleRules()
    new = previews(None, "永", START, rules)
    assert list(new) == ["again", "hard", "good", "easy"]
    assert [(due - START) / timedelta(minutes=1) for due in list(new.values())[:3]] == [1, 5.5, 10]
    state, later = replay(in_review(), rules).cards["永"], START + timedelta(days=3)
    expected = previews(state, "永", later, rules)
    assert expected["again"] < expected["hard"] < expected["good"] < expected["easy"]
    for rating, due in expected.items():
        actual = reviewed(state, "永", rating, later, UUID(int=7), rules).due
        assert abs((actual - due).days) <= (0 if rating == "again" else 5)


@pytest.mark.parametrize("retention", [0, -1, 2, 1, 0.49, float("nan")])
def test_a_retention_out_of_range_is_refused(retention: float) -> None:
    with pytest.raises(KanjiError, match=r"retention must be at least 0\.5 and below 1"):
        ScheduleRules(retention=retention)


def test_the_bounds_of_a_schedule_are_allowed_and_what_is_beyond_is_named() -> None:
    rules = ScheduleRules(retention=0.5, longest_days=1, learning_minutes=(), relearning_minutes=())
    assert (rules.retention, rules.longest_days) == (0.5, 1)
    with pytest.raises(KanjiError) as raised:
        ScheduleRules(longest_days=0, relearning_minutes=(10, 0))
    assert str(raised.value) == (
        "longest_days must be 1 or more; learning_minutes and relearning_minutes must be positive"
    )


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
    interval = (Days().of(state.due) - Days().of(state.last_review)).days
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
    days = [(Days().of(due) - START.date()).days - 60 for due in plain]
    start, _, fraction = FUZZ[2]
    middle = sum(days) / len(days)
    assert (
        max(days) - min(days) <= 2 * (1 + 4.5 * 0.15 + 13 * 0.1 + (middle - start) * fraction) + 2
    )


@pytest.mark.parametrize(
    ("days", "earliest", "latest"),
    [(2, 2, 2), (3, 2, 4), (7, 5, 9), (10, 8, 12), (20, 17, 23), (100, 93, 107)],
)
def test_the_fuzz_is_that_of_anki(days: int, earliest: int, latest: int) -> None:
    moved = {_fuzzed(days, f"{number}", 1825) for number in range(2000)}
    assert moved == set(range(earliest, latest + 1))
    longest = days + 1
    bounded = {_fuzzed(days, f"{number}", longest) for number in range(2000)}
    assert bounded == set(range(earliest, min(longest, latest) + 1))


def test_no_interval_is_longer_than_five_years_or_than_is_wished() -> None:
    for rules, longest in ((ScheduleRules(), 5 * 365), (ScheduleRules(longest_days=1), 1)):
        state, at = None, START
        for number in range(9):
            state = reviewed(state, "永", "easy", at, UUID(int=number), rules)
            at = state.due
        assert state is not None
        days = (rules.days.of(state.due) - rules.days.of(state.last_review)).days
        assert 0.9 * longest <= days <= longest


def test_recall_falls_to_nine_tenths_after_as_many_days_as_the_stability() -> None:
    rules = ScheduleRules()
    assert recall_probability(12.0, 12, rules) == pytest.approx(0.9)
    assert recall_probability(12.0, 0, rules) == recall_probability(12.0, -3, rules) == 1
    assert 0.8 < recall_probability(12.0, 24, rules) < 0.9


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


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_parameters_within_bounds_schedule_any_log(data: st.DataObject) -> None:
    bounds = zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    values = [data.draw(st.sampled_from((low, high, (low + high) / 2))) for low, high in bounds]
    rules = ScheduleRules(parameters=Parameters.of(values))
    misses = data.draw(st.lists(st.sampled_from((0, 0, 0, 3)), min_size=1, max_size=9))
    log = [attempt(n, days=n / 1000, misses=misses[n % len(misses)]) for n in range(300)]
    log += [attempt(300 + n, days=n * 40, misses=misses[n % len(misses)]) for n in range(1, 9)]
    card = replay(log, rules).cards["永"]
    assert 0 < card.stability <= MOST_STABILITY
    previews(card, "永", card.last_review, rules)


def test_a_kanji_practised_all_day_with_strong_parameters_can_still_be_scheduled() -> None:
    values = list(DEFAULT.values)
    values[17:20] = 2, 2, 0
    log = [attempt(n, days=n / 8640) for n in range(250)]
    card = replay(log, ScheduleRules(parameters=Parameters.of(values))).cards["永"]
    assert card.stability == MOST_STABILITY
