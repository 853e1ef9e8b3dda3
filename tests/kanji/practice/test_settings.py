"""A learner's settings: read from JSON, checked, and turned into rules."""

import json
from datetime import date, time

import pytest

from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.hints import HintLadder
from kanji.practice.parameters import DEFAULT, OwnParameters
from kanji.practice.rating import RatingRules
from kanji.practice.settings import Settings, setting_faults

SETTINGS = Settings(
    decks=("jlpt-5", "未末"),
    leniency=1.5,
    new_per_day=3,
    reviews_per_day=50,
    retention=0.85,
    quiet=(time(22), time(7, 30)),
    vacations=((date(2026, 8, 1), date(2026, 8, 14)),),
    day_start=time(3, 30),
    time_zone="Asia/Tokyo",
    ratings=RatingRules(easy_fraction=0.7),
    hints=HintLadder(outline=None),
)


@pytest.mark.parametrize("settings", [Settings(), SETTINGS])
def test_settings_are_read_back_as_written(settings: Settings) -> None:
    wire = json.loads(json.dumps(settings.to_dict()))
    assert Settings.from_dict(wire) == settings
    assert setting_faults(wire) == {}
    assert Settings.from_dict({}) == Settings()


def test_the_rules_have_the_values_of_the_settings() -> None:
    schedule, queue = SETTINGS.schedule("somebody"), SETTINGS.queue()
    assert (schedule.user, schedule.retention) == ("somebody", 0.85)
    assert schedule.days == SETTINGS.days == Days(time(3, 30), "Asia/Tokyo")
    assert schedule.ratings.easy_fraction == 0.7
    assert (queue.new_per_day, queue.reviews_per_day) == (3, 50)
    assert (queue.quiet, queue.vacations) == (SETTINGS.quiet, SETTINGS.vacations)


def test_several_decks_are_one_after_the_other_without_repetitions() -> None:
    references = load_references()
    kanji = Settings(decks=("未末", "頰 日", "grade-1")).deck(references)
    assert kanji[:4] == ("未", "末", "頬", "日") and len(kanji) == len(set(kanji)) == 83
    with pytest.raises(KanjiError, match=r"decks: the deck 'jlpt-9'.*; decks: no deck '☃'"):
        Settings(decks=("jlpt-9", "joyo", "☃")).deck(references)


@pytest.mark.parametrize("retention", [0, -1, 2, 0.69, float("nan")])
def test_a_retention_out_of_range_is_refused(retention: float) -> None:
    message = rf"retention is {retention}: give a number from 0\.7 to 0\.99; 0\.9 is usual"
    with pytest.raises(KanjiError, match=message):
        Settings(retention=retention)
    with pytest.raises(KanjiError, match=message):
        Settings.from_dict({"retention": retention})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("decks", [], "decks is []: give a list of 1 to 50 names"),
        ("decks", "joyo", "decks is 'joyo': give a list"),
        ("decks", [""], "decks is ['']"),
        ("leniency", 9, "leniency is 9: give a number from 0.3 to 3.0; 1 is normal"),
        ("leniency", True, "leniency is True"),
        ("new_per_day", -1, "new_per_day is -1: give a whole number from 0 to 9999"),
        ("new_per_day", 1.5, "new_per_day is 1.5"),
        ("new_per_day", None, "new_per_day is None"),
        ("reviews_per_day", "9", "reviews_per_day is '9': give a whole number from 0 to 9999, or"),
        ("quiet", ["22:00"], "quiet is ['22:00']: give two local times such as"),
        ("quiet", ["22:00+09:00", "07:00"], "give two local times"),
        ("vacations", [["2026-02-02", "2026-02-01"]], "the first no later than the last"),
        ("vacations", [["2026-02-30", "2026-03-01"]], "vacations is"),
        ("day_start", "25:00", "day_start is '25:00': give a local time such as \"04:00\""),
        ("day_start", "04:00:30", "day_start is"),
        ("time_zone", "Asia/Tokio", "unknown time zone 'Asia/Tokio'"),
        ("time_zone", "localtime", "unknown time zone 'localtime'"),  # another on each machine
        ("time_zone", 9, "time_zone is 9: give an IANA name such as Asia/Tokyo"),
        ("ratings", {"again_misses": 0}, "ratings: again_misses must be no less than hard_misses"),
        ("ratings", {"hard_mises": 1}, "unknown field 'hard_mises'; did you mean hard_misses?"),
        ("ratings", {"hard_misses": 1.5}, "ratings: hard_misses is 1.5: its type must be int"),
        ("hints", {"outline": 3}, "hints: outline, animation and auto_draw are numbers of misses"),
        ("hints", [1, 2, 3], "hints is [1, 2, 3]: give an object"),
        ("retentoin", 0.9, "unknown setting 'retentoin'; did you mean retention?"),
    ],
)
def test_a_fault_names_the_setting_and_what_to_give(name: str, value: object, message: str) -> None:
    faults = setting_faults({name: value, "decks": ["joyo"]} if name != "decks" else {name: value})
    assert list(faults) == [name]
    assert message in faults[name]


