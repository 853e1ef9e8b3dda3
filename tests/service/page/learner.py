"""A learner before the page: draws with the mouse, and knows what a browser's context needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, ViewportSize, expect

from data.references.store import load_references
from service.api.pages import STATIC

PHONE: ViewportSize = {"width": 390, "height": 844}
LANDSCAPE: ViewportSize = {"width": 844, "height": 390}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
LOOKS = 900  # at a page that is not ready yet
LOOK_MS = 100  # between two looks

Stroke = list[tuple[float, float]]


KEY = re.compile(r'^  "([\w.-]+)": "(.*)",$', re.MULTILINE)


def words(language: str) -> dict[str, str]:
    """All words of the page by their key, "en" or "ja"."""
    return dict(KEY.findall((STATIC / "app" / f"words.{language}.js").read_text("utf-8")))


def strokes(character: str) -> list[Stroke]:
    """The reference strokes, as a careful person would draw them."""
    return [
        [(float(x), float(y)) for x, y in stroke.points]
        for stroke in load_references("ja")[character].strokes
    ]


def asked(page: Page) -> str:
    """The kanji that the page asks for: the first card of its queue that was not used."""
    card: str = until(page, _CARD, bool)
    return card


def draw_stroke(page: Page, stroke: Stroke) -> None:
    """Draws one stroke with the mouse."""
    press_stroke(page, stroke)
    page.mouse.up()


def press_stroke(page: Page, stroke: Stroke) -> None:
    """Draws one stroke with the mouse, whose button stays down."""
    sheet = page.locator(".sheet canvas").bounding_box()
    assert sheet is not None
    points = [
        (sheet["x"] + x * sheet["width"], sheet["y"] + y * sheet["height"]) for x, y in stroke
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)


def draw(page: Page, drawn: list[Stroke]) -> None:
    """Draws strokes one after the other."""
    for stroke in drawn:
        draw_stroke(page, stroke)


def from_memory(page: Page) -> None:
    """Leaves out the tracing of a new kanji."""
    know = page.get_by_role("button", name="I know it")
    expect(page.locator(".tools button").first).to_be_visible()
    if know.count():
        know.click()


def write(page: Page, character: str) -> None:
    """Writes a kanji from memory, correctly, and waits for the verdict and the ratings."""
    from_memory(page)
    draw(page, strokes(character))
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator(".rating").first).to_be_visible()


def go_to(page: Page, view: str) -> None:
    """Shows the view of an address, without loading the page anew."""
    page.goto(f"{page.url.partition('#')[0]}#{view}")


def prefer(page: Page, **preferences: object) -> None:
    """Sets preferences of this browser; a view takes them when it is shown."""
    script = "(all) => localStorage.setItem('hitsujun-preferences', all)"
    page.evaluate(script, json.dumps(preferences))


def change_settings(page: Page, **changes: object) -> None:
    """Changes the learner's settings as another program would, and fetches the cards."""
    page.evaluate(_CHANGE, changes)


def next_card(page: Page) -> None:
    """Goes on to the next card."""
    page.get_by_role("button", name="Next", exact=True).click()


def is_on_screen(page: Page, selector: str) -> bool:
    """Whether all of an element is on the screen, and nothing lies over its middle."""
    inside: bool = page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].every((element) => {
          const box = element.getBoundingClientRect();
          const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
          const at = document.elementFromPoint(x, y);
          return box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth
            && box.bottom <= innerHeight && at && (element.contains(at) || at.contains(element));
        })""",
        selector,
    )
    return inside


def can_read(page: Page, *, wholly: bool = False) -> None:
    """Waits until the recognizer runs in the browser; `wholly`: and needs no network any more."""
    until(page, _REFERENCES if wholly else _READER, bool)


def service_log(page: Page, count: int) -> list[dict[str, Any]]:
    """The log of the service, once it has `count` events."""
    log: list[dict[str, Any]] = until(page, _LOG, lambda log: len(log) >= count)
    return log


def hold(page: Page, pattern: str) -> list[Route]:
    """The requests to an address, which are not answered until one goes on with them."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(pattern, keep)
    return held


SETTINGS = """async () => {
  const { ask } = await import("/static/app/api.js");
  return ask("GET", "/v1/settings");
}"""
_CARD = """async () => {
  const { nextCard } = await import("/static/app/queue.js");
  return (await nextCard()).card?.kanji ?? "";
}"""
_READER = """async () => {
  const { isReady } = await import("/static/app/grader/reader.js");
  return isReady();
}"""
_REFERENCES = """async () => {
  const { hasReferences } = await import("/static/app/grader/reader.js");
  return hasReferences();
}"""
_CHANGE = """async (changes) => {
  const { changeSettings } = await import("/static/app/learner.js");
  const { sync } = await import("/static/app/sync.js");
  await changeSettings(changes);
  await sync();
}"""
_LOG = """async () => {
  const { ask } = await import("/static/app/api.js");
  return (await ask("GET", "/v1/reviews?after=0")).events;
}"""


def until(page: Page, script: str, is_there: Callable[[Any], bool]) -> Any:
    """What a script answers, asked until it is there.

    Playwright's own waiting evaluates strings, which the page's policy forbids.
    """
    for _ in range(LOOKS):
        if is_there(value := page.evaluate(script)):
            return value
        page.wait_for_timeout(LOOK_MS)
    raise AssertionError(f"still {value!r}")
