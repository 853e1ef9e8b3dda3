"""Pictures that were once read wrongly: `../shared/cases/pictures`, described in its README."""

from pathlib import Path

import numpy as np
import pytest

from style import Masks
from style.pictures.files import open_picture
from style.pictures.masks import regions

CASES = Path(__file__).parents[4] / "shared" / "cases" / "pictures"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="needs the pictures of ../shared/cases/pictures"
)


@pytest.mark.parametrize(
    ("name", "mode", "mean"),
    [
        ("miniswhite16.tif", "RGB", 119.5),
        ("f32_255.tif", "RGB", 119.5),
        ("greyalpha_lin_icc.png", "RGBA", 119),
        ("grey16_trns.png", "RGBA", 62.2),
    ],
)
def test_grey_is_as_bright_as_it_looks(name: str, mode: str, mean: float) -> None:
    image = open_picture(CASES / name)
    assert image.mode == mode
    assert np.asarray(image)[..., :3].mean() == pytest.approx(mean, abs=1)


def test_the_transparent_half_is_kept() -> None:
    alpha = np.asarray(open_picture(CASES / "grey16_trns.png"))[..., 3]
    assert alpha.mean() == 127.5


def test_one_bad_tag_keeps_no_picture_from_being_turned() -> None:
    assert open_picture(CASES / "ex_loop.jpg").size == (150, 100)


def test_transparent_pixels_of_a_white_mask_are_not_painted() -> None:
    mask = open_picture(CASES / "mask_white_transparent.png")
    content = mask.convert("RGB")
    (white,) = regions(Masks(mask), content, [content])
    np.testing.assert_array_equal(
        np.asarray(white.content) == 255, np.asarray(mask.getchannel("A")) > 127
    )
