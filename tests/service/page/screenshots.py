"""`python -m tests.service.page.screenshots ADDRESS`: the pictures of docs/page.md.

ADDRESS is that of a running service, such as http://127.0.0.1:8000/.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.service.page.learner import (
    CHROMIUM,
    DESKTOP,
    FLAGS,
    LANDSCAPE,
    PHONE,
    asked,
    draw,
    draw_stroke,
    strokes,
)

DOCS = Path(__file__).parents[3] / "docs"
QUALITY = 70  # of the JPEG files
GAP_PX = 12
SETTLE_MS = 1500  # until a view that was opened stands still


def main(address: str) -> None:
    """Writes docs/page-*.jpg."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
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
        browser.close()


def _page(browser: Browser, address: str, **options: object) -> Page:
    defaults = {"locale": "en-GB", "reduced_motion": "reduce"}
    context = browser.new_context(**(defaults | options))  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.evaluate("localStorage.setItem('hitsujun-preferences', '{\"advance\": false}')")
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
