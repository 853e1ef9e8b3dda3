"""PNG files whose pixels are whole, and whose other chunks are large or damaged."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from style.errors import PictureError
from style.pictures.files import open_picture
from tests.style.pictures.handmade import GREY, RGB, icc_profile, png_chunk, png_of

LARGE = b"a" * 5_000_000
GAMMA = png_chunk(b"gAMA", struct.pack(">I", 100_000))
TEXTS = {
    "tEXt": png_chunk(b"tEXt", b"Comment\0" + LARGE),
    "many tEXt": png_chunk(b"tEXt", b"Comment\0" + LARGE) * 14,  # more than Pillow takes together
    "zTXt": png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LARGE)),
    "iTXt": png_chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(LARGE)),
    "damaged zTXt": png_chunk(b"zTXt", b"Comment\0\7" + zlib.compress(LARGE)),
    "bad checksum": png_chunk(b"tEXt", b"Comment\0text")[:-1] + b"?",
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_does_not_matter(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.png").write_bytes(png_of(np.full((20, 24), 52), 8, GREY, TEXTS[name], GAMMA))
    assert open_picture(tmp_path / "a.png").getpixel((3, 3)) == (125, 125, 125)


@pytest.mark.parametrize("padding", [100, 3_000_000])
def test_a_profile_counts_at_any_size(tmp_path: Path, padding: int) -> None:
    profile = icc_profile(b"RGB ", 1.0, padding=padding)
    chunk = png_chunk(b"iCCP", b"name\0\0" + zlib.compress(profile))
    (tmp_path / "a.png").write_bytes(png_of(np.full((20, 24, 3), 52), 8, RGB, chunk))
    np.testing.assert_allclose(open_picture(tmp_path / "a.png").getpixel((3, 3)), 125, atol=1)


@pytest.mark.parametrize("profile", [b"", b"name", b"name\0\0nonsense", b"name\0\1nonsense"])
def test_a_damaged_profile_does_not_matter(tmp_path: Path, profile: bytes) -> None:
    chunk = png_chunk(b"iCCP", profile)
    (tmp_path / "a.png").write_bytes(png_of(np.full((20, 24, 3), 52), 8, RGB, chunk))
    assert open_picture(tmp_path / "a.png").getpixel((3, 3)) == (52, 52, 52)


def test_damaged_pixels_are_refused_whatever_else_is_damaged(tmp_path: Path) -> None:
    content = png_of(np.full((20, 24), 52), 8, GREY, TEXTS["zTXt"])
    (tmp_path / "a.png").write_bytes(content[:-30])
    with pytest.raises(PictureError, match="damaged"):
        open_picture(tmp_path / "a.png")
