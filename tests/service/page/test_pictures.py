"""The wallpaper maker, and the page that paints."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect

from service.api.pages import STATIC
from style.config.presets import preset_names
from style.fast import FastStyle
from tests.bench.thumbnails import MOST_BYTES, dreams
from tests.service.page.conftest import NewPage
from tests.service.page.learner import prefer, words

pytestmark = pytest.mark.slow

DROP = """(zone) => {
  const dataTransfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
  ), (one) => one.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer }));
}"""
ORDERS = re.compile(r"/v1/(stylizations|dreams|wallpapers)$")


def ordered(page: Page, button: Locator) -> Any:
    """The options of the job that a click on the button orders."""

    def is_order(response: Response) -> bool:
        return response.request.method == "POST" and bool(ORDERS.search(response.url))

    with page.expect_response(is_order) as response:
        button.click()
    return response.value.json()["options"]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small photograph."""
    path = tmp_path / "picture.png"
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(path)
    return path


def test_a_wallpaper_is_drawn_and_can_be_downloaded(new_page: NewPage) -> None:
    page = new_page("#pictures")
    form = page.locator("form").first
    form.get_by_label("Kanji", exact=True).fill("山")
    form.get_by_label("Pattern", exact=True).select_option("yama")
    form.get_by_role("button", name="Make it").click()
    expect(form.locator(".status")).to_have_text("Done.", timeout=120_000)
    expect(form.locator(".preview")).to_have_js_property("naturalWidth", 390)
    with page.expect_download() as download:
        form.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "wallpaper.png"


def test_a_wallpaper_on_a_photograph_is_sent_as_a_form(new_page: NewPage, picture: Path) -> None:
    page = new_page("#pictures")
    form = page.locator("form").first
    form.get_by_label("Photograph").set_input_files(picture)
    form.get_by_role("button", name="Make it").click()
    expect(form.locator(".status")).to_have_text("Done.", timeout=120_000)


def test_files_are_chosen_in_the_language_that_was_chosen(new_page: NewPage, picture: Path) -> None:
    page = new_page("#pictures")  # of an English browser
    prefer(page, language="ja")
    page.reload()
    said = words("ja")
    chosen = page.locator(".file")
    expect(chosen.nth(2)).to_be_attached()
    for one in chosen.all():
        expect(one).to_have_text(f"{said['file.choose']}{said['file.none']}")
    for one in chosen.all():
        one.locator("input").set_input_files(picture)
        expect(one).to_have_text(f"{said['file.choose']}{picture.name}")


def test_a_picture_that_is_dropped_is_named(new_page: NewPage) -> None:
    page = new_page("#pictures")
    drop = page.locator(".drop").first
    drop.evaluate(DROP)
    expect(drop.locator(".file")).to_contain_text("dropped.png")
    expect(drop.locator("img")).to_be_visible()


def test_a_wallpaper_is_painted_at_once_in_a_style_chosen_by_its_picture(
    new_page: NewPage,
) -> None:
    page = new_page("#pictures")
    form = page.locator("form").first
    form.get_by_label("Kanji", exact=True).fill("川")
    form.get_by_role("radio", name="great wave").check()
    options = ordered(page, form.get_by_role("button", name="Make it"))
    expect(form.locator(".status")).to_have_text("Done.", timeout=120_000)
    assert options["fast"] == "wave"


def test_a_photograph_is_painted_at_once_in_a_style_that_was_learned(
    new_page: NewPage, picture: Path
) -> None:
    page = new_page("#pictures", locale="ja-JP")
    form = page.locator("form").nth(1)
    form.get_by_role("button", name="描く", exact=True).click()
    expect(form.locator(".status")).to_contain_text("先に絵を選んでください")
    form.get_by_label("元の絵").set_input_files(picture)
    form.get_by_label("星月夜").check()
    form.get_by_role("button", name="描く", exact=True).click()
    expect(form.locator(".status")).to_have_text("できました。", timeout=120_000)
    expect(form.locator(".preview")).to_have_js_property("naturalWidth", 64)


def test_two_pictures_make_a_job_that_waits_and_can_be_cancelled(
    new_page: NewPage, picture: Path
) -> None:
    page = new_page("#pictures")
    form = page.locator("form").nth(1)
    form.get_by_label("Your picture").set_input_files(picture)
    form.get_by_role("radio", name="a picture of yours").first.check()
    form.get_by_role("button", name="Paint").click()
    expect(form.locator(".status")).to_contain_text("choose the picture whose style")
    form.locator(".own input[type=file]").set_input_files(picture)
    form.get_by_label("sketch").check()
    options = ordered(page, form.get_by_role("button", name="Paint"))
    expect(form.locator(".status")).to_have_text("It waits for a painter.")
    assert options == {"preset": "sketch", "size": 384}
    form.get_by_role("button", name="Cancel").click()
    expect(form.locator(".status")).to_have_text("Cancelled.")


def test_a_dream_is_ordered_with_its_layer(new_page: NewPage, picture: Path) -> None:
    page = new_page("#pictures")
    form = page.locator("form").last
    form.get_by_label("Your picture").set_input_files(picture)
    form.get_by_label("animals").check()
    options = ordered(page, form.get_by_role("button", name="Dream"))
    expect(form.locator(".status")).to_have_text("It waits for a painter.")
    assert options == {"layer": "relu5_1", "size": 384}
    form.get_by_role("button", name="Cancel").click()


