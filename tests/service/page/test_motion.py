"""Who prefers less motion sees all at once and nothing that moves; others see it drawn."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import (
    asked,
    draw,
    draw_stroke,
    from_memory,
    prefer,
    strokes,
    until,
)

pytestmark = pytest.mark.slow

Motion = Literal["reduce", "no-preference"]
STILL_MS = 300  # in which something that moves has changed the paper
# The paper's pixels as a number, and whether anything of the document is animated.
PAPER = """() => {
  const canvas = document.querySelector(".sheet canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7 + 1)) % 1000003, 7);
}"""
IS_ANIMATED = """() => document.getAnimations().some((one) => one.playState === "running")"""
DRAWN = """() => document.querySelectorAll(".overlay path").length"""


def _page(new_page: NewPage, motion: Motion) -> tuple[Page, str]:
    page = new_page(reduced_motion=motion)
    prefer(page, advance=False)
    kanji = asked(page)
    from_memory(page)
    return page, kanji


def _moves(page: Page) -> bool:
    """Whether the paper changes while nobody does anything."""
    page.wait_for_timeout(STILL_MS)
    before = page.evaluate(PAPER)
    seen = set()
    for _ in range(4):
        page.wait_for_timeout(STILL_MS / 2)
        seen.add(page.evaluate(PAPER))
    return seen != {before}


@pytest.mark.parametrize(("motion", "expected"), [("reduce", False), ("no-preference", True)])
def test_a_hint_moves_only_where_motion_is_welcome(
    new_page: NewPage, motion: Motion, expected: bool
) -> None:
    page, _ = _page(new_page, motion)
    for _ in range(2):  # the outline, then the animation
        page.get_by_role("button", name="Hint").click()
    assert _moves(page) is expected


@pytest.mark.parametrize(("motion", "expected"), [("reduce", False), ("no-preference", True)])
def test_the_replay_is_drawn_only_where_motion_is_welcome(
    new_page: NewPage, motion: Motion, expected: bool
) -> None:
    page, kanji = _page(new_page, motion)
    draw(page, strokes(kanji))
    expect(page.locator(".overlay path").first).to_be_attached()
    assert page.evaluate(IS_ANIMATED) is expected
    until(page, DRAWN, lambda count: count == len(strokes(kanji)))


def test_a_refused_stroke_does_not_fade_where_motion_is_not_welcome(new_page: NewPage) -> None:
    page, kanji = _page(new_page, "reduce")
    draw_stroke(page, strokes(kanji)[0][::-1])
    looks = {page.evaluate(PAPER) for _ in range(20)}
    expect(page.locator(".said .bad")).to_be_visible()
    assert len(looks) <= 3  # as it was drawn, as a refused one, and the hint without it
