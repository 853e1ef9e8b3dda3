"""How long a learner waits for a wallpaper to look at, over HTTP and on the page.

    python -m tests.bench.service preview [--times 3]

A wallpaper that is not painted, and one in a fast style, of the size of a phone. The aim is 3 s.
"""

from __future__ import annotations

import argparse
import resource
import time
from statistics import median

from playwright.sync_api import Page, expect

from tests.bench.service.browser import STEP_MS, practice_page
from tests.bench.table import table

LOOK_MS = 50  # between two looks whether it is there
SIZE = "phone"  # 1080 x 2400
# When a picture was ordered, and when it was there: Playwright itself looks once a second.
WATCH = """() => {
  addEventListener("click", () => (globalThis.ordered = performance.now()), true);
  document.addEventListener("load", ({ target }) => {
    if (target.matches?.(".preview")) globalThis.seen = performance.now();
  }, true);
}"""
ORDER = """async (order) => {
  const { ask, request } = await import("/static/app/api.js");
  const job = await ask("POST", "/v1/wallpapers", order, { timeout: 120000 });
  return (await (await request("GET", job.result)).blob()).size;
}"""


def main(arguments: list[str]) -> None:
    """Prints the median and the longest time of each way, and its CPU time."""
    parser = argparse.ArgumentParser(prog="preview", description=__doc__.split("\n\n")[0])
    parser.add_argument("--times", type=int, default=3)
    args = parser.parse_args(arguments)
    rows = []
    with practice_page() as page:
        page.locator(".tools button").first.wait_for()
        for fast in ("", "wave"):
            named = f"in the style {fast}" if fast else "drawn"
            times = [_over_http(page, fast) for _ in range(args.times)]
            rows.append([named, "over HTTP", *_row(times)])
            page.goto(f"{page.url.split('#')[0]}#pictures")
            times = [_on_page(page, fast) for _ in range(args.times)]
            rows.append([named, "on the page", *_row(times)])
    print(table(["wallpaper", "asked", "median, s", "most, s", "CPU, s"], rows))


def _row(taken: list[tuple[float, float]]) -> list[str]:
    """Of pairs of seconds and CPU seconds."""
    seconds, cpu = ([one[n] for one in taken] for n in (0, 1))
    return [f"{value:.1f}" for value in (median(seconds), max(seconds), median(cpu))]


def _over_http(page: Page, fast: str) -> tuple[float, float]:
    order = {"characters": "山", "size": SIZE} | ({"fast": fast} if fast else {"painted": False})
    began, cpu = time.monotonic(), _children()
    assert page.evaluate(ORDER, order) > 0
    return time.monotonic() - began, _children() - cpu


def _on_page(page: Page, fast: str) -> tuple[float, float]:
    """From the click until the picture is there."""
    form = page.locator("form").first
    form.get_by_label("Kanji", exact=True).fill("山")
    form.get_by_label("Size", exact=True).select_option(SIZE)
    form.locator(f'.picture input[value="{fast}"]').check()
    page.evaluate(WATCH)
    cpu = _children()
    form.locator("button.main").first.click()
    expect(form.locator(".status")).to_have_text("Done.", timeout=STEP_MS)
    expect(form.locator(".preview")).to_have_js_property("naturalWidth", 1080, timeout=STEP_MS)
    while not page.evaluate("globalThis.seen > globalThis.ordered"):
        page.wait_for_timeout(LOOK_MS)
    return page.evaluate("(globalThis.seen - globalThis.ordered) / 1000"), _children() - cpu


def _children() -> float:
    """CPU seconds of the processes that drew, which the service has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