@pytest.fixture
def page(new_page: NewPage, picture: Path) -> Page:
    """The view of pictures, with one for a dream, which waits as nothing paints in these tests."""
    page = new_page("#pictures")
    _dream(page).get_by_label("Your picture").set_input_files(picture)
    return page


def _dream(page: Page) -> Locator:
    return page.locator("form").last


def _order_dream(page: Page) -> None:
    _dream(page).get_by_role("button", name="Dream").click()
    expect(_dream(page).locator(".status")).to_have_text("It waits for a painter.")


def _cancel_dream(page: Page) -> None:
    _dream(page).get_by_role("button", name="Cancel").click()
    expect(_dream(page).locator(".status")).to_have_text("Cancelled.")


def _leave_and_come_back(page: Page) -> None:
    page.get_by_role("link", name="Settings").click()
    expect(page.locator("#view[data-view=settings] form").first).to_be_visible()
    page.get_by_role("link", name="Pictures").click()
    expect(page.locator("#view[data-view=pictures] form").last).to_be_visible()


@pytest.mark.parametrize("name", ["notes.txt", None])
def test_a_file_that_is_no_picture_takes_the_place_of_the_picture_before(
    page: Page, tmp_path: Path, name: str | None
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no picture")
    expect(_dream(page).locator(".drop img")).to_be_visible()
    _dream(page).get_by_label("Your picture").set_input_files([notes] if name else [])
    expect(_dream(page).locator(".drop img")).to_be_hidden()
    said = words("en")["file.refused"].replace("{name}", notes.name) if name else ""
    expect(_dream(page).locator(".drop .note")).to_have_text(said)
    _dream(page).get_by_role("button", name="Dream").click()
    expect(_dream(page).locator(".status")).to_contain_text("choose a picture first")


def test_a_double_click_orders_one_picture(page: Page) -> None:
    orders = []
    page.on("request", lambda one: orders.append(one) if ORDERS.search(one.url) else None)
    button = _dream(page).get_by_role("button", name="Dream")
    button.dblclick()
    expect(_dream(page).locator(".status")).to_have_text("It waits for a painter.")
    expect(button).to_be_disabled()
    _cancel_dream(page)
    expect(button).to_be_enabled()
    assert len(orders) == 1


def test_a_picture_is_still_followed_after_a_gap_in_the_network(page: Page) -> None:
    _order_dream(page)
    page.route("**/v1/jobs/*", lambda route: route.abort())
    expect(_dream(page).locator(".status")).to_have_text(words("en")["job.unreachable"])
    page.unroute("**/v1/jobs/*")
    expect(_dream(page).locator(".status")).to_have_text("It waits for a painter.")
    _cancel_dream(page)


def test_a_picture_is_followed_again_when_one_comes_back(page: Page) -> None:
    _order_dream(page)
    _leave_and_come_back(page)
    expect(_dream(page).locator(".status")).to_have_text("It waits for a painter.")
    page.reload()
    _cancel_dream(page)
    _leave_and_come_back(page)
    expect(_dream(page).get_by_role("button", name="Dream")).to_be_enabled()
    expect(_dream(page).locator(".status")).to_be_empty()


def test_a_picture_that_is_finished_meanwhile_can_be_downloaded(page: Page, picture: Path) -> None:
    _order_dream(page)
    page.get_by_role("link", name="Settings").click()
    ended = {"state": "done", "progress": 1, "preview": None, "result": "/v1/jobs/1/result"}
    page.route("**/v1/jobs/*", lambda route: route.fulfill(json=ended))
    page.route("**/v1/jobs/1/result", lambda route: route.fulfill(path=picture))
    page.get_by_role("link", name="Pictures").click()
    expect(_dream(page).get_by_role("button", name="Download")).to_be_visible()
    _leave_and_come_back(page)
    expect(_dream(page).get_by_role("button", name="Download")).to_be_visible()


def test_a_cancel_without_a_network_is_made_up_for(page: Page) -> None:
    _order_dream(page)
    page.context.set_offline(True)
    _dream(page).get_by_role("button", name="Cancel").click()
    expect(_dream(page).locator(".status")).to_have_text(words("en")["job.unreachable"])
    page.context.set_offline(False)
    expect(_dream(page).locator(".status")).to_have_text("Cancelled.")


def test_a_picture_that_is_gone_is_forgotten(page: Page) -> None:
    _order_dream(page)
    gone = {"type": "/v1/docs#problem-unknown-job", "title": "x", "status": 404}
    page.route("**/v1/jobs/*", lambda route: route.fulfill(status=404, json=gone))
    expect(_dream(page).locator(".status")).to_have_text(words("en")["problem.unknown-job"])
    _leave_and_come_back(page)
    expect(_dream(page).get_by_role("button", name="Dream")).to_be_enabled()
    expect(_dream(page).locator(".status")).to_be_empty()


def test_every_choice_has_its_small_picture() -> None:
    files = {path.stem: path.stat().st_size for path in (STATIC / "pictures").iterdir()}
    fast = re.findall(r'"([\w-]+)",', (STATIC / "app" / "fast-styles.js").read_text("utf-8"))
    assert tuple(fast) == FastStyle.load().names
    presets = {f"preset-{name}" for name in ("usual", *preset_names())}
    wanted = {f"fast-{name}" for name in fast} | {f"dream-{name}" for name in dreams()} | presets
    assert files.keys() == wanted and max(files.values()) <= MOST_BYTES
