"""The practice page in a real browser, drawn on with mouse and finger."""

import re
import shutil
import threading
from collections.abc import Iterator

import pytest
import waitress
from playwright.sync_api import Page, expect, sync_playwright

from data.references.store import load_references
from service.api.app import create_app
from service.settings import Settings

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")

Strokes = list[list[tuple[float, float]]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    server = waitress.create_server(create_app(settings), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()
    thread.join()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(has_touch=True, reduced_motion="reduce").new_page()
        page.set_default_timeout(20_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        yield page
        browser.close()
        assert not errors


def strokes(character: str) -> Strokes:
    """The reference strokes, as a careful person would draw them."""
    return [
        [(float(x), float(y)) for x, y in stroke.points]
        for stroke in load_references("ja")[character].strokes
    ]


def draw(page: Page, character: str, drawn: Strokes) -> str:
    """Draws with the mouse, presses Check, and returns the text of the answer."""
    page.fill("#target", character)
    page.get_by_role("button", name="Choose").click()
    expect(page.locator("#source")).to_have_text(re.compile(f"^{len(strokes(character))} strokes"))
    paper = page.locator("#paper").bounding_box()
    assert paper is not None
    for stroke in drawn:
        points = [
            (paper["x"] + x * paper["width"], paper["y"] + y * paper["height"]) for x, y in stroke
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_have_text(re.compile(".{3,}"))
    return page.locator(".answer").inner_text()


def test_a_good_drawing_is_called_correct(page: Page) -> None:
    assert "Correct" in draw(page, "三", strokes("三"))


def test_a_reversed_stroke_is_named(page: Page) -> None:
    bars = strokes("三")
    answer = draw(page, "三", [bars[0], bars[1][::-1], bars[2]])
    assert "Write stroke 2 the other way, from left to right." in answer


def test_a_wrong_order_is_named(page: Page) -> None:
    bars = strokes("王")
    answer = draw(page, "王", [bars[0], bars[2], bars[1], bars[3]])
    assert "wrong order" in answer
    assert "What you wrote as stroke 2 is stroke 3." in answer


def test_a_missing_stroke_is_named(page: Page) -> None:
    assert "Stroke 3 is missing." in draw(page, "海", strokes("海")[:2] + strokes("海")[3:])


def test_the_candidates_are_shown_and_can_be_practised(page: Page) -> None:
    assert "Looks like" in draw(page, "海", strokes("海"))
    best = page.locator("#candidates button").first
    assert best.inner_text().startswith("海")


def test_a_finger_draws_too(page: Page) -> None:
    page.locator("#paper").tap()
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_have_text(re.compile(".{3,}"))


def test_an_unknown_character_is_refused(page: Page) -> None:
    page.fill("#target", "☃")
    page.get_by_role("button", name="Choose").click()
    expect(page.locator("#verdict")).to_have_text(re.compile(".{3,}"))
    assert "give one kanji" in page.locator("#verdict").inner_text()
