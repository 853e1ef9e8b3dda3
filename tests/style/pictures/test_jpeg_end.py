"""JPEG files cut at their end: read where only the end marker is missing, refused elsewhere."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style.errors import PictureError
from style.pictures.files import open_picture
from style.pictures.jpeg_end import with_end_marker

OPTIONS = [
    {},
    {"subsampling": 0, "quality": 95},
    {"optimize": True},
    {"progressive": True},
    {"restart_marker_blocks": 3},
    {"restart_marker_rows": 1},
    {"progressive": True, "restart_marker_rows": 1},
]
NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 70, 3), np.uint8))


def jpeg(options: dict[str, int], image: Image.Image = NOISE) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("missing", [1, 2])
def test_a_jpeg_without_its_end_marker_is_read_whole(
    tmp_path: Path, options: dict[str, int], mode: str, missing: int
) -> None:
    whole = jpeg(options, NOISE.convert(mode))
    (tmp_path / "whole.jpg").write_bytes(whole)
    (tmp_path / "cut.jpg").write_bytes(whole[:-missing])
    images = [np.asarray(open_picture(tmp_path / f"{name}.jpg")) for name in ("whole", "cut")]
    np.testing.assert_array_equal(*images)


@pytest.mark.parametrize("options", OPTIONS)
def test_a_jpeg_that_lacks_pixels_is_refused(tmp_path: Path, options: dict[str, int]) -> None:
    whole = jpeg(options)
    cuts = [3, 4, 5, 7, 10, 20, 100, len(whole) // 2]
    restarts = [len(whole) - at for at in range(len(whole)) if whole[at : at + 2] in RESTARTS]
    for cut in [*cuts, *restarts[-9:]]:
        assert with_end_marker(whole[:-cut]) is None, cut
    (tmp_path / "cut.jpg").write_bytes(whole[:-20])
    with pytest.raises(PictureError, match=r"cut\.jpg is damaged: image file is truncated"):
        open_picture(tmp_path / "cut.jpg")


def test_a_progressive_jpeg_without_its_last_scans_is_refused() -> None:
    whole = jpeg({"progressive": True})
    for at in range(whole.index(b"\xff\xda") + 1, len(whole)):
        if whole[at : at + 2] == b"\xff\xda":  # another scan begins
            assert with_end_marker(whole[:at]) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xda\0\2", b"\xff\xd8\xff\xe0"]
)
def test_what_is_hardly_a_jpeg_is_refused(content: bytes) -> None:
    assert with_end_marker(content) is None


RESTARTS = [bytes([0xFF, marker]) for marker in range(0xD0, 0xD8)]
