"""ICC profiles and PNG gamma, for every mode and bit depth; samples of 100 % linear light."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style.pictures.files import open_picture
from tests.style.pictures.handmade import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGB_ALPHA,
    icc_profile,
    png_chunk,
    png_of,
)

LINEAR = 52 / 255  # of light
ENCODED = 125  # the sRGB value of that light
ICC_GREY, ICC_RGB = icc_profile(b"GRAY", 1.0), icc_profile(b"RGB ", 1.0)
GAMMA = png_chunk(b"gAMA", struct.pack(">I", 100_000))
SRGB = png_chunk(b"sRGB", b"\0")
COLOUR_TYPES = [(GREY, 1), (GREY_ALPHA, 2), (RGB, 3), (RGB_ALPHA, 4)]  # and their channels


def iccp(profile: bytes) -> bytes:
    return png_chunk(b"iCCP", b"name\0\0" + zlib.compress(profile))


def opened(tmp_path: Path, content: bytes, suffix: str = "png") -> Image.Image:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    return open_picture(path)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("colour_type", "channels"), COLOUR_TYPES)
@pytest.mark.parametrize("kind", ["profile", "gamma"])
def test_linear_samples_are_encoded_at_every_depth_and_colour_type(
    tmp_path: Path, bits: int, colour_type: int, channels: int, kind: str
) -> None:
    profile = ICC_GREY if colour_type in (GREY, GREY_ALPHA) else ICC_RGB
    samples = np.full((20, 24, channels), round(LINEAR * (2**bits - 1)))
    content = png_of(samples, bits, colour_type, iccp(profile) if kind == "profile" else GAMMA)
    pixel = opened(tmp_path, content).getpixel((3, 3))
    np.testing.assert_allclose(pixel[:3], ENCODED, atol=1)
    if colour_type in (GREY_ALPHA, RGB_ALPHA):
        assert pixel[3] == 52  # light is converted, alpha is not


@pytest.mark.parametrize("chunk", [iccp(ICC_RGB), GAMMA])
def test_the_colours_of_a_palette_are_converted(tmp_path: Path, chunk: bytes) -> None:
    palette = png_chunk(b"PLTE", bytes([0, 0, 0, 52, 52, 52]))
    content = png_of(np.ones((20, 24)), 8, PALETTE, chunk, palette)
    np.testing.assert_allclose(opened(tmp_path, content).getpixel((3, 3)), ENCODED, atol=1)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("profile", [ICC_GREY, ICC_RGB])
def test_a_grey_picture_takes_a_profile_of_grey_or_of_colours(
    tmp_path: Path, suffix: str, profile: bytes
) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.new("L", (20, 20), 52).save(path, icc_profile=profile)
    np.testing.assert_allclose(open_picture(path).getpixel((3, 3)), ENCODED, atol=1)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_deep_grey_of_tiff_takes_a_profile(tmp_path: Path, dtype: type[np.generic]) -> None:
    white = 1.0 if dtype is np.float32 else 65535
    path = tmp_path / "a.tif"
    Image.fromarray(np.full((20, 20), LINEAR * white, dtype)).save(path, icc_profile=ICC_GREY)
    np.testing.assert_allclose(open_picture(path).getpixel((3, 3)), ENCODED, atol=1)


def test_dark_16_bit_greys_stay_apart_under_a_linear_profile(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(0, 1024, 32), (20, 1))  # 4 of the 256 levels of 8 bits
    row = np.asarray(opened(tmp_path, png_of(ramp, 16, GREY, iccp(ICC_GREY))))[0, :, 0]
    light = np.arange(0, 1024, 32) / 65535
    expected = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(row, expected * 255, atol=1.5)


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ((SRGB, GAMMA), 52),  # sRGB outranks gAMA
        ((iccp(ICC_GREY), png_chunk(b"gAMA", struct.pack(">I", 45455))), ENCODED),
        ((png_chunk(b"gAMA", struct.pack(">I", 45455)),), 52),  # 1 / 2.2: as sRGB
        ((png_chunk(b"gAMA", struct.pack(">I", 0)),), 52),  # meaningless
        ((iccp(ICC_RGB.replace(b"RGB ", b"CMYK")),), 52),  # a profile of another colour space
    ],
)
def test_what_says_the_encoding_of_a_png_has_an_order(
    tmp_path: Path, chunks: tuple[bytes, ...], expected: int
) -> None:
    content = png_of(np.full((20, 24), 52), 8, GREY, *chunks)
    np.testing.assert_allclose(opened(tmp_path, content).getpixel((3, 3)), expected, atol=1)


def test_a_grey_profile_of_a_coloured_picture_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (20, 20), (200, 52, 52)).save(path, quality=100, icc_profile=ICC_GREY)
    np.testing.assert_allclose(open_picture(path).getpixel((3, 3)), (200, 52, 52), atol=3)


def test_the_result_carries_no_metadata(tmp_path: Path) -> None:
    """Or a profile would be applied again where the result is saved and opened."""
    content = png_of(np.full((20, 24), 52), 8, GREY, iccp(ICC_GREY))
    image = opened(tmp_path, content)
    assert image.info == {}
    image.save(again := io.BytesIO(), "PNG")
    (tmp_path / "b.png").write_bytes(again.getvalue())
    assert open_picture(tmp_path / "b.png").getpixel((3, 3)) == image.getpixel((3, 3))


@pytest.mark.parametrize(
    ("colour_type", "channels", "chunk"),
    [(GREY, 1, iccp(ICC_GREY)), (GREY, 1, iccp(ICC_RGB)), (GREY, 1, GAMMA),
     (GREY_ALPHA, 2, iccp(ICC_GREY)), (RGB, 3, iccp(ICC_RGB)), (RGB, 3, GAMMA)],
)  # fmt: skip
def test_all_levels_of_8_bits_are_encoded_exactly(
    tmp_path: Path, colour_type: int, channels: int, chunk: bytes
) -> None:
    samples = np.arange(256)[None, :, None].repeat(20, axis=0).repeat(channels, axis=-1)
    row = np.asarray(opened(tmp_path, png_of(samples, 8, colour_type, chunk)))[0, :, :3]
    light = np.arange(256) / 255
    expected = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(row, (expected * 255)[:, None].repeat(3, axis=1), atol=1.6)
