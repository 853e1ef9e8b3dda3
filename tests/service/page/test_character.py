"""The card of a character, and what stands beside a verdict."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    LANDSCAPE,
    PHONE,
    asked,
    change_settings,
    draw,
    from_memory,
    is_on_screen,
    prefer,
    strokes,
)

pytestmark = pytest.mark.slow

SPEECH = """() => {
  const voices = [];
  const speech = new EventTarget();
  speech.getVoices = () => voices;
  speech.speak = ({ text }) => (globalThis.said = text);
  Object.defineProperty(globalThis, "speechSynthesis", { value: speech });
  globalThis.SpeechSynthesisUtterance = function (text) { this.text = text; };
  globalThis.install = () => {
    voices.push({ lang: "ja-JP" });
    speech.dispatchEvent(new Event("voiceschanged"));
  };
}"""


def test_the_card_has_parts_and_what_looks_like_it(new_page: NewPage) -> None:
    page = new_page("#kanji/末")
    expect(page.locator(".facts")).to_contain_text("Parts木")
    pictures = page.locator(".alike a")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture.locator("path")).to_have_count(5)
    pictures.last.click()
    expect(page.locator("h1")).to_have_text("未")


@pytest.mark.parametrize(
    ("kanji", "locale", "expected"),
    [
        ("口", "en-GB", ["from the top to the bottom", "from the upper left: right, then down"]),
        ("水", "en-GB", ["from the top: down, then left"]),
        ("口", "ja-JP", ["上から下へ", "左上から右、次に下へ"]),
    ],
)
def test_the_card_says_in_words_how_each_stroke_goes(
    new_page: NewPage, kanji: str, locale: str, expected: list[str]
) -> None:
    page = new_page(f"#kanji/{kanji}", locale=locale)
    page.locator("summary").click()
    steps = page.locator("details li")
    expect(steps).to_have_count(len(strokes(kanji)))
    assert steps.all_inner_texts()[: len(expected)] == expected


def _practise(page: Page, kanji: str) -> None:
    asked(page)
    prefer(page, advance=False)
    change_settings(page, decks=[kanji])
    page.reload()
    assert asked(page) == kanji
    from_memory(page)


@pytest.mark.parametrize("viewport", [PHONE, LANDSCAPE, {"width": 320, "height": 568}])
def test_after_the_verdict_it_stands_beside_its_look_alike_on_the_screen(
    new_page: NewPage, viewport: ViewportSize
) -> None:
    page = new_page(viewport=viewport)
    _practise(page, "末")
    draw(page, strokes("末"))
    expect(page.locator(".verdict")).to_have_text("Correct")
    expect(page.locator(".alike path")).to_have_count(10)
    for selector in (".sheet", ".verdict", ".alike a", ".rating", ".tools button", "nav a"):
        assert is_on_screen(page, selector), selector


def test_the_reading_is_said_as_soon_as_the_browser_has_a_japanese_voice(
    new_page: NewPage,
) -> None:
    page = new_page()
    asked(page)
    page.add_init_script(f"({SPEECH})()")
    page.reload()
    from_memory(page)
    say = page.get_by_role("button", name="Say the reading")
    expect(say).to_have_count(0)
    page.evaluate("install()")
    say.click()
    assert page.evaluate("said") == "ニチ"


def test_the_small_box_leaves_room(new_page: NewPage) -> None:
    page = new_page()
    prefer(page, box="small")
    page.reload()
    sheet = page.locator(".sheet").bounding_box()
    assert sheet is not None and sheet["width"] == pytest.approx(0.6 * PHONE["width"], abs=1)
