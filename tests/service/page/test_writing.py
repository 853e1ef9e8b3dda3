"""While writing: each stroke is judged as it is drawn, hints are a ladder, and undo takes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.service.page.fingers import Fingers
from tests.service.page.learner import (
    asked,
    change_settings,
    draw,
    draw_stroke,
    from_memory,
    prefer,
    service_log,
    strokes,
    write,
)


@pytest.fixture
def writing(page: Page) -> Page:
    """The page with the first card to write from memory."""
    prefer(page, advance=False)
    from_memory(page)
    return page


def test_a_reversed_stroke_is_refused_with_the_reason_and_can_be_written_again(
    writing: Page,
) -> None:
    kanji = asked(writing)
    draw_stroke(writing, strokes(kanji)[0][::-1])
    expect(writing.locator(".said .bad")).to_have_text(
        "The other way: stroke 1 goes from the top to the bottom."
    )
    draw(writing, strokes(kanji))
    expect(writing.locator(".verdict")).to_have_text("Correct")
    (event,) = service_log(writing, 1)
    assert event["misses"] == 1 and event["faulty_strokes"] == [0]


def test_a_stroke_before_its_turn_is_refused(writing: Page) -> None:
    bars = strokes(asked(writing))
    draw(writing, [bars[0], bars[1], bars[3]])
    expect(writing.locator(".said .bad")).to_have_text("That one comes later: stroke 3 is next.")


def test_the_ladder_of_hints_goes_from_outline_to_animation_to_drawn_for_you(
    writing: Page,
) -> None:
    hint = writing.get_by_role("button", name="Hint")
    said = writing.locator(".said")
    hint.click()
    expect(said).to_have_text("Stroke 1, from the top to the bottom.")
    hint.click()
    expect(said).to_contain_text("goes like this")
    hint.click()
    expect(said).to_have_text("Stroke 1 was drawn for you.")
    kanji = asked(writing)
    draw(writing, strokes(kanji)[1:])
    expect(writing.locator(".verdict")).to_have_text("That is how it goes")
    expect(writing.locator(".rating.again")).to_have_attribute("aria-pressed", "true")
    (event,) = service_log(writing, 1)
    assert event["hints"] == 3 and event["gave_up"] is True


@pytest.mark.parametrize("way", ["button", "keys", "fingers"])
def test_undo_takes_the_last_stroke_back(writing: Page, way: str) -> None:
    first, *others = strokes(asked(writing))
    draw_stroke(writing, first)
    if way == "button":
        writing.get_by_role("button", name="Undo").click()
    elif way == "keys":
        writing.keyboard.press("Control+z")
    else:
        Fingers(writing).tap_with_two()
    draw(writing, [first, *others])  # an undone stroke is no miss, and a second one would be
    expect(writing.locator(".verdict")).to_have_text("Correct")
    (event,) = service_log(writing, 1)
    assert not event.get("misses") and not event.get("faulty_strokes")


def test_a_new_kanji_is_traced_and_then_written_from_memory(page: Page) -> None:
    kanji = asked(page)
    expect(page.locator(".question .kanji")).to_have_text(kanji)
    draw(page, strokes(kanji))
    expect(page.locator(".said")).to_have_text("Now from memory.")
    expect(page.locator(".question .kanji")).to_have_count(0)
    write(page, kanji)
    (event,) = service_log(page, 1)
    assert event["kanji"] == kanji and not event.get("hints")


def test_a_pen_sends_its_pressure_with_the_drawing_that_is_kept(page: Page) -> None:
    kanji = asked(page)
    change_settings(page, keep_ink=True)
    from_memory(page)
    with page.expect_request("**/v1/reviews") as request:
        for stroke in strokes(kanji):
            _draw_with_a_pen(page, stroke)
    (event,) = request.value.post_data_json["events"]
    assert all(set(stroke["pressure"]) == {250} for stroke in event["ink"]["strokes"])
    (stored,) = service_log(page, 1)
    assert stored["id"] == event["id"]


def _draw_with_a_pen(page: Page, stroke: list[tuple[float, float]]) -> None:
    session = page.context.new_cdp_session(page)
    sheet = page.locator(".sheet canvas").bounding_box()
    assert sheet is not None
    points = [
        {"x": sheet["x"] + x * sheet["width"], "y": sheet["y"] + y * sheet["height"]}
        for x, y in stroke
    ]
    pen = {"pointerType": "pen", "button": "left", "buttons": 1, "force": 0.25, "clickCount": 1}
    kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1)]
    for kind, point in zip(kinds, points, strict=True):
        session.send("Input.dispatchMouseEvent", {"type": kind, **point, **pen})
    session.send("Input.dispatchMouseEvent", {"type": "mouseReleased", **points[-1], **pen})
    session.detach()
