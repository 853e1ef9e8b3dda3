"""Masks, and paintings with them. Random weights: the tests check numbers, not appearance."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli import main
from style import ConfigError, Masks, StylizeConfig, iterate, stylize
from style.backbones.backbone import Backbone
from style.pictures.masks import regions, union

FAST = StylizeConfig(backbone="alexnet", size=64, steps=4, precision="float32", device="cpu")
SIZE = (64, 48)


def noise(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (*SIZE[::-1], 3), np.uint8)
    return Image.fromarray(pixels)


def halves(left: str, right: str, size: tuple[int, int] = SIZE) -> Image.Image:
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def test_a_region_is_where_the_mask_is_nearest_to_its_colour() -> None:
    nearly = halves("#e81020", "#0a0510", (128, 96))
    (red,) = regions(Masks(nearly, ("red",)), noise(1), [noise(2)])
    assert red.color == "red"
    np.testing.assert_array_equal(
        np.asarray(red.content), np.asarray(halves("white", "black"))[..., 0]
    )
    assert union([red]).getpixel((0, 0)) == 255
    assert union([red]).getpixel((63, 0)) == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_pixels_of_a_mask_are_outside_every_region(mode: str) -> None:
    mask = Image.new("RGBA", SIZE, "white")
    mask.paste((255, 255, 255, 0), (32, 0, *SIZE))
    given = mask.quantize(8, Image.Quantize.FASTOCTREE) if mode == "P" else mask.convert(mode)
    (white,) = regions(Masks(given), noise(1), [noise(2)])
    np.testing.assert_array_equal(
        np.asarray(white.content), np.asarray(halves("white", "black"))[..., 0]
    )
    (of_style,) = regions(Masks(styles=(given,)), noise(1), [noise(2)])
    assert of_style.styles[0] is not None
    assert np.asarray(of_style.styles[0]).mean() == 127.5


@pytest.mark.parametrize(("alpha", "is_inside"), [(127, False), (128, True)])
def test_a_pixel_belongs_to_a_mask_where_it_is_at_least_half_opaque(
    alpha: int, is_inside: bool
) -> None:
    mask = halves("white", "red").convert("RGBA")
    mask.paste((255, 255, 255, alpha), (0, 0, 32, SIZE[1]))
    colours = {one.color for one in regions(Masks(mask, (mask,)), noise(1), [noise(2)])}
    assert ("white" in colours) == is_inside


def test_each_region_takes_the_styles_that_have_its_colour() -> None:
    masks = Masks(halves("blue", "red"), (halves("red", "blue"), "blue"))
    by_color = {one.color: one for one in regions(masks, noise(1), [noise(2), noise(3)])}
    assert by_color["red"].styles[1] is None
    assert by_color["blue"].styles[0] and by_color["blue"].styles[1]
    (blue,) = regions(masks, noise(1), [noise(2), noise(3)], [0, 1])  # the first has no weight
    assert blue.color == "blue" and blue.styles[0] is None


def test_a_region_whose_colour_no_style_has_is_unchanged(backbone: Backbone) -> None:
    content, masks = noise(1), Masks(halves("white", "black"))
    first = next(iterate(content, [noise(2)], FAST, masks=masks, backbone=backbone)).picture()
    last = stylize(content, [noise(2)], FAST, masks=masks, backbone=backbone).image
    for image in (first, last):
        changed = np.abs(np.asarray(image, int) - np.asarray(content, int)).max(axis=-1)
        assert changed[:, 32:].max() == 0
        assert changed[:, :32].mean() > 2


def test_a_region_is_painted_like_its_own_style(backbone: Backbone) -> None:
    """The left half like the dark style, the right like the bright one, and the other way round."""
    dark, bright = (Image.new("RGB", SIZE, (v, v, v)) for v in (60, 200))
    grey = Image.new("RGB", SIZE, (128, 128, 128))
    config = replace(
        FAST, style_layers="conv1", content_weight=0, variation_weight=0, steps=60, optimizer="adam"
    )
    differences = []  # of brightness, left minus right
    for colours in (("black", "white"), ("white", "black")):
        masks = Masks(halves("black", "white"), colours)
        image = stylize(grey, [dark, bright], config, masks=masks, backbone=backbone).image
        pixels = np.asarray(image, float)
        differences.append(pixels[:, :32].mean() - pixels[:, 32:].mean())
    assert differences[0] < -20
    assert differences[1] > 20


def test_masks_of_one_colour_change_nothing(backbone: Backbone) -> None:
    plain, masked = (
        stylize(noise(1), [noise(2)], FAST, masks=masks, backbone=backbone).image
        for masks in (None, Masks())
    )
    np.testing.assert_allclose(np.asarray(plain, int), np.asarray(masked, int), atol=1)


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        (Masks("pink"), "the content is 'pink'; it is a picture or one of black, blue"),
        (Masks(Image.new("RGB", (48, 64))), "48x64, but its picture is 64x48"),
        (
            Masks("red"),
            "nothing would be painted: the content's mask has red, the styles' masks have white",
        ),
        (Masks(styles=("white", "black")), "2 style masks for 1 styles"),
        (
            Masks(Image.new("RGBA", SIZE)),
            r"the content's mask has no colour \(it is transparent\), the styles' masks have white",
        ),
    ],
)
def test_masks_that_do_not_fit_are_refused(masks: Masks, message: str, backbone: Backbone) -> None:
    with pytest.raises(ConfigError, match=message):
        stylize(noise(1), [noise(2)], FAST, masks=masks, backbone=backbone)


def test_the_command_refuses_masks_that_do_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    noise(1).save("a.png")
    Image.new("RGB", SIZE).save("black.png")
    arguments = ["stylize", "a.png", "a.png", "-o", "out.png"]
    arguments += ["--backbone", "alexnet", "--size", "64"]
    assert main([*arguments, "--content-mask", "black.png"]) == 2
    assert "nothing would be painted" in capsys.readouterr().err
    assert main([*arguments, "--style-mask", "none.png"]) == 2
    assert "none.png" in capsys.readouterr().err
