import pytest
from PIL import Image

from service.wallpapers.contrast import contrast
from service.wallpapers.inked import TONE
from service.wallpapers.palettes import PALETTES, THEMES, mixed, palette_of_photo


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_palest_ink_of_each_palette_stands_out_from_its_paper(name: str, theme: str) -> None:
    palette = PALETTES[name][theme]
    assert palette.is_dark == (theme == "dark")
    assert contrast(mixed(palette.ink, palette.ground, TONE), palette.ground) >= 7


@pytest.mark.parametrize("color", ["red", "navy", "yellow", "grey", "black", "white", "#7fb2d0"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_photograph_of_any_colour_gives_a_palette_with_contrast(color: str, theme: str) -> None:
    palette = palette_of_photo(Image.new("RGB", (40, 60), color), theme)
    assert contrast(mixed(palette.ink, palette.ground, TONE), palette.ground) >= 7
    if theme != "auto":
        assert palette.is_dark == (theme == "dark")


def test_a_dark_photograph_takes_the_dark_theme_by_itself() -> None:
    assert palette_of_photo(Image.new("RGB", (40, 60), "navy"), "auto").is_dark
    assert not palette_of_photo(Image.new("RGB", (40, 60), "skyblue"), "auto").is_dark


def test_the_paper_has_a_tint_of_the_commonest_colour() -> None:
    photo = Image.new("RGB", (40, 60), "forestgreen")
    photo.paste("red", (0, 0, 10, 10))
    red, green, blue = palette_of_photo(photo, "light").ground
    assert green > red and green > blue


def test_contrast_is_that_of_the_definition() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
