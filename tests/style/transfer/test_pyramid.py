"""Sizes of a painting, down to what the network can take."""

import pytest
from PIL import Image

from style import PictureError, StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.transfer.pyramid import pyramid_of, style_size
from style.transfer.recipe import Recipe

CONFIG = StylizeConfig("alexnet", steps=1, precision="float32", device="cpu")


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe.of(CONFIG, Backbone("alexnet"))


def test_a_narrow_picture_starts_where_its_shorter_side_is_large_enough(recipe: Recipe) -> None:
    assert pyramid_of(Image.new("RGB", (1024, 1024)), recipe) == [128, 256, 512, 1024]
    narrow = 1024 // recipe.least_side // 2  # the shorter side is twice the least at 1024 px
    assert pyramid_of(Image.new("RGB", (1024, 1024 // narrow)), recipe) == [512, 1024]


def test_a_picture_too_narrow_at_its_final_size_is_refused_with_one_that_would_do(
    recipe: Recipe,
) -> None:
    least = recipe.least_side
    picture = Image.new("RGB", (1000, least - 1))
    with pytest.raises(PictureError, match=rf"needs {least} on the shorter side: give --size 1\d+"):
        pyramid_of(picture, recipe)


def test_a_narrow_style_is_taken_larger(recipe: Recipe) -> None:
    style = Image.new("RGB", (1000, 100))
    assert style_size(style, 64, recipe) == recipe.least_side * 10
    assert style_size(style, 900, recipe) == 900
    with pytest.raises(PictureError, match="choose a wider one"):
        style_size(Image.new("RGB", (1000, recipe.least_side - 1)), 64, recipe)


@pytest.mark.parametrize("shape", [(320, 36), (36, 320)])
def test_narrow_content_and_style_are_painted(shape: tuple[int, int], recipe: Recipe) -> None:
    picture = Image.effect_noise(shape, 80).convert("RGB")
    result = stylize(picture, [picture], CONFIG, backbone=recipe.backbone)
    assert result.image.size == shape
