import io
import struct
from pathlib import Path

import numpy as np
import pytest

from data.errors import CorpusError, InkError
from data.formats import casia

GLYPHS = [
    casia.Glyph(np.arange(6, dtype=np.uint8).reshape(2, 3), "啊"),
    casia.Glyph(np.full((1, 1), 9, np.uint8), "A"),
]


def gnt(folder: Path) -> bytes:
    assert casia.write_gnt(folder / "1.gnt", GLYPHS) == 2
    return (folder / "1.gnt").read_bytes()


def test_images_are_read_back_as_written(tmp_path: Path) -> None:
    data = gnt(tmp_path)
    assert data[:10] == struct.pack("<I2sHH", 16, "啊".encode("gbk"), 3, 2)
    again = list(casia.read_gnt(io.BytesIO(data), "1.gnt", writer="001"))
    assert [glyph.char for glyph in again] == ["啊", "A"]
    assert again[0].writer == "001"
    for glyph, same in zip(GLYPHS, again, strict=True):
        np.testing.assert_array_equal(glyph.image, same.image)


@pytest.mark.parametrize(
    ("damage", "message", "kept"),
    [
        (lambda d: d[:-1], "record 1 at byte 16: the file is truncated", 1),
        (lambda d: d[:20], "record 1 at byte 16: the file is truncated: 4 bytes", 1),
        (lambda d: b"\x11" + d[1:], "record 0 at byte 0: an image of 3 by 2", 0),
        (lambda d: d[:4] + b"\xff\xff" + d[6:], "its tag ffff is not a character", 1),
        (lambda d: struct.pack("<I2sHH", 10, b"A\0", 0, 9) + d, "it has no pixels", 2),
        (lambda d: struct.pack("<I2sHH", 65545, b"A\0", 65535, 1) + d, "65535 by 1", 0),
    ],
)
def test_a_damaged_record_is_an_error_or_left_out(
    tmp_path: Path, damage: object, message: str, kept: int
) -> None:
    damaged: bytes = damage(gnt(tmp_path))  # type: ignore[operator]
    with pytest.raises(CorpusError, match=message):
        list(casia.read_gnt(io.BytesIO(damaged), "1.gnt"))
    damages: list[casia.Damage] = []
    glyphs = list(casia.read_gnt(io.BytesIO(damaged), "1.gnt", report=damages.append))
    assert len(glyphs) == kept
    assert len(damages) == 1


def test_an_image_without_pixels_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InkError, match="pixels a side"):
        casia.write_gnt(tmp_path / "1.gnt", [casia.Glyph(np.zeros((0, 3), np.uint8), "一")])
