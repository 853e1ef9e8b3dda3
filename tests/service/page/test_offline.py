"""Without a network the page opens and reviews wait; two devices have one log."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from data.ink import Ink
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import careful_reading
from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    Stroke,
    asked,
    can_read,
    draw,
    from_memory,
    go_to,
    next_card,
    service_log,
    strokes,
    until,
    write,
)

READ = """async ([kanji, columns]) => {
  const { readingOf } = await import("/static/app/grader/reader.js");
  return readingOf(kanji, columns);
}"""


def _columns(line: Stroke, wider: float) -> dict[str, list[int]]:
    middle = sum(x for x, _ in line) / len(line)
    return {
        "x": [round(1000 * (middle + (x - middle) * wider)) for x, _ in line],
        "y": [round(1000 * y) for _, y in line],
    }


def _wide() -> list[dict[str, list[int]]]:
    """土 with its first stroke nearly as long as its last one, as in 士."""
    return [_columns(line, 1 if n else 1.4) for n, line in enumerate(strokes("土"))]


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The page of a new device, which works without a network."""
    return new_page(service_workers="allow")


def _is_installed(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    until(page, "navigator.serviceWorker.controller !== null", bool)
    asked(page)  # the cards are there


def test_reviews_without_a_network_are_judged_and_sent_when_it_is_back(page: Page) -> None:
    _is_installed(page)
    can_read(page)
    page.context.set_offline(True)
    page.reload()  # the page, the grader and the recognizer come from the service worker
    can_read(page)
    kanji = []
    for _ in range(5):
        kanji.append(asked(page))
        write(page, kanji[-1])
        expect(page.locator(".verdict")).to_have_text("Correct")
        next_card(page)
    expect(page.locator("#pending")).to_have_text("5 to send")
    expect(page.locator(".prompt h1")).to_contain_text("All cards on this device are written")
    page.context.set_offline(False)
    log = service_log(page, 5)
    assert [event["kanji"] for event in log] == kanji
    assert all(event["score"] > 90 and not event.get("misses") for event in log)
    expect(page.locator("#pending")).to_have_text("")


def test_without_a_network_a_wrong_stroke_is_refused_with_the_reason(page: Page) -> None:
    _is_installed(page)
    page.context.set_offline(True)
    from_memory(page)
    draw(page, [strokes(asked(page))[0][::-1]])
    expect(page.locator(".said .bad")).to_contain_text("other way")


@pytest.mark.slow
def test_without_a_network_a_doubtful_reading_is_compared_stroke_by_stroke(page: Page) -> None:
    _is_installed(page)
    can_read(page, wholly=True)
    page.context.set_offline(True)
    page.reload()
    can_read(page, wholly=True)
    wide = _wide()
    ink = Ink.from_columns([(one["x"], one["y"], None) for one in wide])
    reader = Recognizer.load()
    assert careful_reading(reader, ink, "土", {}) == "士"  # so the strokes decide
    assert careful_reading(reader, ink, "土", load_references()) == "土"
    assert page.evaluate(READ, ["土", wide]) == "土"


@pytest.mark.slow
def test_with_the_recognizer_nothing_is_sent_to_be_judged(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    can_read(page)
    write(page, asked(page))
    assert not [url for url in sent if "/v1/grade" in url or "/v1/recognize" in url]


def test_without_recognizer_and_service_the_strokes_alone_are_judged(new_page: NewPage) -> None:
    page = new_page()
    page.route("**/v1/model*", lambda route: route.abort())
    page.route("**/v1/grade", lambda route: route.abort())
    page.reload()
    write(page, asked(page))
    expect(page.locator(".verdict")).to_have_text("Correct")


def test_an_event_that_was_sent_twice_is_stored_once(page: Page) -> None:
    write(page, asked(page))
    log = service_log(page, 1)
    page.evaluate(
        """async ([event]) => {
          const { keep } = await import("/static/app/store.js");
          const { sync } = await import("/static/app/sync.js");
          const { kind, id, at, kanji, misses } = event;
          await keep({ kind, id, at, kanji, misses });
          await sync();
        }""",
        log,
    )
    assert len(service_log(page, 1)) == 1


def test_ids_are_uuids_of_version_7_in_the_order_of_time(page: Page) -> None:
    ids: list[Any] = page.evaluate(
        """async () => {
          const { uuid7 } = await import("/static/app/uuid7.js");
          return [uuid7(0x01931c000000), uuid7(0x01931c000001)];
        }"""
    )
    assert ids == sorted(ids)
    assert ids[0].startswith("01931c00-0000-7") and ids[0][19] in "89ab"


def link_code(page: Page) -> str:
    """A code for another device."""
    code: str = page.evaluate(
        """async () => {
          const { ask } = await import("/static/app/api.js");
          return (await ask("POST", "/v1/link-codes", {})).code;
        }"""
    )
    return code


def join_by(page: Page, code: str) -> None:
    """Joins by the settings."""
    go_to(page, f"settings/{code}")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text("Both devices have one log now.")).to_be_visible()


def _sign_out_others(page: Page) -> None:
    page.evaluate(
        """async () => {
          const { ask } = await import("/static/app/api.js");
          const { devices } = await ask("GET", "/v1/devices");
          for (const { id, is_caller } of devices) {
            if (!is_caller) await ask("DELETE", `/v1/devices/${id}`);
          }
        }"""
    )


def test_a_device_that_joins_has_the_log_of_the_first(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    kanji = asked(first)
    write(first, kanji)
    service_log(first, 1)
    join_by(second, link_code(first))
    assert [event["kanji"] for event in service_log(second, 1)] == [kanji]


@pytest.mark.slow
def test_what_a_signed_out_device_wrote_is_sent_when_it_joins_again(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    join_by(second, link_code(first))
    _sign_out_others(first)
    go_to(second, "practice")
    kanji = asked(second)
    write(second, kanji)
    expect(second.locator("#pending")).to_contain_text("signed out")
    join_by(second, link_code(first))
    assert [event["kanji"] for event in service_log(first, 1)] == [kanji]
    expect(second.locator("#pending")).to_have_text("")


@pytest.mark.slow
def test_a_signed_out_device_can_begin_anew(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    join_by(second, link_code(first))
    expect(second.get_by_role("button", name="Begin anew on this device")).to_be_hidden()
    _sign_out_others(first)
    go_to(second, "practice")
    kanji = asked(second)
    write(second, kanji)
    expect(second.locator("#pending")).to_contain_text("signed out")
    go_to(second, "settings")
    second.get_by_role("button", name="Begin anew on this device").click()
    expect(second.get_by_text("This device has a log of its own now.")).to_be_visible()
    assert [event["kanji"] for event in service_log(second, 1)] == [kanji]
    assert not service_log(first, 0)


@pytest.mark.slow
def test_after_everything_was_deleted_practice_begins_anew(page: Page) -> None:
    kanji = asked(page)
    write(page, kanji)
    service_log(page, 1)
    go_to(page, "settings")
    page.get_by_label("To delete everything, type").fill("delete")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.locator(".part .good")).to_contain_text("1")
    go_to(page, "practice")
    expect(page.locator("#pending")).to_have_text("")
    write(page, asked(page))
    assert len(service_log(page, 1)) == 1


@pytest.mark.slow
def test_a_card_is_judged_and_rated_though_the_browser_cleared_what_it_kept(page: Page) -> None:
    kanji = asked(page)
    from_memory(page)  # the card is shown
    session = page.context.new_cdp_session(page)
    origin = page.url.partition("/#")[0].rstrip("/")
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
    write(page, kanji)
    assert [event["kanji"] for event in service_log(page, 1)] == [kanji]
    page.reload()  # it is the same user still
    asked(page)
    assert [event["kanji"] for event in service_log(page, 1)] == [kanji]


def test_a_key_that_is_held_puts_off_one_card(page: Page) -> None:
    kanji = asked(page)
    expect(page.locator(".tools button").first).to_be_visible()
    for _ in range(8):
        page.keyboard.down("Escape")
        page.wait_for_timeout(40)
    page.keyboard.up("Escape")
    service_log(page, 1)
    page.wait_for_timeout(300)
    assert [(one["kind"], one["kanji"]) for one in service_log(page, 1)] == [("skip", kanji)]


@pytest.mark.parametrize("size", [192, 512])
def test_the_page_can_be_installed(page: Page, size: int) -> None:
    manifest = page.request.get(page.url + "static/manifest.webmanifest").json()
    (icon,) = [one for one in manifest["icons"] if one["sizes"] == f"{size}x{size}"]
    answer = page.request.get(page.url.rstrip("/") + icon["src"])
    assert answer.body()[16:24] == size.to_bytes(4, "big") * 2  # width and height of a PNG
