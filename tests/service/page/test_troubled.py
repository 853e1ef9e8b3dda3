"""A service in trouble, a portal that answers for it, a tab of another user, a page open long."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    SETTINGS,
    asked,
    change_settings,
    draw,
    from_memory,
    go_to,
    hold,
    service_log,
    strokes,
    until,
    words,
    write,
)
from tests.service.page.test_offline import join_by, link_code

pytestmark = pytest.mark.slow

EN = words("en")
PORTAL = {"status": 200, "content_type": "text/html", "body": "<!doctype html><p>Pay first"}
BUSY = {"status": 503, "json": {"title": "busy", "status": 503}}
_LATER = """() => {
  const began = Object.getOwnPropertyDescriptor(Event.prototype, "timeStamp").get;
  Object.defineProperty(Event.prototype, "timeStamp", {
    get() { return began.call(this) + (globalThis.later ?? 0); },
  });
}"""


def _without_recognizer(page: Page) -> None:
    page.route("**/v1/model*", lambda route: route.abort())
    page.reload()
    from_memory(page)


@pytest.mark.parametrize("trouble", [BUSY, BUSY | {"status": 429}, PORTAL])
def test_a_first_start_that_failed_is_made_up_for(
    new_page: NewPage, trouble: dict[str, object]
) -> None:
    page = new_page("static/icon.svg")
    failed: list[Route] = []

    def answer(route: Route) -> None:
        if len(failed) == 2:  # of the start, and of the practice that finds no card
            route.continue_()
        else:
            failed.append(route)
            route.fulfill(**trouble)  # type: ignore[arg-type]

    page.route("**/v1/devices", answer)
    page.goto(page.url.replace("static/icon.svg", ""))
    expect(page.locator(".prompt h1")).to_have_text(EN["rest.offline"])
    expect(page.locator("#pending")).to_be_empty()
    page.get_by_role("button", name=EN["tool.reload"]).click()
    write(page, asked(page))
    assert service_log(page, 1)


def test_a_portal_that_answers_for_the_service_loses_nothing(page: Page) -> None:
    asked(page)
    change_settings(page, new_per_day=1)
    kanji = asked(page)
    for path in ("reviews", "queue*"):
        page.route(f"**/v1/{path}", lambda route: route.fulfill(**PORTAL))  # type: ignore[arg-type]
    write(page, kanji)
    page.get_by_role("button", name=EN["tool.next"], exact=True).click()
    expect(page.locator(".prompt h1")).to_have_text(EN["rest.used"])
    for path in ("reviews", "queue*"):
        page.unroute(f"**/v1/{path}")
    page.get_by_role("button", name=EN["tool.reload"]).click()
    assert [event["kanji"] for event in service_log(page, 1)] == [kanji]


def test_the_days_are_the_learners_though_the_first_settings_were_refused(
    new_page: NewPage,
) -> None:
    page = new_page("static/icon.svg", timezone_id="Asia/Tokyo")
    page.route("**/v1/settings", lambda route: route.abort())
    page.goto(page.url.replace("static/icon.svg", ""))
    asked(page)
    page.unroute("**/v1/settings")
    page.reload()
    asked(page)
    until(page, SETTINGS, lambda settings: settings["time_zone"] == "Asia/Tokyo")


def test_what_another_tab_wrote_goes_to_the_user_that_the_device_joined(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    asked(first)
    kanji = asked(second)
    other = second.context.new_page()
    other.goto(second.url)
    from_memory(other)
    join_by(second, link_code(first))
    write(other, kanji)
    assert [event["kanji"] for event in service_log(first, 1)] == [kanji]
    expect(other.locator("#pending")).to_be_empty()


def test_cards_that_come_with_the_network_end_the_rest(page: Page) -> None:
    asked(page)
    change_settings(page, new_per_day=1)
    kanji = asked(page)
    page.evaluate("import('/static/app/grader/local.js').then(() => null)")  # with all it needs
    page.context.set_offline(True)
    write(page, kanji)
    page.get_by_role("button", name=EN["tool.next"], exact=True).click()
    expect(page.locator(".prompt h1")).to_have_text(EN["rest.used"])
    page.context.set_offline(False)
    expect(page.locator(".prompt h1")).to_have_text(EN["rest.done"])
    change_settings(page, new_per_day=2)
    expect(page.get_by_role("button", name=EN["tool.hint"])).to_be_visible()
    assert asked(page) != kanji


def test_undo_withdraws_a_drawing_that_is_being_judged(page: Page) -> None:
    _without_recognizer(page)
    held = hold(page, "**/v1/grade")
    drawn = strokes(asked(page))
    draw(page, drawn)
    until(page, "1", lambda _: held)
    page.get_by_role("button", name=EN["tool.undo"]).click()
    held.pop().continue_()
    page.wait_for_timeout(500)
    expect(page.locator(".verdict")).to_have_count(0)
    draw(page, drawn[-1:])
    until(page, "1", lambda _: held)
    held.pop().continue_()
    expect(page.locator(".verdict")).to_have_text("Correct")


def test_a_drawing_that_the_service_refuses_is_judged_by_its_strokes(page: Page) -> None:
    _without_recognizer(page)
    refusal = {"title": "no", "status": 422}
    page.route("**/v1/grade", lambda route: route.fulfill(status=422, json=refusal))
    write(page, asked(page))
    expect(page.locator(".verdict")).to_have_text("Correct")


def test_a_page_that_was_open_for_days_keeps_its_reviews(page: Page) -> None:
    first = asked(page)
    change_settings(page, keep_ink=True)
    page.evaluate(_LATER)
    write(page, first)
    page.get_by_role("button", name=EN["tool.next"], exact=True).click()
    page.evaluate("globalThis.later = 50 * 3600 * 1000")
    second = asked(page)
    write(page, second)
    assert [event["kanji"] for event in service_log(page, 2)] == [first, second]


def test_a_review_whose_drawing_is_refused_is_sent_without_it(page: Page) -> None:
    kanji = asked(page)
    page.evaluate(
        """async (kanji) => {
          const { record, sync } = await import("/static/app/sync.js");
          const ink = { strokes: [{ x: [1, 2], y: [1, 2], t: [0, 1e9] }] };
          await record("attempt", { kanji, misses: 0, score: 90, ink });
          await sync();
        }""",
        kanji,
    )
    assert [event["kanji"] for event in service_log(page, 1)] == [kanji]


def test_the_page_fits_with_twice_the_text(page: Page) -> None:
    asked(page)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%', 'important')")
    for view in ("practice", "progress", "pictures", "settings"):
        go_to(page, view)
        expect(page.locator(f'[data-view="{view}"] > *').first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
        for link in page.locator("nav a").all():
            box = link.bounding_box()
            assert box is not None and box["x"] + box["width"] <= 390
