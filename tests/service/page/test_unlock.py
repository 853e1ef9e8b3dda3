"""The unlock flow: open, draw, verdict, next."""

import re
from fnmatch import fnmatch

import pytest
from playwright.sync_api import Page, Request, Route, ViewportSize, expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    DESKTOP,
    LANDSCAPE,
    PHONE,
    asked,
    change_settings,
    draw_stroke,
    from_memory,
    is_on_screen,
    next_card,
    prefer,
    service_log,
    strokes,
    write,
)


def test_the_first_start_leads_to_the_first_verdict(page: Page) -> None:
    expect(page.locator(".question h1")).to_have_text(re.compile("day"))
    write(page, asked(page))
    expect(page.locator(".verdict")).to_have_text("Correct")


def test_a_card_does_not_show_its_kanji(page: Page) -> None:
    from_memory(page)
    kanji = asked(page)
    assert kanji not in page.locator("main").inner_text()
    write(page, kanji)
    expect(page.locator(".question .kanji")).to_have_text(kanji)


@pytest.mark.parametrize("viewport", [PHONE, LANDSCAPE, DESKTOP, {"width": 320, "height": 568}])
def test_verdict_ratings_and_next_are_on_the_screen(
    new_page: NewPage, viewport: ViewportSize
) -> None:
    page = new_page(viewport=viewport)
    from_memory(page)
    for selector in (".sheet", ".question", ".tools button"):
        assert is_on_screen(page, selector), selector
    write(page, asked(page))
    for selector in (".sheet", ".question", ".verdict", ".advice", ".rating", ".tools button"):
        assert is_on_screen(page, selector), selector
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_not_now_shows_another_card_at_once(page: Page) -> None:
    from_memory(page)
    first = asked(page)
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("button", name="I know it")).to_be_visible()
    assert asked(page) != first


def test_a_clean_answer_leads_on_by_itself(page: Page) -> None:
    write(page, asked(page))
    expect(page.locator(".verdict")).to_have_count(0)
    expect(page.locator(".count")).to_have_text("1 of 10")


def test_i_was_right_is_an_override(page: Page) -> None:
    from_memory(page)
    prefer(page, advance=False)
    kanji = asked(page)
    draw_stroke(page, strokes(kanji)[0][::-1])
    expect(page.locator(".said .bad")).to_be_visible()
    write(page, kanji)
    expect(page.locator(".rating.hard")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="I was right").click()
    expect(page.locator(".rating.good")).to_have_attribute("aria-pressed", "true")
    next_card(page)
    log = service_log(page, 2)
    assert [event["kind"] for event in log] == ["attempt", "override"]
    assert log[0]["misses"] == 1 and log[1]["rating"] == "good"


def test_a_session_ends_after_its_cards(page: Page) -> None:
    prefer(page, session=1)
    page.reload()
    write(page, asked(page))
    next_card(page)
    expect(page.locator(".prompt h1")).to_have_text("1 written. Well done.")


def test_a_session_goes_on_when_one_comes_back_to_it(page: Page) -> None:
    prefer(page, advance=False)
    page.reload()
    write(page, asked(page))
    page.locator(".prompt a.kanji").click()
    expect(page.locator(".practice")).to_have_count(0)
    page.go_back()
    expect(page.locator(".count")).to_have_text("1 of 10")


def test_the_keyboard_does_all_but_drawing(page: Page) -> None:
    prefer(page, advance=False)
    from_memory(page)
    first = asked(page)
    page.keyboard.press("Escape")  # not now
    page.get_by_role("button", name="I know it").click()
    kanji = asked(page)
    assert kanji != first
    page.keyboard.press("h")
    expect(page.locator(".said")).to_contain_text("Stroke 1")
    write(page, kanji)
    page.keyboard.press("4")
    expect(page.locator(".rating.easy")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_have_count(0)
    log = service_log(page, 3)
    assert [event["kind"] for event in log] == ["skip", "attempt", "override"]
    assert log[1]["hints"] == 1 and log[2]["rating"] == "easy"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quiet": ["00:00", "23:59"]}, "Quiet hours. Nothing to write now."),
        ({"vacations": [["2020-01-01", "2090-01-01"]]}, "Vacation. Nothing to write now."),
    ],
)
def test_in_quiet_hours_and_on_vacation_nothing_is_asked(
    page: Page, changes: dict[str, object], said: str
) -> None:
    asked(page)
    change_settings(page, **changes)
    page.reload()
    expect(page.locator(".prompt h1")).to_have_text(said)


@pytest.mark.parametrize("unknown", ["%E0%A4%A", "constructor", "nowhere/at-all"])
def test_an_unknown_address_shows_the_practice(new_page: NewPage, unknown: str) -> None:
    page = new_page(f"#{unknown}")
    expect(page.locator(".sheet canvas")).to_be_visible()
    expect(page.locator("#menu [aria-current=page]")).to_have_text("Practise")


REFRESHED = """async () => {
  await import("/static/app/views/settings.js");
  const { refreshSettings } = await import("/static/app/learner.js");
  await refreshSettings();
}"""


@pytest.mark.parametrize("late", ["**/v1/settings", "**/views/settings.js"])
def test_a_view_that_was_left_is_not_shown_when_it_comes(page: Page, late: str) -> None:
    asked(page)
    held: list[Route] = []
    page.route(late, lambda route: _hold(route, held))
    with page.expect_request(lambda request: _is_get(request) and fnmatch(request.url, late)):
        page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Practise").click()
    expect(page.locator("#menu [aria-current=page]")).to_have_text("Practise")
    expect(page.locator(".practice .tools button").first).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute(late)
    page.evaluate(REFRESHED)  # comes after what the view waited for
    expect(page.locator("#view")).to_have_attribute("data-view", "practice")
    expect(page.locator("#view > *")).to_have_count(1)


def _is_get(request: Request) -> bool:
    return request.method == "GET"


def _hold(route: Route, held: list[Route]) -> None:
    """Keeps what the page reads; what it writes goes on."""
    if _is_get(route.request):
        held.append(route)
    else:
        route.continue_()
