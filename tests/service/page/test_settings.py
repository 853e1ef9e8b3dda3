"""Settings, devices and one's data."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import asked, service_log, write

SETTINGS = """async () => {
  const { ask } = await import("/static/app/api.js");
  return ask("GET", "/v1/settings");
}"""


def test_settings_are_changed_as_one_and_the_queue_follows(new_page: NewPage) -> None:
    page = new_page("#settings")
    page.get_by_label("All joyo").uncheck()
    page.get_by_label("Your own").fill("森 and 林, 森\ncomponent:氵")
    page.get_by_label("New kanji a day").fill("3")
    page.get_by_label("Quiet hours from").fill("23:00")
    page.get_by_label("Quiet hours to").fill("06:30")
    page.get_by_label("Vacation, first day").fill("2030-01-01")
    page.get_by_label("Vacation, last day").fill("2030-01-09")
    page.get_by_label("Keep my drawings").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_have_text("Saved.")
    settings = page.evaluate(SETTINGS)
    assert settings["decks"] == ["森林", "component:氵"]
    assert settings["new_per_day"] == 3 and settings["quiet"] == ["23:00", "06:30"]
    assert settings["vacations"] == [["2030-01-01", "2030-01-09"]] and settings["keep_ink"]
    assert asked(page) == "森"


def test_a_setting_that_is_refused_says_why(new_page: NewPage) -> None:
    page = new_page("#settings")
    page.get_by_label("Time zone").fill("Mars/Olympus")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("form .status")).to_contain_text("Mars/Olympus")


def test_a_second_device_joins_by_the_code_that_the_first_shows(new_page: NewPage) -> None:
    first = new_page()
    kanji = asked(first)
    write(first, kanji)
    service_log(first, 1)
    first.goto(first.url.split("#")[0] + "#settings")
    first.get_by_role("button", name="Code for another device").click()
    expect(first.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    code = first.locator("output").inner_text()
    second = new_page(f"#settings/{code}")  # as the QR code says
    expect(second.get_by_label("Code of your other device")).to_have_value(code)
    second.get_by_role("button", name="Join").click()
    expect(second.locator(".devices li")).to_have_count(2)
    assert [event["kanji"] for event in service_log(second, 1)] == [kanji]


def test_reviews_are_taken_along_brought_to_another_user_and_deleted(
    new_page: NewPage, tmp_path: Path
) -> None:
    first = new_page()
    write(first, asked(first))
    service_log(first, 1)
    first.goto(first.url.split("#")[0] + "#settings")
    with first.expect_download() as download:
        first.get_by_role("button", name="JSON").click()
    path = tmp_path / "export.json"
    download.value.save_as(path)
    assert len(json.loads(path.read_text("utf-8"))["events"]) == 1
    second = new_page("#settings")
    second.get_by_label("Bring reviews along").set_input_files(path)
    second.get_by_role("button", name="Import", exact=True).click()
    said = second.locator("section .status").last
    expect(said).to_contain_text("1 reviews are new")
    _delete(first)


def _delete(page: Page) -> None:
    start = page.get_by_role("button", name="Delete everything")
    said = page.locator("section .status").last
    start.click()
    expect(said).to_contain_text("type delete first")
    page.get_by_label("To delete everything").fill("delete")
    start.click()
    expect(said).to_contain_text("Everything is deleted: 1 events.")
    assert page.evaluate("import('/static/app/store.js').then(({read}) => read('token'))") is None
