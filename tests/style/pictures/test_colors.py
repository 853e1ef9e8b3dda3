"""Colour transfer with known results."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from style import ConfigError, StylizeConfig
from style.config.stylize import COLORS
from style.pictures.colors import (
    from_oklab,
    match_covariance,
    match_histogram,
    match_mean_and_std,
    match_quantiles,
    oklab,
    recolored,
    replace_chroma,
)

random = np.random.default_rng(1)
DULL, WARM = (
    random.multivariate_normal(mean, covariance, 500).clip(0.1, 0.9)
    for mean, covariance in (
        ((0.4, 0.4, 0.5), np.diag([0.002, 0.003, 0.001])),
        ((0.6, 0.5, 0.35), [[0.004, 0.002, 0], [0.002, 0.003, 0.001], [0, 0.001, 0.002]]),
    )
)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((1, 1, 1), (1, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 0, 0), (0.62796, 0.22486, 0.12585)),  # sRGB's red as Ottosson gives it
    ],
)
def test_colours_known_in_oklab(colour: tuple[float, ...], expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(oklab(np.array(colour, float)), expected, atol=1e-4)


def test_to_oklab_and_back_is_the_same_colour() -> None:
    np.testing.assert_allclose(from_oklab(oklab(DULL)), DULL, atol=1e-5)


def test_matched_colours_have_the_mean_and_the_covariance_of_the_target() -> None:
    matched = match_covariance(DULL, WARM)
    np.testing.assert_allclose(matched.mean(axis=0), WARM.mean(axis=0))
    np.testing.assert_allclose(np.cov(matched.T), np.cov(WARM.T), atol=1e-6)


def test_matched_colours_have_the_mean_and_the_standard_deviation_of_the_target() -> None:
    matched, target = oklab(match_mean_and_std(DULL, WARM)), oklab(WARM)
    np.testing.assert_allclose(matched.mean(axis=0), target.mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(matched.std(axis=0), target.std(axis=0), atol=1e-4)


def test_matched_colours_have_the_histogram_of_the_target() -> None:
    matched, target = (
        np.sort(oklab(colours), axis=0) for colours in (match_histogram(DULL, WARM), WARM)
    )
    np.testing.assert_allclose(matched, target, atol=0.03)


def test_matched_quantiles_keep_their_order_and_take_the_values_of_the_target() -> None:
    matched = match_quantiles(DULL, WARM)
    np.testing.assert_allclose(np.sort(matched, axis=0), np.sort(WARM, axis=0))
    np.testing.assert_array_equal(matched.argsort(axis=0), DULL.argsort(axis=0))


def test_replaced_chroma_keeps_the_lightness() -> None:
    light = 0.3 + 0.7 * DULL  # light enough that no colour is outside the gamut
    result = oklab(replace_chroma(light, WARM))
    np.testing.assert_allclose(result[:, 0], oklab(light)[:, 0], atol=1e-4)
    np.testing.assert_allclose(result[:, 1:], oklab(WARM)[:, 1:], atol=1e-4)


@pytest.mark.parametrize("method", COLORS[2:])
def test_a_picture_recoloured_like_itself_is_unchanged(method: str) -> None:
    image = Image.fromarray(random.integers(0, 256, (20, 30, 4), np.uint8))
    result = recolored(image, image, method)
    np.testing.assert_allclose(np.asarray(result, int), np.asarray(image, int), atol=1)


def test_grey_keeps_the_lightness_and_has_no_chroma() -> None:
    image = Image.fromarray(random.integers(0, 256, (20, 30, 3), np.uint8))
    pixels = np.asarray(recolored(image, image, "grey"))
    assert np.ptp(pixels, axis=-1).max() <= 1
    lightness = oklab(np.asarray(image) / 255)[..., 0]
    np.testing.assert_allclose(oklab(pixels / 255)[..., 0], lightness, atol=0.004)


def test_transparent_pixels_are_ignored() -> None:
    image = Image.new("RGB", (20, 20), (90, 90, 90))
    like = Image.new("RGBA", (20, 20), (200, 100, 50, 255))
    like.paste((0, 0, 255, 0), (0, 0, 20, 10))
    for method in ("matched", "lab", "histogram"):
        np.testing.assert_allclose(
            recolored(image, like, method).getpixel((3, 3)), (200, 100, 50), 1
        )


def test_a_picture_of_one_colour_can_be_matched() -> None:
    flat = Image.new("RGB", (20, 20), (10, 10, 10))
    assert recolored(flat, flat, "matched").getpixel((0, 0)) == (10, 10, 10)


def test_an_unknown_method_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(ConfigError, match=r"colors is 'pink'; allowed: style, grey"):
        replace(StylizeConfig(), colors="pink")
