"""A learner's own parameters, fitted to a log."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import fsrs
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from kanji.errors import KanjiError
from kanji.practice import prediction
from kanji.practice.days import Days
from kanji.practice.events import Attempt
from kanji.practice.log import to_wire
from kanji.practice.parameters import DEFAULT, OwnParameters, Parameters, fit, some_kanji
from kanji.practice.rating import Rated
from kanji.practice.replay import replay
from kanji.practice.schedule import ScheduleRules
from service.cli import main as hitsujun

START = datetime(2026, 1, 1, tzinfo=UTC)


def forgetful(count: int) -> tuple[Rated, ...]:
    """Attempts of a learner who forgets nearly everything within days."""
    log = []
    for number in range(count):
        kanji, session = chr(0x4E00 + number % 100), number // 100
        at = START + timedelta(days=4 * session, minutes=number % 100)
        misses = 3 if session and (number + session) % 5 else 0
        log.append(Attempt(id=UUID(int=number + 1), at=at, kanji=kanji, misses=misses))
    return replay(log, ScheduleRules()).rated


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # pandas' and tqdm's own
def test_the_parameters_of_a_forgetful_learner_give_shorter_intervals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, saved = tmp_path / "log.jsonl", tmp_path / "parameters.json"
    log.write_text("".join(json.dumps(to_wire(one.attempt)) + "\n" for one in forgetful(900)))
    assert hitsujun(["tune", str(log), "-o", str(saved)]) == 0
    fitted = Parameters.load(saved)
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"version": fitted.version, "attempts": 900}
    assert fitted != DEFAULT and fitted.version != DEFAULT.version
    assert fitted.values[2] < DEFAULT.values[2]  # the stability after a first "good", in days
    assert Parameters.of(fitted.values) == fitted
    state = replay(
        [Attempt(id=UUID(int=1), at=START, kanji="永")], ScheduleRules(parameters=fitted)
    ).cards["永"]
    assert state.parameters == fitted.version


def test_parameters_that_predict_no_better_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log, saved = tmp_path / "log.jsonl", tmp_path / "parameters.json"
    log.write_text("".join(json.dumps(to_wire(one.attempt)) + "\n" for one in forgetful(200)))
    monkeypatch.setattr(prediction, "fit", lambda rated, days: DEFAULT)
    assert hitsujun(["tune", str(log), "-o", str(saved)]) == 2
    assert "last 20% no better than the default ones" in capsys.readouterr().err
    assert not saved.exists()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[fsrs.ReviewLog]:
    """What fsrs's optimizer gets; it finds values of one percent more than the defaults."""
    given: list[fsrs.ReviewLog] = []

    class Optimizer:
        def __init__(self, logs: list[fsrs.ReviewLog]) -> None:
            given.extend(logs)

        def compute_optimal_parameters(self) -> list[float]:
            return [value * 1.01 for value in DEFAULT.values]

    monkeypatch.setattr(fsrs, "Optimizer", Optimizer)
    return given


def test_fsrs_gets_each_attempt_with_its_rating_on_a_day_of_the_learner(
    given: list[fsrs.ReviewLog],
) -> None:
    rated = forgetful(900)
    fitted = fit(rated, Days())
    names = {"again": fsrs.Rating.Again, "good": fsrs.Rating.Good}
    assert [log.rating for log in given] == [names[one.rating.rating] for one in rated]
    assert [chr(log.card_id) for log in given] == [one.attempt.kanji for one in rated]
    days = [(later.review_datetime - given[0].review_datetime).days for later in given]
    assert days == [(one.attempt.at - START).days for one in rated]
    assert len(fitted.version) == 12 and fitted.values[2] > DEFAULT.values[2]


def test_values_that_do_not_match_their_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "parameters.json"
    Parameters.of(DEFAULT.values).save(path)
    assert Parameters.load(path).values == DEFAULT.values
    wire = json.loads(path.read_text())
    for change in ({"values": wire["values"][:20]}, {"version": "x"}, {"values": None}):
        path.write_text(json.dumps(wire | change))
        with pytest.raises(KanjiError, match="no parameters of FSRS-6"):
            Parameters.load(path)


def test_too_few_reviews_are_not_fitted() -> None:
    with pytest.raises(KanjiError, match="200 reviews on later days"):
        fit(forgetful(300), Days())


def test_512_reviews_on_later_days_are_enough(given: list[fsrs.ReviewLog]) -> None:
    """The first hundred attempts are the first at their kanji."""
    assert fit(forgetful(612), Days()) != DEFAULT
    with pytest.raises(KanjiError, match="511 reviews on later days"):
        fit(forgetful(611), Days())
    assert len(given) == 612


def test_of_a_long_log_all_attempts_at_some_kanji_are_used(given: list[fsrs.ReviewLog]) -> None:
    rated = forgetful(900)
    assert some_kanji(rated, 900) is rated
    some = some_kanji(rated, 450)  # nine at each kanji
    assert len(some) == 450
    kanji = {one.attempt.kanji for one in some}
    assert len(kanji) == 50 and some == [one for one in rated if one.attempt.kanji in kanji]
    assert {one.attempt.kanji for one in some_kanji(rated[::-1], 450)} == kanji
    fit(forgetful(8100), Days())
    assert len(given) == 7938  # 98 kanji of 81 attempts each: at most 8000


def test_own_parameters_are_as_many_as_fsrs_has_and_within_its_bounds() -> None:
    bounds = (LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS)
    for values in bounds:
        assert OwnParameters(tuple(values), 0).values == tuple(values)
    for values, events, message in (
        (DEFAULT.values[:20], 0, "values are 20: FSRS-6 has 21"),
        ((0.0, *DEFAULT.values[1:]), 0, "value 0 is 0.0: FSRS-6 allows"),
        ((*DEFAULT.values[:20], 9.0), 0, "value 20 is 9.0: FSRS-6 allows"),
        (DEFAULT.values, -1, "events is -1"),
    ):
        with pytest.raises(KanjiError, match=message):
            OwnParameters(values, events)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--time-zone", "Asia/Tokio"], "did you mean Asia/Tokyo?"),
        (["--time-zone", "Asia/Tokyo", "--day-start", "03:30"], "0 reviews on later days"),
    ],
)
def test_the_days_of_a_fit_are_the_learners(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str], message: str
) -> None:
    log, saved = tmp_path / "log.jsonl", tmp_path / "parameters.json"
    # Two days in UTC, but the morning and the night of one day in Tokyo.
    times = (START.replace(hour=20), START.replace(day=2, hour=17))
    attempts = [Attempt(id=UUID(int=n), at=at, kanji="永") for n, at in enumerate(times)]
    log.write_text("".join(json.dumps(to_wire(one)) + "\n" for one in attempts))
    assert hitsujun(["tune", str(log), "-o", str(saved), *option]) == 2
    assert message in capsys.readouterr().err
    assert [one.elapsed_days for one in replay(attempts, ScheduleRules()).rated] == [None, 1]


def test_a_bad_day_start_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        hitsujun(["tune", "log.jsonl", "-o", "out.json", "--day-start", "four"])
    assert "'four': give a local time such as 04:00" in capsys.readouterr().err
