"""What disturbs practice: a slow network, a second tab, palms, a browser that keeps nothing."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.service.page.conftest import NewPage
from tests.service.page.fingers import Fingers
from tests.service.page.learner import (
    asked,
    change_settings,
    draw,
    from_memory,
    hold,
    next_card,
    press_stroke,
    service_log,
    strokes,
    until,
    words,
    write,
)

pytestmark = pytest.mark.slow

MOST_BYTES = 256_000  # of a request
_KEEP_LARGE = """async ([kanji, count]) => {
  const { record } = await import("/static/app/sync.js");
  const line = Array.from({ length: 160 }, (_, n) => 100000 + n);
  const ink = { strokes: Array.from({ length: 12 }, () => ({ x: line, y: line, t: line })) };
  for (let n = 0; n < count; n++) await record("attempt", { kanji, misses: 0, score: 90, ink });
}"""
_SYNC = """async () => { await (await import("/static/app/sync.js")).sync(); }"""
_WAITING = """async () => (await import("/static/app/store.js")).waiting()"""
_REFUSE_TO_KEEP = """() => {
  const full = () => { throw new DOMException("full", "QuotaExceededError"); };
  IDBObjectStore.prototype.put = full;
}"""
_REFUSE_TO_OPEN = """IDBFactory.prototype.open = () => {
  throw new DOMException("denied", "SecurityError");
};"""


def test_a_card_that_was_written_is_not_asked_again_while_the_network_is_slow(page: Page) -> None:
    first = asked(page)
    held = hold(page, "**/v1/queue*")
    write(page, first)
    next_card(page)
    second = asked(page)
    until(page, "1", lambda _: len(held) == 1)  # asked for before the second card was written
    write(page, second)
    held.pop().continue_()
    until(page, "1", lambda _: len(held) == 1)  # its event was sent, the cards are not here yet
    next_card(page)
    assert asked(page) not in (first, second)
    held.pop().continue_()


def test_large_drawings_are_sent_in_requests_that_the_service_takes(page: Page) -> None:
    kanji, sizes = asked(page), []
    page.on(
        "request",
        lambda request: (
            sizes.append(len(request.post_data_buffer or b""))
            if request.url.endswith("/v1/reviews")
            else None
        ),
    )
    page.evaluate(_KEEP_LARGE, [kanji, 12])
    page.evaluate(_SYNC)
    assert len(service_log(page, 12)) == 12 and page.evaluate(_WAITING) == []
    assert len(sizes) > 2 and max(sizes) < MOST_BYTES < sum(sizes)


def test_a_drawing_that_the_service_does_not_take_is_left_and_the_review_is_sent(
    page: Page,
) -> None:
    kanji = asked(page)

    def answer(route: Route) -> None:
        if b'"ink"' in (route.request.post_data_buffer or b""):
            body = json.dumps({"title": "too large", "status": 413})
            route.fulfill(status=413, body=body, content_type="application/problem+json")
        else:
            route.continue_()

    page.route("**/v1/reviews", answer)
    page.evaluate(_KEEP_LARGE, [kanji, 3])
    page.evaluate(_SYNC)
    page.unroute("**/v1/reviews")
    assert len(service_log(page, 3)) == 3 and page.evaluate(_WAITING) == []


def test_a_card_that_another_tab_wrote_is_not_asked_again(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    first = asked(page)
    from_memory(other)
    before = other.locator(".prompt").inner_text()
    write(page, first)
    service_log(page, 1)
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other.locator(".prompt")).not_to_have_text(before, use_inner_text=True)
    write(other, asked(other))
    assert len({event["kanji"] for event in service_log(other, 2)}) == 2


def test_a_card_that_is_being_written_stays_though_another_tab_wrote_it(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    kanji = asked(page)
    from_memory(other)
    draw(other, strokes(kanji)[:1])
    write(page, kanji)
    service_log(page, 1)
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other.wait_for_timeout(500)
    draw(other, strokes(kanji)[1:])
    expect(other.locator(".verdict")).to_have_text("Correct")


def test_who_knows_a_kanji_while_its_trace_is_shown_begins_at_once(page: Page) -> None:
    kanji = asked(page)
    draw(page, strokes(kanji))
    page.get_by_role("button", name="I know it").click()
    draw(page, strokes(kanji)[:1])
    page.wait_for_timeout(1000)  # a trace is shown for 700 ms
    draw(page, strokes(kanji)[1:])
    expect(page.locator(".verdict")).to_have_text("Correct")


def test_a_stroke_begun_before_the_verdict_is_not_left_on_the_paper(page: Page) -> None:
    from_memory(page)
    kanji = asked(page)
    draw(page, strokes(kanji))
    press_stroke(page, [(0.02, 0.02), (0.03, 0.1), (0.02, 0.2)])
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator(".rating").first).to_be_visible()
    page.mouse.up()
    page.wait_for_timeout(100)
    ink = """() => {
      const canvas = document.querySelector(".sheet canvas");
      const side = Math.round(canvas.width / 8);
      return canvas.getContext("2d").getImageData(0, 0, side, side).data.some((one) => one > 0);
    }"""
    assert not page.evaluate(ink)


def test_a_browser_that_keeps_nothing_is_said(page: Page, new_page: NewPage) -> None:
    kanji = asked(page)
    from_memory(page)
    page.evaluate(_REFUSE_TO_KEEP)
    draw(page, strokes(kanji))
    expect(page.locator(".said")).to_contain_text(words("en")["unkept"])
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_visible()
    page.context.add_init_script(_REFUSE_TO_OPEN)
    page.reload()
    expect(page.locator("#view")).to_contain_text(words("en")["unkept"])


def test_fingers_draw_undo_and_are_not_confused_by_a_palm(page: Page) -> None:
    from_memory(page)
    kanji = asked(page)
    first, *rest = strokes(kanji)
    fingers = Fingers(page)
    fingers.draw(first)
    fingers.tap_with_two()  # the first stroke is undone
    fingers.send("touchStart", (0.3, 0.3))  # the system takes the finger: nothing is drawn
    fingers.send("touchMove", (0.5, 0.5))
    fingers.send("touchCancel")
    fingers.send("touchStart", first[0])  # a palm comes down while one writes, and stays
    fingers.send("touchMove", first[1])
    fingers.now += 0.4  # later than a tap
    palm = (0.9, 0.98)
    fingers.send("touchStart", first[1], palm)
    for point in first[2:]:
        fingers.send("touchMove", point, palm)
    fingers.send("touchEnd")
    for stroke in rest:
        fingers.draw(stroke)
    expect(page.locator(".verdict")).to_have_text("Correct")
    (event,) = service_log(page, 1)
    assert not event.get("misses") and not event.get("hints")


@pytest.mark.parametrize("wait", [0.1, 0.5])
def test_a_finger_writes_beside_a_palm_that_came_first(page: Page, wait: float) -> None:
    """The finger comes `wait` seconds later: sooner than two fingers tap, or not."""
    from_memory(page)
    fingers, palm = Fingers(page), (0.9, 0.98)
    fingers.send("touchStart", palm)
    fingers.now += wait
    for stroke in strokes(asked(page)):
        fingers.send("touchStart", palm, stroke[0])
        for point in stroke[1:]:
            fingers.send("touchMove", palm, point)
        fingers.send("touchEnd", stroke[-1], number=1)
    fingers.send("touchEnd", palm)
    expect(page.locator(".verdict")).to_have_text("Correct")
    (event,) = service_log(page, 1)
    assert not event.get("misses")


def test_a_fast_screen_does_not_make_a_large_drawing(page: Page) -> None:
    from_memory(page)
    kanji = asked(page)
    change_settings(page, keep_ink=True)
    page.route("**/v1/reviews", lambda route: route.abort())
    dense = []
    for stroke in strokes(kanji):
        pairs = zip(stroke, stroke[1:], strict=False)
        steps = [(a, b, n / 40) for a, b in pairs for n in range(40)]
        dense.append([(a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f) for a, b, f in steps])
        dense[-1].append(stroke[-1])
    draw(page, dense)
    expect(page.locator(".verdict")).to_have_text("Correct")
    until(page, _WAITING, lambda events: len(events) == 1)
    (event,) = page.evaluate(_WAITING)
    for drawn, kept in zip(dense, event["ink"]["strokes"], strict=True):
        steps = zip(kept["x"], kept["x"][1:], kept["y"], kept["y"][1:], strict=False)
        assert all(abs(b - a) + abs(d - c) >= 3 for a, b, c, d in list(steps)[:-1])
        assert abs(kept["x"][-1] - 1000 * drawn[-1][0]) < 5
