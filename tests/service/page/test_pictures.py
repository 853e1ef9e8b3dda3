"""The wallpaper maker, and the page that paints."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.service.page.conftest import NewPage


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


def test_two_pictures_make_a_job_that_waits_and_can_be_cancelled(
    new_page: NewPage, picture: Path
) -> None:
    page = new_page("#pictures")
    form = page.locator("form").last
    form.get_by_role("button", name="Paint").click()
    expect(form.locator(".status")).to_contain_text("choose two pictures")
    form.get_by_label("Your picture").set_input_files(picture)
    form.get_by_label("The style").set_input_files(picture)
    form.get_by_label("Longest side").select_option("256")
    form.get_by_role("button", name="Paint").click()
    expect(form.locator(".status")).to_have_text("It waits for a painter.")
    form.get_by_role("button", name="Cancel").click()
    expect(form.locator(".status")).to_have_text("Cancelled.")
