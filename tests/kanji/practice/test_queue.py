"""Which kanji comes next, forecasts, decks and look-alikes."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from uuid import UUID

import pytest

from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.matching.lookalikes import lookalikes, nearest
from kanji.practice.decks import deck
from kanji.practice.queue import Pick, QueueRules, Rest, forecast, leeches, next_up
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
    now = options.pop("now", NOON)
    return next_up(states, "永海", now, rules, SCHEDULE, **options)  # type: ignore[arg-type]


def test_learning_comes_before_due_before_new() -> None:
    due, learning = learned("字", ago=30), learned("書", ago=0.05, ratings="again")
    assert picked(cards(due, learning), QueueRules()) == Pick("書", "learning")
    assert picked(cards(due), QueueRules()) == Pick("字", "due")
    assert picked({}, QueueRules()) == Pick("永", "new")


def test_the_number_of_new_kanji_a_day_is_limited() -> None:
    rules = QueueRules(new_per_day=1)
    assert picked(cards(learned("永", ago=0.1)), rules) == Rest("done")
    assert picked(cards(learned("永", ago=1)), rules) == Pick("海", "new")


def test_the_day_is_in_the_learners_time_zone_and_begins_at_four() -> None:
    rules = QueueRules(new_per_day=1)
    night = datetime(2026, 3, 11, 2, tzinfo=UTC)
    assert rules.day(night) == date(2026, 3, 10)
    assert picked(cards(learned("永", ago=0.1)), rules, now=night) == Rest("done")
    tokyo = night.astimezone(timezone(timedelta(hours=9)))
    assert rules.day(tokyo) == date(2026, 3, 11)
    assert picked(cards(learned("永", ago=0.1)), rules, now=tokyo) == Pick("海", "new")


def test_a_backlog_is_spread_over_days_without_new_kanji() -> None:
    rules = QueueRules(reviews_per_day=2)
    states = cards(*(learned(k, ago=20 + n) for n, k in enumerate("一二三四五")))
    first = picked(states, rules)
    assert first == Pick("一", "due")  # the highest probability of recall
    for kanji in ("一", "二"):
        states[kanji] = reviewed(states[kanji], kanji, "good", NOON, UUID(int=9), SCHEDULE)
    assert picked(states, rules) == Rest("done")
    days = forecast(states.values(), NOON, rules, days=3)
    assert [count for _, count in days] == [2, 1, 0]
    away = QueueRules(reviews_per_day=2, vacations=((date(2026, 3, 10), date(2026, 3, 11)),))
    assert [count for _, count in forecast(states.values(), NOON, away, days=4)] == [0, 0, 2, 1]


def test_nothing_is_shown_in_quiet_hours_and_on_vacation() -> None:
    night = QueueRules(quiet=(time(22), time(7)))
    assert picked({}, night) == Pick("永", "new")
    assert picked({}, night, now=NOON.replace(hour=23)) == Rest("quiet")
    assert picked({}, night, now=NOON.replace(hour=6)) == Rest("quiet")
    assert picked({}, QueueRules(quiet=(time(9), time(13)))) == Rest("quiet")
    assert picked({}, QueueRules(vacations=((NOON.date(), NOON.date()),))) == Rest("vacation")


def test_a_skipped_kanji_comes_later() -> None:
    due = cards(learned("字", ago=30))
    rules = QueueRules(new_per_day=0)
    assert picked(due, rules, skipped={"字": NOON - timedelta(hours=1)}) == Rest("done")
    assert picked(due, rules, skipped={"字": NOON - timedelta(hours=5)}) == Pick("字", "due")


def test_lookalikes_are_not_shown_shortly_after_each_other_nor_introduced_too_soon() -> None:
    alike = {"永": frozenset("字"), "字": frozenset("永")}
    just = cards(learned("字", ago=0.01))
    assert picked(just, QueueRules(), lookalikes=alike) == Pick("海", "new")
    unsure = cards(learned("字", ago=0.5, ratings="again good good"))
    assert unsure["字"].stability < 7
    assert picked(unsure, QueueRules(), lookalikes=alike) == Pick("海", "new")
    sure = cards(learned("字", ago=0.5, ratings="easy easy"))
    assert picked(sure, QueueRules(), lookalikes=alike) == Pick("永", "new")


def test_a_leech_is_paused_and_listed() -> None:
    state = learned("字", ago=20, ratings="easy " + "again good good good " * 3)
    assert state.lapses >= 2 and not state.is_learning
    rules = QueueRules(leech_lapses=2, leech_days=30, new_per_day=0)
    assert picked(cards(state), rules) == Rest("done")
    assert picked(cards(state), QueueRules(new_per_day=0)) == Pick("字", "due")
    assert leeches([state, learned("永", ago=1)], rules) == (state,)


def test_invalid_rules_are_refused() -> None:
    with pytest.raises(KanjiError, match="0 or more"):
        QueueRules(new_per_day=-1)
    with pytest.raises(KanjiError, match="vacation"):
        QueueRules(vacations=((date(2026, 2, 2), date(2026, 2, 1)),))


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
    for name in ("component:☃", "jlpt-9", "☃", "grade-7"):
        with pytest.raises(KanjiError, match="deck"):
            deck(name, load_references())


def test_lookalikes_have_the_same_number_of_strokes_and_are_mutual() -> None:
    kanji = "末未漢漠永一"
    alike = lookalikes(kanji, load_references())
    assert alike["末"] == {"未"} and alike["未"] == {"末"} and alike["漢"] == {"漠"}
    assert "一" not in nearest(kanji, load_references())
