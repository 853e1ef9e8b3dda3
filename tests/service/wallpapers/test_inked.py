"""The contrast that is promised, measured again in the finished pictures, on hostile grounds."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from service.wallpapers.contrast import LEAST_CONTRAST, contrast, luminance
from service.wallpapers.inked import TONE, inked
from service.wallpapers.palettes import PALETTES, Palette, mixed

SIZE = (240, 480)
BLOCK = 4


def mask() -> Image.Image:
    """A cross of strokes."""
    picture = Image.new("L", SIZE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 230, 200, 254), fill=255)
    draw.rectangle((108, 180, 132, 330), fill=255)
    return picture


def ground(kind: str) -> Image.Image:
    generator = np.random.default_rng(0)
    if kind == "noise":
        pixels = generator.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
        return Image.fromarray(pixels)
    if kind == "checks":
        rows, columns = np.indices((SIZE[1], SIZE[0])) // 20
        grey = (255 * ((rows + columns) % 2)).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    return Image.new("RGB", SIZE, kind)


def lowest_contrast(picture: Image.Image, palette: Palette) -> float:
    """Of the palest ink to the pixels of a ring around the strokes, in blocks."""
    strokes = mask()
    near = np.asarray(strokes.filter(ImageFilter.MaxFilter(9)))[::BLOCK, ::BLOCK] > 0
    inside = np.asarray(strokes.filter(ImageFilter.MaxFilter(5)).reduce(BLOCK)) > 0
    blocks = np.asarray(picture.reduce(BLOCK))[near & ~inside]
    ink = luminance(np.array(mixed(palette.ink, palette.ground, TONE), np.uint8))
    lights = luminance(blocks)
    ratios = (np.maximum(lights, ink) + 0.05) / (np.minimum(lights, ink) + 0.05)
    return float(ratios.min())


@pytest.mark.parametrize("kind", ["noise", "checks", "black", "white", "#777777", "red"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("blur", [0.0, 0.028])
def test_the_ink_stands_out_on_any_ground(kind: str, theme: str, blur: float) -> None:
    palette = PALETTES["sakura"][theme]
    done = inked(ground(kind), mask(), palette, seed=0, blur=blur)
    assert done.contrast >= LEAST_CONTRAST
    assert lowest_contrast(done.picture, palette) >= LEAST_CONTRAST


def test_a_ground_that_needs_no_veil_gets_none() -> None:
    palette = PALETTES["sumi"]["light"]
    done = inked(ground("white"), mask(), palette, seed=0)
    assert done.veil == 0
    assert done.picture.getpixel((5, 5)) == done.picture.getpixel((104, 300)) == (255, 255, 255)


def test_the_strokes_have_the_colour_of_the_ink_within_its_tones() -> None:
    palette = PALETTES["sumi"]["light"]
    done = inked(ground("white"), mask(), palette, seed=0)
    for place in ((60, 240), (120, 200), (190, 250)):
        color = done.picture.getpixel(place)
        assert isinstance(color, tuple) and contrast(color[:3], palette.ground) > 7


def test_far_from_the_strokes_the_ground_stays() -> None:
    picture = ground("checks")
    done = inked(picture, mask(), PALETTES["ai"]["light"], seed=0)
    assert done.veil > 0
    assert done.picture.crop((0, 0, 240, 60)).tobytes() == picture.crop((0, 0, 240, 60)).tobytes()
