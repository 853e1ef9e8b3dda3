"""Masks that say which part is painted like which. Random weights: nobody sees these pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from service.cli import main
from style import ConfigError, Masks, StylizeConfig, iterate, stylize
from style.backbones.backbone import Backbone
from style.losses.statistics import pooled, statistics
from style.pictures.masks import regions, union

FAST = StylizeConfig(backbone="alexnet", size=64, steps=4, precision="float32", device="cpu")
SIZE = (64, 48)


@pytest.fixture
def backbone() -> Backbone:
    torch.manual_seed(1)
    return Backbone("alexnet").eval()


def noise(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (*SIZE[::-1], 3), np.uint8)
    return Image.fromarray(pixels)


def halves(left: str, right: str, size: tuple[int, int] = SIZE) -> Image.Image:
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def test_statistics_of_a_mask_are_those_of_what_it_shows() -> None:
    features = torch.rand(1, 4, 6, 8)
    mask = torch.zeros(1, 1, 12, 16)
    mask[..., :8] = 1
    found, wanted = statistics(features, mask), statistics(features[..., :4])
    torch.testing.assert_close(found.gram, wanted.gram)
    torch.testing.assert_close(found.mean, wanted.mean)
    assert found.positions == wanted.positions == 24


def test_half_a_weight_counts_half() -> None:
    features = torch.tensor([[[[1.0, 4.0]]]])
    found = statistics(features, torch.tensor([[[[1.0, 0.5]]]]))
    assert found.mean.item() == pytest.approx((1 + 0.5 * 4) / 1.5)
    assert found.gram.item() == pytest.approx((1 + 0.5 * 16) / 1.5)
    assert found.positions == 1.5


def test_masked_statistics_add_over_tiles_of_which_one_is_empty() -> None:
    features, mask = torch.rand(1, 4, 6, 8), torch.rand(1, 1, 6, 8)
    mask[..., 4:] = 0
    parts = [statistics(features[..., at], mask[..., at]) for at in (slice(4), slice(4, 8))]
    found = pooled(parts, [part.positions for part in parts])
    torch.testing.assert_close(found.gram, statistics(features, mask).gram)
    torch.testing.assert_close(found.mean, statistics(features, mask).mean)


def test_the_gradient_of_masked_statistics_is_that_of_their_numbers() -> None:
    features = torch.randn(1, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    mask = torch.rand(1, 1, 4, 5, dtype=torch.float64)

    def moments(given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = statistics(given, mask)
        return found.gram, found.mean

    assert torch.autograd.gradcheck(moments, (features,))


def test_a_region_is_where_a_mask_is_nearest_to_its_colour() -> None:
    nearly = halves("#e81020", "#0a0510", (128, 96))
    (red,) = regions(Masks(nearly, ("red",)), noise(1), [noise(2)])
    assert red.color == "red"
    np.testing.assert_array_equal(
        np.asarray(red.content), np.asarray(halves("white", "black"))[..., 0]
    )
    assert union([red]).getpixel((0, 0)) == 255
    assert union([red]).getpixel((63, 0)) == 0


def test_each_region_takes_the_styles_that_have_its_colour() -> None:
    masks = Masks(halves("blue", "red"), (halves("red", "blue"), "blue"))
    found = {one.color: one for one in regions(masks, noise(1), [noise(2), noise(3)])}
    assert found["red"].styles[1] is None
    assert found["blue"].styles[0] and found["blue"].styles[1]
    (blue,) = regions(masks, noise(1), [noise(2), noise(3)], [0, 1])  # the first has no weight
    assert blue.color == "blue" and blue.styles[0] is None


def test_what_no_style_has_the_colour_of_stays(backbone: Backbone) -> None:
    content = noise(1)
    run = iterate(
        content, [noise(2)], FAST, masks=Masks(halves("white", "black")), backbone=backbone
    )
    for image in (
        next(run).picture(),
        stylize(
            content, [noise(2)], FAST, masks=Masks(halves("white", "black")), backbone=backbone
        ).image,
    ):
        changed = np.abs(np.asarray(image, int) - np.asarray(content, int)).max(axis=-1)
        assert changed[:, 32:].max() == 0
        assert changed[:, :32].mean() > 2


def test_a_region_is_painted_like_its_own_style(backbone: Backbone) -> None:
    """The left like the dark style, the right like the bright one, or the other way round."""
    dark, bright = (Image.new("RGB", SIZE, (v, v, v)) for v in (60, 200))
    grey = Image.new("RGB", SIZE, (128, 128, 128))
    config = replace(
        FAST, style_layers="conv1", content_weight=0, variation_weight=0, steps=60, optimizer="adam"
    )
    light = []
    for colours in (("black", "white"), ("white", "black")):
        masks = Masks(halves("black", "white"), colours)
        image = stylize(grey, [dark, bright], config, masks=masks, backbone=backbone).image
        pixels = np.asarray(image, float)
        light.append(pixels[:, :32].mean() - pixels[:, 32:].mean())
    assert light[0] < -20
    assert light[1] > 20


def test_a_mask_of_everything_changes_nothing(backbone: Backbone) -> None:
    plain, masked = (
        stylize(noise(1), [noise(2)], FAST, masks=masks, backbone=backbone).image
        for masks in (None, Masks())
    )
    np.testing.assert_allclose(np.asarray(plain, int), np.asarray(masked, int), atol=1)


@pytest.mark.parametrize(
    ("masks", "said"),
    [
        (Masks("pink"), "the content is 'pink'; it is a picture or one of black, blue"),
        (Masks(Image.new("RGB", (48, 64))), "48x64, but its picture is 64x48"),
        (
            Masks("red"),
            "nothing would be painted: the content's mask has red, the styles' masks have white",
        ),
        (Masks(styles=("white", "black")), "2 style masks for 1 styles"),
    ],
)
def test_masks_that_do_not_fit_are_refused(masks: Masks, said: str, backbone: Backbone) -> None:
    with pytest.raises(ConfigError, match=said):
        stylize(noise(1), [noise(2)], FAST, masks=masks, backbone=backbone)


def test_the_command_takes_masks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    noise(1).save("a.png")
    Image.new("RGB", SIZE).save("black.png")
    arguments = [
        "stylize",
        "a.png",
        "a.png",
        "-o",
        "out.png",
        "--backbone",
        "alexnet",
        "--size",
        "64",
    ]
    assert main([*arguments, "--content-mask", "black.png"]) == 2
    assert "nothing would be painted" in capsys.readouterr().err
    assert main([*arguments, "--style-mask", "none.png"]) == 2
    assert "none.png" in capsys.readouterr().err
