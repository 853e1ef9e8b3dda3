"""The learner's days: where they begin, also where the clocks change."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanji.errors import KanjiError
from kanji.practice.days import ONE_DAY, Days

ZONES = ("UTC", "Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu")


def test_a_day_begins_at_four_in_the_learners_time_zone() -> None:
    night = datetime(2026, 3, 11, 2, tzinfo=UTC)  # 11 o'clock in Tokyo
    assert Days().of(night) == date(2026, 3, 10)
    assert Days(time_zone="Asia/Tokyo").of(night) == date(2026, 3, 11)
    assert Days(start=time(2)).of(night) == date(2026, 3, 11)
    tokyo = Days(time_zone="Asia/Tokyo").begin(date(2026, 3, 11))
    assert tokyo == datetime(2026, 3, 10, 19, tzinfo=UTC)


def test_time_zones_are_known_where_the_machine_has_no_table_of_them() -> None:
    code = "from kanji.practice.days import Days; Days(time_zone='US/Eastern')"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONTZPATH": ""}, check=True)


@pytest.mark.parametrize(("day", "hours"), [(28, 24), (29, 23), (30, 24)])
def test_a_day_has_23_hours_when_summer_time_begins(day: int, hours: int) -> None:
    days = Days(start=time(0), time_zone="Europe/Berlin")
    begin, end = days.begin(date(2026, 3, day)), days.begin(date(2026, 3, day + 1))
    assert end - begin == timedelta(hours=hours)
    assert days.of(begin) == days.of(end - timedelta(seconds=1)) == date(2026, 3, day)


def test_a_day_that_begins_at_an_hour_the_clocks_skip_or_repeat_begins_once() -> None:
    days = Days(start=time(2, 30), time_zone="Europe/Berlin")
    assert days.begin(date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 there
    assert days.begin(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second_time = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 2:15 there, after 2:30 has been once
    assert days.of(second_time) == date(2026, 10, 25)


@given(
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)),
)
def test_each_moment_is_in_the_day_that_begins_last_before_it(
    zone: str, start: time, naive: datetime
) -> None:
    days, moment = Days(start, zone), naive.replace(tzinfo=UTC)
    day = days.of(moment)
    assert days.begin(day) <= moment < days.begin(day + ONE_DAY)


def test_an_unknown_time_zone_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(KanjiError, match=r"'Asia/Tokio'.*did you mean Asia/Tokyo\?"):
        Days(time_zone="Asia/Tokio")
    with pytest.raises(KanjiError, match=r"unknown time zone '\.\./\.\./etc/passwd'"):
        Days(time_zone="../../etc/passwd")
    with pytest.raises(KanjiError, match="without a zone"):
        Days(start=time(4, tzinfo=UTC))
