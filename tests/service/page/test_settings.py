"""Settings, devices and one's data."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kanji.practice.parameters import DEFAULT
from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    SETTINGS,
    asked,
    change_settings,
    draw,
    go_to,
    service_log,
    strokes,
    words,
)

pytestmark = pytest.mark.slow


LOCALES = pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])


def test_settings_are_changed_as_one_and_the_queue_follows(new_page: NewPage) -> None:
    page = new_page("#settings")
    page.get_by_label("All joyo").uncheck()
    page.get_by_label("Your own").fill("森 and 林, 森\ncomponent:氵")
    page.get_by_label("New kanji a day").fill("3")
    later = datetime.now(UTC) + timedelta(hours=6)  # in quiet hours nothing is asked
    quiet = [f"{later:%H}:00", f"{later:%H}:30"]
    page.get_by_label("Quiet hours from").fill(quiet[0])
    page.get_by_label("Quiet hours to").fill(quiet[1])
    page.get_by_label("Vacation, first day").fill("2030-01-01")
    page.get_by_label("Vacation, last day").fill("2030-01-09")
    page.get_by_label("Keep my drawings").check()
    page.get_by_label("Fit the schedule to me").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_have_text("Saved.")
    settings = page.evaluate(SETTINGS)
    assert settings["decks"] == ["森林", "component:氵"]
    assert settings["new_per_day"] == 3 and settings["quiet"] == quiet
    assert settings["vacations"] == [["2030-01-01", "2030-01-09"]] and settings["keep_ink"]
    assert settings["fit_parameters"] is False and settings["parameters"] is None
    assert asked(page) == "森"


@LOCALES
def test_a_schedule_that_was_fitted_can_be_given_up(new_page: NewPage, locale: str) -> None:
    said = words(locale[:2])
    page = new_page(locale=locale)
    asked(page)
    change_settings(page, parameters={"values": list(DEFAULT.values), "events": 600})
    go_to(page, "settings")
    own = page.get_by_label(said["settings.own_parameters"])
    own.uncheck()
    page.get_by_role("button", name=said["settings.save"], exact=True).click()
    expect(page.locator("form .status")).to_have_text(said["saved"])
    expect(own).to_have_count(0)
    assert page.evaluate(SETTINGS)["parameters"] is None


def test_a_setting_that_is_refused_says_why(new_page: NewPage) -> None:
    page = new_page("#settings")
    page.get_by_label("Time zone").fill("Mars/Olympus")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_contain_text("Mars/Olympus")


@LOCALES
@pytest.mark.parametrize(
    ("typed", "fault", "named"),
    [
        ({"quiet_from": "22:00"}, "half", "quiet_to"),
        ({"quiet_to": "07:00"}, "half", "quiet_from"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "same", "quiet_from"),
        ({"vacation_to": "2030-01-09"}, "half", "vacation_from"),
        (
            {"vacation_from": "2030-01-09", "vacation_to": "2030-01-02"},
            "before",
            "vacation_to",
        ),
        ({"new_per_day": ""}, "empty", "new_per_day"),
    ],
)
def test_a_field_that_is_missing_is_named_and_nothing_is_saved(
    new_page: NewPage, locale: str, typed: dict[str, str], fault: str, named: str
) -> None:
    said = words(locale[:2])
    page = new_page("#settings", locale=locale)
    for name, value in typed.items():
        page.get_by_label(said[f"settings.{name}"], exact=True).fill(value)
    before = page.evaluate(SETTINGS)
    page.get_by_role("button", name=said["settings.save"], exact=True).click()
    reason = _filled(
        said[f"settings.fault.{fault}"],
        field=said[f"settings.{named}"],
        other=said["settings.vacation_from" if fault == "before" else "settings.quiet_to"],
    )
    expect(page.locator("form .status")).to_have_text(_filled(said["failed"], reason=reason))
    assert page.evaluate(SETTINGS) == before


def test_a_number_that_was_typed_in_part_is_not_taken_for_empty(new_page: NewPage) -> None:
    page = new_page("#settings")
    page.get_by_label("Most reviews a day").press_sequentially("1e")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_contain_text("“Most reviews a day” is filled in only")


@LOCALES
@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("森\nHello", "decks.no_kanji"),
        ("森\nhello", "decks.unknown"),
        ("森\ncomponent:x", "decks.unknown"),
        ("森\n𪚥", "decks.no_strokes"),
        ("", "decks.none"),
    ],
)
def test_a_line_that_is_no_deck_is_named_with_the_reason(
    new_page: NewPage, locale: str, typed: str, key: str
) -> None:
    said = words(locale[:2])
    page = new_page("#settings", locale=locale)
    page.get_by_label(said["decks.joyo"]).uncheck()
    page.get_by_label(said["decks.own"]).fill(typed)
    page.get_by_role("button", name=said["settings.save"], exact=True).click()
    line = typed.rsplit("\n", maxsplit=1)[-1]
    expect(page.locator("form .status")).to_contain_text(
        _filled(said[key], line=line, deck=line, kanji="𪚥")
    )
    assert page.evaluate(SETTINGS)["decks"] == ["joyo"]


def test_vacations_that_another_program_chose_are_kept(page: Page) -> None:
    asked(page)
    vacations = [["2030-01-01", "2030-01-09"], ["2031-01-01", "2031-01-09"]]
    change_settings(page, vacations=vacations)
    go_to(page, "settings")
    page.get_by_label("New kanji a day", exact=True).fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_have_text(words("en")["saved"])
    settings = page.evaluate(SETTINGS)
    assert settings["vacations"] == vacations and settings["new_per_day"] == 7


def test_decks_that_another_program_chose_are_kept(new_page: NewPage) -> None:
    page = new_page()
    asked(page)
    decks = ["joyo", "kana+jinmeiyo", "あい"]
    change_settings(page, decks=decks)
    go_to(page, "settings")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_have_text("Saved.")
    assert page.evaluate(SETTINGS)["decks"] == decks


@LOCALES
def test_a_second_device_joins_by_the_code_that_the_first_shows(
    new_page: NewPage, locale: str
) -> None:
    said = words(locale[:2])
    first = new_page(locale=locale)
    kanji = asked(first)
    _finish(first, kanji, said)
    go_to(first, "settings")
    first.get_by_role("button", name=said["devices.code"], exact=True).click()
    expect(first.get_by_role("img", name=said["devices.qr"])).to_be_visible()
    code = first.locator("output").inner_text()
    second = new_page(f"#settings/{code}", locale=locale)  # as the QR code says
    expect(second.get_by_label(said["devices.enter"])).to_have_value(code)
    second.get_by_role("button", name=said["devices.join"], exact=True).click()
    expect(second.locator(".devices li")).to_have_count(2)
    assert [event["kanji"] for event in service_log(second, 1)] == [kanji]


@LOCALES
def test_reviews_are_taken_along_brought_to_another_user_and_deleted(
    new_page: NewPage, tmp_path: Path, locale: str
) -> None:
    said = words(locale[:2])
    first = new_page(locale=locale)
    _finish(first, asked(first), said)
    go_to(first, "settings")
    with first.expect_download() as download:
        first.get_by_role("button", name="JSON").click()
    path = tmp_path / "export.json"
    download.value.save_as(path)
    assert len(json.loads(path.read_text("utf-8"))["events"]) == 1
    second = new_page("#settings", locale=locale)
    second.get_by_label(said["data.import"]).set_input_files(path)
    second.get_by_role("button", name=said["data.import.start"], exact=True).click()
    done = _filled(said["data.import.done"], reviews=1, known=0, refused=0)
    expect(second.locator("section .status").last).to_contain_text(done)
    _delete(first, said)


def _finish(page: Page, kanji: str, said: dict[str, str]) -> None:
    """Writes a kanji from memory, and waits until the service has it."""
    page.get_by_role("button", name=said["tool.know"]).click()
    draw(page, strokes(kanji))
    service_log(page, 1)


def _delete(page: Page, said: dict[str, str]) -> None:
    start = page.get_by_role("button", name=said["data.delete.start"])
    token = page.evaluate(_TOKEN)
    line = page.locator("section .status").last
    word = said["data.delete.word"]
    start.click()
    expect(line).to_contain_text(_filled(said["data.delete.type"], word=word))
    page.get_by_label(_filled(said["data.delete"], word=word)).fill(word)
    start.click()
    expect(line).to_contain_text(_filled(said["data.delete.done"], events=1))
    assert page.evaluate(_TOKEN) not in (None, token)  # of a new user


_TOKEN = "import('/static/app/store.js').then(({read}) => read('token'))"


def _filled(text: str, **values: object) -> str:
    return re.sub(r"{(\w+)}", lambda match: str(values[match[1]]), text)
