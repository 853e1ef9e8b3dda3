"""From the pen's lift to the verdict on the screen, in Chromium.

    python -m tests.bench.service verdict [--cards 15]

Takes two minutes and more: the mouse makes 5,000 moves, of which each waits for a frame.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

from playwright.sync_api import Page

from data.characters import characters
from data.references.store import load_references
from tests.bench.service.browser import practice_page
from tests.bench.table import table
from tests.service.page.learner import (
    asked,
    can_read,
    draw,
    from_memory,
    next_card,
    press_stroke,
    strokes,
)
from tests.service.page.page_thread import PageThread

STROKES = 12
REST_MS = 500  # in which all earlier strokes are judged and painted
LOOK_MS = 20  # between two looks for the verdict
# The first frame after the verdict is in the document is drawn before the second callback.
WATCH = """() => {
  globalThis.lifted = 0;
  addEventListener("pointerup", (event) => (globalThis.lifted = event.timeStamp), true);
  const seen = () => {
    if (!document.querySelector(".said .verdict") || globalThis.shown > globalThis.lifted) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (globalThis.shown = performance.now());
      port2.postMessage(null);
    });
  };
  new MutationObserver(seen).observe(document.body, { childList: true, subtree: true });
}"""
DECK = """async (deck) => {
  const { changeSettings } = await import("/static/app/learner.js");
  const { sync } = await import("/static/app/sync.js");
  const { prefer } = await import("/static/app/preferences.js");
  prefer("advance", false);
  prefer("session", [...deck].length);
  await changeSettings({ decks: [deck], new_per_day: [...deck].length });
  await sync();
}"""


def main(arguments: list[str]) -> None:
    """Prints the median and the 90th percentile, by the clock and in CPU of the page's thread."""
    parser = argparse.ArgumentParser(prog="verdict", description=__doc__.split("\n\n")[0])
    parser.add_argument("--cards", type=int, default=15)
    args = parser.parse_args(arguments)
    with practice_page() as page:
        page.locator(".tools button").first.wait_for()  # signed in
        kanji = [
            one for one in characters("joyo") if len(load_references()[one].strokes) == STROKES
        ]
        page.evaluate(DECK, "".join(kanji[: args.cards]))
        page.reload()
        can_read(page)
        page.evaluate(WATCH)
        thread = PageThread(page)
        taken = []
        for _ in range(args.cards):
            taken.append(_verdict(page, thread))
            print("{:.0f} ms, {:.0f} in CPU".format(*taken[-1]), file=sys.stderr, flush=True)
    rows = []
    for name, values in zip(("clock", "CPU of the page"), zip(*taken, strict=True), strict=True):
        ranked = sorted(values)
        rows.append([name, f"{median(ranked):.0f}", f"{ranked[int(0.9 * len(ranked))]:.0f}"])
    print(table(["milliseconds", "median", "nine of ten within"], rows))


def _verdict(page: Page, thread: PageThread) -> tuple[float, float]:
    """Milliseconds from the last lift of a card to its verdict, and what the page computed."""
    card = strokes(asked(page))
    from_memory(page)
    draw(page, card[:-1])
    press_stroke(page, card[-1])
    page.wait_for_timeout(REST_MS)
    before = thread.busy_ms()
    page.mouse.up()
    while not page.evaluate("globalThis.shown > globalThis.lifted"):
        page.wait_for_timeout(LOOK_MS)
    after = thread.busy_ms()
    taken: float = page.evaluate("globalThis.shown - globalThis.lifted")
    next_card(page)
    return taken, after - before
