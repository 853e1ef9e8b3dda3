"""Which kanji comes next, forecasts, decks and look-alikes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.decks import deck
from kanji.practice.events import Attempt
from kanji.practice.forecast import forecast, leeches
from kanji.practice.queue import Pick, Rest, next_up, upcoming
from kanji.practice.queue_rules import QueueRules
from kanji.practice.replay import replay
from kanji.practice.schedule import CardState, ScheduleRules, reviewed

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SCHEDULE = ScheduleRules()


def learned(kanji: str, *, ago: float, ratings: str = "good good") -> CardState:
    """A card reviewed with these ratings, ten minutes apart, the last one `ago` days ago."""
    state, names = None, ratings.split()
    for number, rating in enumerate(names):
        at = NOON - timedelta(days=ago, minutes=10 * (len(names) - number - 1))
        state = reviewed(state, kanji, rating, at, UUID(int=number + 1), SCHEDULE)
    assert state is not None
    return state


def cards(*states: CardState) -> dict[str, CardState]:
    return {state.kanji: state for state in states}


def picked(states: dict[str, CardState], rules: QueueRules, **options: object) -> Pick | Rest:
    now, schedule = options.pop("now", NOON), options.pop("schedule", SCHEDULE)
    kanji = options.pop("deck", "永海")
    return next_up(states, kanji, now, rules, schedule, **options)  # type: ignore[arg-type]


def test_learning_comes_before_due_before_new() -> None:
    due, learning = learned("字", ago=30), learned("書", ago=0.05, ratings="again")
    assert picked(cards(due, learning), QueueRules()) == Pick("書", "learning")
    assert picked(cards(due), QueueRules()) == Pick("字", "due")
    assert picked({}, QueueRules()) == Pick("永", "new")


def test_the_number_of_new_kanji_a_day_is_limited() -> None:
    rules = QueueRules(new_per_day=1)
    assert picked(cards(learned("永", ago=0.1)), rules) == Rest("done")
    assert picked(cards(learned("永", ago=1)), rules) == Pick("海", "new")


def test_the_limit_of_new_kanji_is_for_a_day_in_the_learners_time_zone() -> None:
    rules, states = QueueRules(new_per_day=1), cards(learned("永", ago=0.1))
    night = datetime(2026, 3, 11, 2, tzinfo=UTC)
    assert picked(states, rules, now=night) == Rest("done")
    tokyo = ScheduleRules(days=Days(time_zone="Asia/Tokyo"))  # where it is 11 in the morning
    assert picked(states, rules, now=night, schedule=tokyo) == Pick("海", "new")


def test_quiet_hours_and_vacations_are_in_the_learners_time_zone() -> None:
    tokyo = ScheduleRules(days=Days(time_zone="Asia/Tokyo"))  # 21 o'clock
    evening = QueueRules(quiet=(time(20), time(22)))
    assert picked({}, evening, schedule=tokyo) == Rest("quiet")
    assert picked({}, evening) == Pick("永", "new")
    night = NOON + timedelta(hours=8)  # 5 in the morning of the next day in Tokyo
    vacation = QueueRules(vacations=((date(2026, 3, 11), date(2026, 3, 11)),))
    assert picked({}, vacation, now=night, schedule=tokyo) == Rest("vacation")
    assert picked({}, vacation, now=night) == Pick("永", "new")


def test_the_next_kanji_are_listed_in_the_order_they_will_be_shown() -> None:
    states = cards(
        learned("字", ago=30), learned("書", ago=0.05, ratings="again"), learned("一", ago=40)
    )
    rules = QueueRules(new_per_day=2)
    expected = [("書", "learning"), ("一", "due"), ("字", "due"), ("永", "new")]
    for limit in range(1, 5):
        picks = upcoming(states, "永海三", NOON, rules, SCHEDULE, limit=limit)
        assert picks == tuple(Pick(*one) for one in expected[:limit])
    assert upcoming(states, "永海三", NOON, QueueRules(new_per_day=0), SCHEDULE, limit=9) == tuple(
        Pick(*one) for one in expected[:3]
    )


def test_the_list_has_no_new_kanji_beyond_the_limit_nor_two_that_look_alike() -> None:
    alike = {"未": frozenset("末"), "末": frozenset("未")}
    rules = QueueRules(new_per_day=3, reviews_per_day=1)
    picks = upcoming({}, "未末海永三", NOON, rules, SCHEDULE, limit=9, lookalikes=alike)
    assert picks == (Pick("未", "new"), Pick("海", "new"), Pick("永", "new"))
    backlog = cards(learned("字", ago=30), learned("書", ago=40))
    assert upcoming(backlog, "永", NOON, rules, SCHEDULE, limit=9) == (Pick("字", "due"),)
    assert upcoming({}, "", NOON, rules, SCHEDULE, limit=9) == Rest("done")


@pytest.mark.parametrize("written", ["頰", "頬", "頰\U000e0100"])
def test_a_kanji_in_another_encoding_is_the_same_card(written: str) -> None:
    log = [Attempt(id=UUID(int=n), at=NOON, kanji=written) for n in (1, 2)]
    states = replay(log, SCHEDULE).cards
    assert list(states) == ["頬"] and states["頬"].reviews == 2
    assert deck(written, load_references()) == ("頬",)
    assert picked(states, QueueRules(), deck=[written]) == Rest("done")


def test_a_backlog_is_spread_over_days_without_new_kanji() -> None:
    rules = QueueRules(reviews_per_day=2)
    states = cards(*(learned(k, ago=20 + n) for n, k in enumerate("一二三四五")))
    first = picked(states, rules)
    assert first == Pick("一", "due")  # the highest probability of recall
    for kanji in ("一", "二"):
        states[kanji] = reviewed(states[kanji], kanji, "good", NOON, UUID(int=9), SCHEDULE)
    assert picked(states, rules) == Rest("done")
    due = [state.due for state in states.values()]
    assert [count for _, count in forecast(due, NOON, rules, SCHEDULE, days=3)] == [2, 1, 0]
    away = QueueRules(reviews_per_day=2, vacations=((date(2026, 3, 10), date(2026, 3, 11)),))
    assert [count for _, count in forecast(due, NOON, away, SCHEDULE, days=4)] == [0, 0, 2, 1]


def test_nothing_is_shown_in_quiet_hours_and_on_vacation() -> None:
    night = QueueRules(quiet=(time(22), time(7)))
    assert picked({}, night) == Pick("永", "new")
    assert picked({}, night, now=NOON.replace(hour=23)) == Rest("quiet")
    assert picked({}, night, now=NOON.replace(hour=6)) == Rest("quiet")
    assert picked({}, QueueRules(quiet=(time(9), time(13)))) == Rest("quiet")
    assert picked({}, QueueRules(vacations=((NOON.date(), NOON.date()),))) == Rest("vacation")


def test_quiet_hours_begin_and_end_on_the_minute() -> None:
    night, morning = (time(22), time(7)), (time(9), time(13))
    for quiet, first, last in ((night, 22, 7), (morning, 9, 13)):
        rules = QueueRules(quiet=quiet)
        assert picked({}, rules, now=NOON.replace(hour=first)) == Rest("quiet")
        earlier = NOON.replace(hour=first) - timedelta(minutes=1)
        assert picked({}, rules, now=earlier) == Pick("永", "new")
        assert picked({}, rules, now=NOON.replace(hour=last)) == Pick("永", "new")
        until = NOON.replace(hour=last) - timedelta(minutes=1)
        assert picked({}, rules, now=until) == Rest("quiet")
    assert picked({}, QueueRules(quiet=(time(12), time(12)))) == Pick("永", "new")  # no hours


def test_a_card_is_due_from_its_moment_on_and_is_of_today_from_the_start_of_the_day() -> None:
    state = replace(learned("字", ago=9), due=NOON)
    rules = QueueRules(new_per_day=0)
    assert picked(cards(state), rules) == Pick("字", "due")
    assert picked(cards(state), rules, now=NOON - timedelta(seconds=1)) == Rest("done")
    start = SCHEDULE.days.begin(NOON.date())
    one_new = QueueRules(new_per_day=1)
    for at, expected in (
        (start, Rest("done")),
        (start - timedelta(seconds=1), Pick("永", "new")),
    ):
        first = replace(state, first_review=at, last_review=at, due=NOON + timedelta(days=1))
        assert picked(cards(first), one_new) == expected


def test_what_was_reviewed_today_counts_in_the_days_limit_and_what_was_new_does_not() -> None:
    rules = QueueRules(reviews_per_day=1)
    reviewed_today = replace(learned("一", ago=9), last_review=NOON, due=NOON + timedelta(days=9))
    new_today = replace(reviewed_today, kanji="二", first_review=NOON)
    assert picked(cards(learned("字", ago=30)), rules) == Pick("字", "due")
    assert picked(cards(learned("字", ago=30), new_today), rules) == Pick("字", "due")
    assert picked(cards(learned("字", ago=30), reviewed_today), rules) == Rest("done")


def test_a_skipped_kanji_comes_later() -> None:
    due = cards(learned("字", ago=30))
    rules = QueueRules(new_per_day=0)
    assert picked(due, rules, skipped={"字": NOON - timedelta(hours=1)}) == Rest("done")
    assert picked(due, rules, skipped={"字": NOON - timedelta(hours=4)}) == Pick("字", "due")
    limit = NOON - timedelta(hours=rules.skip_hours)
    assert picked(due, rules, skipped={"字": limit + timedelta(seconds=1)}) == Rest("done")
    assert picked(due, rules, skipped={"字": limit}) == Pick("字", "due")


def test_lookalikes_are_not_shown_shortly_after_each_other_nor_introduced_too_soon() -> None:
    alike = {"永": frozenset("字"), "字": frozenset("永")}
    just = cards(learned("字", ago=0.01))
    assert picked(just, QueueRules(), lookalikes=alike) == Pick("海", "new")
    unsure = cards(learned("字", ago=0.3, ratings="again good good"))
    assert unsure["字"].stability < 7
    assert picked(unsure, QueueRules(), lookalikes=alike) == Pick("海", "new")
    sure = cards(learned("字", ago=0.3, ratings="easy easy"))
    assert picked(sure, QueueRules(), lookalikes=alike) == Pick("永", "new")


def test_lookalikes_are_an_hour_apart_and_wait_for_a_stability_of_a_week() -> None:
    alike = {"永": frozenset("字"), "字": frozenset("永")}
    for minutes, expected in ((59, "海"), (60, "永")):
        state = replace(learned("字", ago=minutes / 1440), stability=7.0)
        state = replace(state, last_review=NOON - timedelta(minutes=minutes))
        assert picked(cards(state), QueueRules(), lookalikes=alike) == Pick(expected, "new")
    unsure = replace(learned("字", ago=0.3), stability=6.99)
    assert picked(cards(unsure), QueueRules(), lookalikes=alike) == Pick("海", "new")


def test_a_leech_is_paused_and_listed() -> None:
    state = learned("字", ago=20, ratings="easy " + "again good good good " * 3)
    assert state.lapses >= 2 and not state.is_learning
    rules = QueueRules(leech_lapses=2, leech_days=30, new_per_day=0)
    assert picked(cards(state), rules) == Rest("done")
    assert picked(cards(state), QueueRules(new_per_day=0)) == Pick("字", "due")
    assert leeches({"字": state.lapses, "永": 0, "海": 9}, rules) == ("海", "字")
    assert leeches({"一": 6, "二": 5}, QueueRules()) == ("一",)  # from the sixth time on


def test_a_leech_is_shown_once_a_week() -> None:
    state = replace(learned("字", ago=0, ratings="easy easy"), lapses=6)
    for days, expected in ((6, Rest("done")), (7, Pick("字", "due"))):
        at = NOON + timedelta(days=days)
        due = replace(state, due=at)
        assert picked(cards(due), QueueRules(new_per_day=0), now=at) == expected
        assert picked(cards(replace(due, lapses=5)), QueueRules(new_per_day=0), now=at) == Pick(
            "字", "due"
        )


def test_a_forecast_is_of_two_weeks_by_default_and_ends_with_its_last_day() -> None:
    due = [NOON + timedelta(days=days) for days in (-3, 0, 13, 14)]
    counts = [count for _, count in forecast(due, NOON, QueueRules(), SCHEDULE)]
    assert counts == [2, *[0] * 12, 1]


def test_zero_and_a_vacation_of_one_day_are_allowed() -> None:
    day = (NOON.date(), NOON.date())
    rules = QueueRules(0, 0, None, (day,), 0, 0, 0, 0, 0)
    assert rules.is_vacation(NOON.date())
    with pytest.raises(KanjiError, match="reviews_per_day must be 0 or more"):
        QueueRules(reviews_per_day=-1)


def test_invalid_rules_are_refused() -> None:
    backwards = (date(2026, 2, 2), date(2026, 2, 1))
    with pytest.raises(KanjiError) as raised:
        QueueRules(new_per_day=-1, leech_days=-1, vacations=(backwards,))
    assert str(raised.value) == (
        "new_per_day must be 0 or more; leech_days must be 0 or more;"
        " the vacation from 2026-02-02 to 2026-02-01 ends before it begins"
    )


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [("jlpt-5", "日", 79), ("grade-1", "日", 80), ("frequency-30", "日", 30), ("未末 未", "未", 2)],
)
def test_a_deck_has_its_size_and_its_first_kanji(name: str, first: str, count: int) -> None:
    kanji = deck(name, load_references())
    assert (kanji[0], len(kanji)) == (first, count)


def test_a_deck_of_a_component_and_no_empty_or_unknown_deck() -> None:
    kanji = deck("component:氵", load_references())
    assert {"海", "決", "泣"} <= set(kanji) and "永" not in kanji
    for name in ("component:☃", "jlpt-9", "☃", "grade-7", "component:", "frequency-0", "N5"):
        with pytest.raises(KanjiError, match="deck"):
            deck(name, load_references())
    with pytest.raises(KanjiError, match=r"no deck 'joyu'.*did you mean joyo"):  # not j, o, y, u
        deck("joyu", load_references())
