"""Progress and the card of a character."""

import pytest
from playwright.sync_api import expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    asked,
    change_settings,
    draw_stroke,
    from_memory,
    service_log,
    strokes,
    until,
    write,
)

pytestmark = pytest.mark.slow

_IS_NEW = """async () => (await import("/static/app/store.js")).read("is_new")"""


def test_progress_shows_streak_days_forecast_and_the_weak_stroke_drawn(new_page: NewPage) -> None:
    page = new_page()
    from_memory(page)
    kanji = asked(page)
    draw_stroke(page, strokes(kanji)[0][::-1])
    expect(page.locator(".said .bad")).to_be_visible()
    write(page, kanji)
    service_log(page, 1)
    page.get_by_role("link", name="Progress").click()
    expect(page.locator(".figures dd").first).to_have_text("1")
    expect(page.locator(".heatmap .level-1")).to_have_count(1)
    expect(page.locator(".forecast li")).to_have_count(14)
    expect(page.locator(".weak .weak-one")).to_have_count(1)
    page.locator(".weak a").click()
    expect(page.locator(".character h1")).to_have_text(kanji)


def test_the_last_day_of_the_calendar_is_the_learners(new_page: NewPage) -> None:
    page = new_page(timezone_id="Pacific/Pago_Pago")
    kanji = asked(page)
    until(page, _IS_NEW, lambda is_new: is_new is False)  # its own time zone is set
    change_settings(page, time_zone="Pacific/Kiritimati")  # 25 hours ahead
    write(page, kanji)
    service_log(page, 1)
    page.get_by_role("link", name="Progress").click()
    expect(page.locator(".heatmap rect").last).to_have_class("level-1")


@pytest.mark.parametrize(("kanji", "reading"), [("三", "み、み-つ、みっ-つ"), ("海", "うみ")])
def test_the_card_of_a_character_writes_readings_as_a_dictionary(
    new_page: NewPage, kanji: str, reading: str
) -> None:
    page = new_page(f"#kanji/{kanji}")
    expect(page.locator(".facts")).to_contain_text(reading)
    expect(page.locator(".character img")).to_have_js_property("complete", True)
