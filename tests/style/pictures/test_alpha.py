"""Transparency in every way in which a file states it."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style.pictures.files import open_picture
from style.pictures.srgb import as_srgb
from tests.style.pictures.handmade import GREY, RGB, png_chunk, png_of


def alpha_of(path: Path, content: bytes) -> list[int]:
    """The first row of the alpha channel."""
    path.write_bytes(content)
    image = open_picture(path)
    assert image.mode == "RGBA"
    row: list[int] = np.asarray(image)[0, :, 3].tolist()
    return row


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_one_transparent_grey_is_found_at_every_depth(tmp_path: Path, bits: int) -> None:
    highest = 2**bits - 1
    samples = np.zeros((16, 16), int)
    samples[:, :8] = highest
    samples[:, 8:] = highest // 3
    chunk = png_chunk(b"tRNS", struct.pack(">H", highest // 3))
    alpha = alpha_of(tmp_path / "a.png", png_of(samples, bits, GREY, chunk))
    assert alpha == [255] * 8 + [0] * 8


@pytest.mark.parametrize("bits", [8, 16])
def test_one_transparent_colour_is_found_by_all_its_bits(tmp_path: Path, bits: int) -> None:
    samples = np.full((16, 16, 3), (120, 80, 40)) * (257 if bits == 16 else 1)
    samples[:, 8:, 2] += 1  # of 16 bits: a difference that 8 bits do not show
    chunk = png_chunk(b"tRNS", struct.pack(">3H", *samples[0, 0]))
    alpha = alpha_of(tmp_path / "a.png", png_of(samples, bits, RGB, chunk))
    assert alpha == [0] * 8 + [255] * 8


def test_a_transparent_colour_that_no_pixel_has_leaves_the_picture_opaque(tmp_path: Path) -> None:
    chunk = png_chunk(b"tRNS", struct.pack(">H", 7))
    (tmp_path / "a.png").write_bytes(png_of(np.full((16, 16), 9), 16, GREY, chunk))
    assert open_picture(tmp_path / "a.png").mode == "RGB"


def test_colours_are_those_of_the_file_where_one_is_transparent(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).integers(0, 65536, (16, 24, 3))
    chunk = png_chunk(b"tRNS", struct.pack(">3H", *samples[4, 5].tolist()))
    (tmp_path / "a.png").write_bytes(png_of(samples, 16, RGB, chunk))
    opened = np.asarray(open_picture(tmp_path / "a.png"))
    np.testing.assert_array_equal(opened[..., :3], samples // 256)
    assert np.argwhere(opened[..., 3] == 0).tolist() == [[4, 5]]


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("LA", "png"), ("LA", "tif"), ("RGBA", "png"), ("RGBA", "tif"), ("RGBA", "webp")],
)
def test_an_alpha_channel_is_kept_in_every_format(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    half_transparent().convert(mode).save(path)
    opened = open_picture(path)
    assert opened.mode == "RGBA"
    assert [opened.getpixel(at)[3] for at in ((4, 4), (28, 4))] == [0, 255]
    np.testing.assert_allclose(opened.getpixel((28, 4))[:3], 90, atol=3)


@pytest.mark.parametrize("mode", ["LA", "La", "RGBA", "RGBa", "PA"])
def test_an_alpha_channel_is_kept_in_every_mode(mode: str) -> None:
    image = half_transparent()
    if mode == "PA":
        given = image.convert("P").convert("PA")
        given.putalpha(image.getchannel("A"))
    else:
        given = image.convert("LA").convert(mode) if mode == "La" else image.convert(mode)
    converted = as_srgb(given)
    assert (given.mode, converted.mode) == (mode, "RGBA")
    assert [converted.getpixel(at) for at in ((4, 4), (28, 4))][1] == (90, 90, 90, 255)
    assert converted.getpixel((4, 4))[3] == 0


def half_transparent() -> Image.Image:
    """(32, 32), grey, transparent on its left."""
    image = Image.new("RGBA", (32, 32), (90, 90, 90, 255))
    image.paste((90, 90, 90, 0), (0, 0, 16, 32))
    return image
