"""HEIC with and without pillow-heif, which is an extra."""

import importlib.util
import struct
from pathlib import Path

import pytest
from PIL import Image

from style.errors import PictureError
from style.pictures.files import open_picture
from style.pictures.heic import BRANDS

HAS_HEIF = importlib.util.find_spec("pillow_heif") is not None


@pytest.mark.parametrize("brand", BRANDS)
def test_without_the_extra_the_message_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brand: bytes
) -> None:
    (tmp_path / "a.heic").write_bytes(struct.pack(">I4s4sI", 16, b"ftyp", brand, 0) + bytes(99))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PictureError, match=r"a\.heic .* pip install 'hitsujun\[heic\]'$"):
        open_picture(tmp_path / "a.heic")


@pytest.mark.skipif(not HAS_HEIF, reason="pillow-heif is an extra: pip install 'hitsujun[heic]'")
def test_heic_is_read_and_turned_once(tmp_path: Path) -> None:
    import pillow_heif

    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (64, 40), (200, 30, 40))
    pillow_heif.from_pillow(image).save(tmp_path / "a.heic", exif=exif.tobytes())
    opened = open_picture(tmp_path / "a.heic")
    assert opened.size == (40, 64)
    assert opened.getpixel((20, 30))[0] > 190
