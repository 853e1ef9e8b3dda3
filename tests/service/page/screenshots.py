"""`python -m tests.service.page.screenshots ADDRESS`: the pictures of docs/page.md.

ADDRESS is that of a running service, such as http://127.0.0.1:8000/.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page

from tests.bench.backbones import picture
from tests.browser import chromium
from tests.service.page.learner import (
    DESKTOP,
    LANDSCAPE,
    PHONE,
    asked,
    draw,
    draw_stroke,
    prefer,
    strokes,
)

DOCS = Path(__file__).parents[3] / "docs"
QUALITY = 70  # of the JPEG files
GAP_PX = 12
STEP_MS = 60_000  # that a step may take on a busy machine
PAINT_MS = 240_000  # until a picture is there
SETTLE_MS = 1500  # until a view that was opened stands still


def main(address: str) -> None:
    """Writes docs/page-*.jpg."""
    with chromium() as browser:
        page = _page(browser, address, viewport=PHONE)
        _save("phone", _practice(page))
        page.context.close()
        page = _page(browser, address, viewport=PHONE, locale="ja-JP", color_scheme="dark")
        _practice(page)
        _save("japanese", [_shot(page), *_views(page, address)])
        page.context.close()
        page = _page(browser, address, viewport=LANDSCAPE)
        _save("landscape", _practice(page)[1:], is_column=True)
        page.context.close()
        page = _page(browser, address, viewport=DESKTOP, color_scheme="dark")
        _save("desktop", _practice(page)[1:], is_column=True)
        page.context.close()
        page = _page(browser, address, viewport=PHONE)
        _save("flows", _flows(page, address))
        page.context.close()
        page = _page(browser, address, viewport=LANDSCAPE, locale="ja-JP", color_scheme="dark")
        _save("flows-landscape", _flows(page, address), is_column=True)


def _page(browser: Browser, address: str, **options: object) -> Page:
    defaults = {"locale": "en-GB", "reduced_motion": "reduce"}
    context = browser.new_context(**(defaults | options))  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(STEP_MS)
    page.goto(address)
    prefer(page, advance=False)
    return page


def _practice(page: Page) -> list[Image.Image]:
    """A new card, a refused stroke, a verdict."""
    kanji = asked(page)
    page.locator(".tools button").nth(2).wait_for()
    shots = [_shot(page)]
    page.locator(".tools button").nth(2).click()  # "I know it"
    draw_stroke(page, strokes(kanji)[0][::-1])
    page.locator(".said .bad").wait_for()
    shots.append(_shot(page))
    draw(page, strokes(kanji))
    page.locator(".verdict").wait_for()
    page.wait_for_timeout(SETTLE_MS)
    return [*shots, _shot(page)]


def _views(page: Page, address: str) -> list[Image.Image]:
    shots = []
    for view in ("progress", "settings", "pictures"):
        page.goto(f"{address}#{view}")
        page.wait_for_timeout(SETTLE_MS)
        shots.append(_shot(page))
    return shots


def _flows(page: Page, address: str) -> list[Image.Image]:
    """A wallpaper, a painting, a dream, a second device, an import, a character."""
    asked(page)
    page.goto(f"{address}#pictures")
    shots = [_made(page, form) for form in range(3)]
    page.goto(f"{address}#settings")
    _press(page, "section.part:has(.devices) button")
    page.locator("output").wait_for()
    shots.append(_seen(page, "section.part:has(.devices) > button"))
    data = "section.part:has(.danger)"
    with page.expect_download() as download:
        _press(page, f"{data} .row button")
    export = Path(download.value.path()).read_bytes()
    page.locator(f"{data} input[type=file]").set_input_files(
        {"name": "export.json", "mimeType": "application/json", "buffer": export}
    )
    _press(page, f"{data} > button")
    page.locator(f"{data} .status.good").wait_for()
    shots.append(_seen(page, data))
    page.goto(f"{address}#kanji/末")
    page.locator(".alike path").nth(9).wait_for()
    page.locator("summary").click()
    return [*shots, _seen(page, ".facts")]


def _made(page: Page, number: int) -> Image.Image:
    """What a form of the pictures makes: of a kanji, and else of a photograph."""
    form = page.locator("form").nth(number)
    if number == 0:
        form.locator("input").first.fill("山")
        form.locator(".picture").nth(1).click()
    else:
        form.locator("input[type=file]").first.set_input_files(_photograph())
        form.locator("select").last.select_option("384")
    form.locator("button.main").first.click()
    form.locator(".preview:not([hidden])").wait_for(timeout=PAINT_MS)
    return _seen(page, f"form:nth-of-type({number + 1}) button.main")


def _photograph() -> FilePayload:
    file = io.BytesIO()
    photograph = picture("coffee") or Image.linear_gradient("L").convert("RGB")
    photograph.convert("RGB").save(file, "JPEG")
    return {"name": "photograph.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def _press(page: Page, selector: str) -> None:
    page.locator(selector).first.click()


def _seen(page: Page, selector: str) -> Image.Image:
    """The screen, with an element at its top."""
    page.locator(selector).first.evaluate("(one) => one.scrollIntoView()")
    page.wait_for_timeout(SETTLE_MS)
    return _shot(page)


def _shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _save(name: str, shots: list[Image.Image], *, is_column: bool = False) -> None:
    """Writes the shots beside or below each other."""
    along = [shot.height if is_column else shot.width for shot in shots]
    across = max(shot.width if is_column else shot.height for shot in shots)
    length = sum(along) + GAP_PX * (len(shots) - 1)
    sheet = Image.new("RGB", (across, length) if is_column else (length, across), "white")
    start = 0
    for shot, size in zip(shots, along, strict=True):
        sheet.paste(shot, (0, start) if is_column else (start, 0))
        start += size + GAP_PX
    sheet.save(DOCS / f"page-{name}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