@pytest.mark.parametrize(
    ("name", "allowed", "beyond"),
    [
        ("decks", [["joyo"] * 50], [["joyo"] * 51]),
        ("leniency", [0.3, 3.0], [0.29, 3.01]),
        ("new_per_day", [0, 9999, 5.0], [10_000]),
        ("reviews_per_day", [0, 9999, None], [10_000]),
        ("retention", [0.7, 0.99], [0.699, 0.991]),
        ("vacations", [[["2026-08-01", "2026-08-01"]] * 100], [[["2026-08-01"] * 2] * 101]),
        ("vacations", [], [[["2026-W32-1"] * 2], [["20260801"] * 2], [["2026-08-01T00"] * 2]]),
        ("quiet", [["22:00", "07:00"]], [["22", "07:00"], ["22:00", "07:00Z"], ["2200", "0700"]]),
        ("keep_ink", [True, False], [1]),
        ("day_start", ["00:00", "23:59"], ["24:01", "04:00:00.5", "04:00:00", "4:00"]),
    ],
)
def test_the_bounds_of_a_setting_are_allowed_and_what_is_beyond_is_not(
    name: str, allowed: list[object], beyond: list[object]
) -> None:
    assert [setting_faults({name: value}) for value in allowed] == [{}] * len(allowed)
    assert [list(setting_faults({name: value})) for value in beyond] == [[name]] * len(beyond)


def test_a_new_learner_has_these_settings() -> None:
    wire = Settings().to_dict()
    assert (wire.pop("ratings")["again_misses"], wire.pop("hints")["outline"]) == (3, 1)
    assert wire == {
        "decks": ["joyo"],
        "leniency": 1.0,
        "new_per_day": 5,
        "reviews_per_day": None,
        "retention": 0.9,
        "quiet": None,
        "vacations": [],
        "day_start": "04:00",
        "time_zone": "UTC",
        "keep_ink": False,
        "fit_parameters": True,
        "parameters": None,
    }


def test_a_long_value_is_shortened_in_a_fault() -> None:
    (fault,) = setting_faults({"leniency": "x" * 58}).values()
    assert fault.startswith(f"leniency is '{'x' * 58}': give")
    (fault,) = setting_faults({"leniency": "x" * 59}).values()
    assert fault.startswith(f"leniency is '{'x' * 56}...: give")


def test_own_parameters_are_read_with_or_without_the_length_of_their_log() -> None:
    values = list(DEFAULT.values)
    own = Settings.from_dict({"parameters": {"values": values, "events": 600}}).parameters
    assert own == OwnParameters(DEFAULT.values, 600)
    assert Settings.from_dict({"parameters": {"values": values}}).parameters == OwnParameters(
        DEFAULT.values, 0
    )
    for wrong in ({"events": 1}, {"values": values, "more": 1}, {"values": "x"}):
        assert list(setting_faults({"parameters": wrong})) == ["parameters"]


def test_all_faults_are_named_at_once() -> None:
    wire = {"retention": 2, "new_per_day": -1, "colour": "red", "time_zone": "UTC"}
    assert set(setting_faults(wire)) == {"retention", "new_per_day", "colour"}
    with pytest.raises(KanjiError, match=r"retention is 2.*; new_per_day is -1.*; unknown setting"):
        Settings.from_dict(wire)
    with pytest.raises(KanjiError, match=r"leniency is 0.*; retention is 2"):
        Settings(retention=2, leniency=0)
    assert setting_faults([]) == {"": "settings are []: give an object"}
