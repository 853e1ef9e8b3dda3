"""The part of the progress that a queue needs, and how long the queue stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanji.practice.days import Days
from kanji.practice.queue import picks_of, upcoming
from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import CardState, ScheduleRules, reviewed
from kanji.practice.standing import Standing, unchanged_until

NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks change in the night
DECK = "一二三四五六七八九十"
ALIKE = {"二": frozenset("三"), "三": frozenset("二五"), "五": frozenset("三六")}
BERLIN = ScheduleRules(days=Days(time_zone="Europe/Berlin"))


def before(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


HOURS = st.sampled_from((0.2, 1, 5, 20, 30, 200, 900))
CARDS = st.dictionaries(
    st.sampled_from(DECK),
    st.lists(st.tuples(HOURS, st.sampled_from(("again", "good", "easy"))), min_size=1, max_size=4),
)
SKIPPED = st.dictionaries(st.sampled_from(DECK), HOURS.map(before))
RULES = st.builds(
    QueueRules,
    new_per_day=st.integers(0, 4),
    reviews_per_day=st.sampled_from((None, 0, 2)),
    quiet=st.sampled_from((None, (time(13), time(15)), (time(2, 30), time(7)))),
    leech_lapses=st.sampled_from((1, 6)),
    leech_days=st.just(3),
)


def card(kanji: str, reviews: list[tuple[float, str]]) -> CardState:
    """A card with reviews some hours before NOW, each with its rating."""
    state = None
    for number, (hours, rating) in enumerate(sorted(reviews, reverse=True)):
        at = before(hours) + timedelta(seconds=number)
        state = reviewed(state, kanji, rating, at, UUID(int=number), BERLIN)
    assert state is not None
    return state


@settings(deadline=None)
@given(reviews=CARDS, skipped=SKIPPED, rules=RULES, hours=st.floats(0, 40))
def test_cards_that_are_neither_due_nor_of_today_do_not_matter(
    reviews: dict[str, list[tuple[float, str]]],
    skipped: dict[str, datetime],
    rules: QueueRules,
    hours: float,
) -> None:
    now = NOW + timedelta(hours=hours)
    cards = {kanji: card(kanji, given) for kanji, given in reviews.items()}
    whole = Standing.of(cards, skipped, now, rules)
    today = BERLIN.days.begin(BERLIN.days.of(now))
    part = Standing(
        [one for one in cards.values() if one.due <= now or one.last_review >= today],
        "".join(whole.introduced),
        "".join(whole.unstable),
        {k: at for k, at in skipped.items() if now - at < timedelta(hours=rules.skip_hours)},
        whole.next_due,
    )
    expected = upcoming(cards, DECK, now, rules, BERLIN, limit=5, lookalikes=ALIKE, skipped=skipped)
    assert picks_of(part, DECK, now, rules, BERLIN, limit=5, lookalikes=ALIKE) == expected
    assert unchanged_until(part, now, rules, BERLIN) == unchanged_until(whole, now, rules, BERLIN)


@settings(deadline=None)
@given(reviews=CARDS, skipped=SKIPPED, rules=RULES, fraction=st.floats(0, 1, exclude_max=True))
def test_the_queue_stays_as_it_is_until_a_moment_that_is_known(
    reviews: dict[str, list[tuple[float, str]]],
    skipped: dict[str, datetime],
    rules: QueueRules,
    fraction: float,
) -> None:
    cards = {kanji: card(kanji, given) for kanji, given in reviews.items()}
    now = NOW
    for _ in range(12):
        until = unchanged_until(Standing.of(cards, skipped, now, rules), now, rules, BERLIN)
        later = min(now + fraction * (until - now), until - timedelta.resolution)
        if later > now:
            shown = [
                upcoming(cards, DECK, at, rules, BERLIN, limit=5, lookalikes=ALIKE, skipped=skipped)
                for at in (now, later)
            ]
            assert shown[0] == shown[1]
        now = until if until > now else now + timedelta(hours=1)


def test_the_next_card_is_due_at_the_first_moment_that_is_still_to_come() -> None:
    def standing(*hours: float) -> Standing:
        dues = zip(DECK, hours, strict=False)
        of = {k: replace(card(k, [(30, "good")]), due=before(-ahead)) for k, ahead in dues}
        return Standing.of(of, {}, NOW, QueueRules())

    assert standing(5, 3, -1, 0, 9).next_due == before(-3)
    assert standing(-1, 0).next_due is None


def test_the_moments_at_which_a_queue_can_change() -> None:
    rules = QueueRules(quiet=(time(22), time(7)))
    learning = card("一", [(0.5, "again"), (0.2, "good")])
    standing = Standing.of({"一": learning}, {"二": before(1)}, NOW, rules)
    apart, skip = learning.last_review + timedelta(hours=1), before(1) + timedelta(hours=4)
    moments = [NOW]
    for _ in range(3):
        moments.append(unchanged_until(standing, moments[-1], rules, BERLIN))
    assert moments[1:] == [apart, skip, NOW.replace(hour=21)]
    assert all(first < second for first, second in pairwise(moments))


def test_quiet_hours_after_midnight_are_seen_from_the_evening_before() -> None:
    rules, evening = QueueRules(quiet=(time(1), time(2))), NOW.replace(day=20, hour=22)
    moments = [evening]
    for _ in range(2):
        standing = Standing.of({}, {}, moments[-1], rules)
        moments.append(unchanged_until(standing, moments[-1], rules, BERLIN))
    assert moments[1:] == [NOW.replace(day=21, hour=hour) for hour in (0, 1)]  # in UTC


@pytest.mark.parametrize(("quiet", "is_known"), [(None, True), ((time(22), time(7)), False)])
def test_nothing_is_said_of_quiet_hours_when_the_clocks_change(
    quiet: tuple[time, time] | None, is_known: bool
) -> None:
    rules, night = QueueRules(quiet=quiet), NOW.replace(hour=23)
    standing = Standing.of({}, {}, night, rules)
    assert (unchanged_until(standing, night, rules, BERLIN) > night) is is_known
