"""Colours with known answers."""

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
        ((1, 0, 0), (0.62796, 0.22486, 0.12585)),  # as Ottosson tells of sRGB's red
    ],
)
def test_colours_known_in_oklab(colour: tuple[float, ...], expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(oklab(np.array(colour, float)), expected, atol=1e-4)


def test_there_and_back_is_the_same_colour() -> None:
    np.testing.assert_allclose(from_oklab(oklab(DULL)), DULL, atol=1e-5)


def test_colours_moved_have_the_mean_and_the_covariance_wanted() -> None:
    found = match_covariance(DULL, WARM)
    np.testing.assert_allclose(found.mean(axis=0), WARM.mean(axis=0))
    np.testing.assert_allclose(np.cov(found.T), np.cov(WARM.T), atol=1e-6)


def test_colours_shifted_have_the_mean_and_the_spread_wanted() -> None:
    found, wanted = oklab(match_mean_and_std(DULL, WARM)), oklab(WARM)
    np.testing.assert_allclose(found.mean(axis=0), wanted.mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(found.std(axis=0), wanted.std(axis=0), atol=1e-4)


def test_colours_spread_are_as_often_as_light_and_as_colourful() -> None:
    found, wanted = (
        np.sort(oklab(colours), axis=0) for colours in (match_histogram(DULL, WARM), WARM)
    )
    np.testing.assert_allclose(found, wanted, atol=0.03)


def test_colours_ranked_are_the_wanted_ones_in_their_own_order() -> None:
    found = match_quantiles(DULL, WARM)
    np.testing.assert_allclose(np.sort(found, axis=0), np.sort(WARM, axis=0))
    np.testing.assert_array_equal(found.argsort(axis=0), DULL.argsort(axis=0))


def test_of_the_luminance_only_the_light_is_painted() -> None:
    light = 0.3 + 0.7 * DULL  # so light that the screen has every one of the colours
    found = oklab(replace_chroma(light, WARM))
    np.testing.assert_allclose(found[:, 0], oklab(light)[:, 0], atol=1e-4)
    np.testing.assert_allclose(found[:, 1:], oklab(WARM)[:, 1:], atol=1e-4)


@pytest.mark.parametrize("how", COLORS[2:])
def test_a_picture_recoloured_like_itself_stays(how: str) -> None:
    image = Image.fromarray(random.integers(0, 256, (20, 30, 4), np.uint8))
    found = recolored(image, image, how)
    np.testing.assert_allclose(np.asarray(found, int), np.asarray(image, int), atol=1)


def test_grey_has_the_light_and_no_colour() -> None:
    image = Image.fromarray(random.integers(0, 256, (20, 30, 3), np.uint8))
    pixels = np.asarray(recolored(image, image, "grey"))
    assert np.ptp(pixels, axis=-1).max() <= 1
    light = oklab(np.asarray(image) / 255)[..., 0]
    np.testing.assert_allclose(oklab(pixels / 255)[..., 0], light, atol=0.004)


def test_what_is_not_seen_lends_no_colour() -> None:
    image = Image.new("RGB", (20, 20), (90, 90, 90))
    like = Image.new("RGBA", (20, 20), (200, 100, 50, 255))
    like.paste((0, 0, 255, 0), (0, 0, 20, 10))
    for how in ("matched", "lab", "histogram"):
        np.testing.assert_allclose(recolored(image, like, how).getpixel((3, 3)), (200, 100, 50), 1)


def test_a_flat_picture_has_colours_too() -> None:
    flat = Image.new("RGB", (20, 20), (10, 10, 10))
    assert recolored(flat, flat, "matched").getpixel((0, 0)) == (10, 10, 10)


def test_the_ways_are_named() -> None:
    with pytest.raises(ConfigError, match=r"colors is 'pink'; it is one of style, grey"):
        replace(StylizeConfig(), colors="pink")
