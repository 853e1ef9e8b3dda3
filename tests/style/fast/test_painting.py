"""`style.fast.paint`: strength, colours, alpha, sizes."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

import style.fast.painting
from style.errors import ConfigError
from style.fast import FastStyle, paint


def photo(mode: str = "RGB", size: tuple[int, int] = (40, 24)) -> Image.Image:
    channels = len(mode)
    pixels = np.random.default_rng(1).integers(0, 256, (size[1], size[0], channels), np.uint8)
    return Image.fromarray(pixels)


def test_a_blend_is_its_text_or_its_weights(network: FastStyle) -> None:
    by_text = paint(photo(), "wave=0.5,sumi=0.5", network=network)
    by_weights = paint(photo(), {"sumi": 2, "wave": 2}, network=network)
    assert by_text.tobytes() == by_weights.tobytes()
    assert by_text.tobytes() != paint(photo(), "wave", network=network).tobytes()


def test_without_strength_the_photo_stays_as_it_is(network: FastStyle) -> None:
    assert paint(photo(), "wave", strength=0, network=network).tobytes() == photo().tobytes()


def test_half_the_strength_is_half_way(network: FastStyle) -> None:
    painted, half = (
        np.asarray(paint(photo(), "wave", strength=s, network=network), int) for s in (1, 0.5)
    )
    assert np.abs(half - (painted + np.asarray(photo(), int)) / 2).max() <= 1


def test_the_alpha_channel_is_kept(network: FastStyle) -> None:
    painted = paint(photo("RGBA"), "wave", network=network)
    assert painted.getchannel("A").tobytes() == photo("RGBA").getchannel("A").tobytes()


def test_colours_under_transparent_pixels_do_not_show(network: FastStyle) -> None:
    image = photo("RGBA")
    image.putalpha(0)
    grey = Image.new("RGBA", image.size, (128, 128, 128, 0))
    difference = np.asarray(paint(image, "wave", network=network), int) - np.asarray(
        paint(grey, "wave", network=network), int
    )
    assert np.abs(difference).max() <= 1


def test_grey_has_no_colour(network: FastStyle) -> None:
    pixels = np.asarray(paint(photo(), "wave", colors="grey", network=network), int)
    assert np.ptp(pixels, axis=2).max() <= 1


def test_recolouring_in_strips_is_recolouring_the_whole(
    network: FastStyle, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = paint(photo("RGBA"), "wave", colors="luminance", network=network)
    monkeypatch.setattr(style.fast.painting, "STRIP_ROWS", 7)
    strips = paint(photo("RGBA"), "wave", colors="luminance", network=network)
    assert strips.tobytes() == whole.tobytes()


def test_the_longest_side_is_limited_and_never_enlarged(network: FastStyle) -> None:
    assert paint(photo(size=(80, 40)), "wave", size=40, network=network).size == (40, 20)
    assert paint(photo(size=(80, 40)), "wave", size=400, network=network).size == (80, 40)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strength": 1.5}, "strength is 1.5; allowed: 0 to 1"),
        ({"colors": "matched"}, "colors is 'matched'; fast styles allow: style, grey"),
        ({"size": 9000}, "size is 9000; fast styles allow: 16 to 4096"),
        ({"strength": -1, "size": 1}, "strength is -1.*; size is 1"),
    ],
)
def test_what_is_not_allowed_is_said(
    network: FastStyle, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        paint(photo(), "wave", network=network, **options)
