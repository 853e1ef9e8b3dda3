"""Picture files of every kind, and the errors for those that cannot be read or written."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from style.errors import PictureError
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_picture, to_tensor
from tests.style.pictures.handmade import RGB, png

RED = (250, 20, 30)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_a_picture_is_read_back_as_it_was(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    opened = open_picture(saved(tmp_path / "a.png", Image.fromarray(noise)))
    np.testing.assert_array_equal(np.asarray(opened), noise)
    np.testing.assert_array_equal(np.asarray(to_picture(to_tensor(opened), like=opened)), noise)


def test_exif_turns_a_picture_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    path = saved(tmp_path / "a.jpg", Image.new("RGB", (40, 20), RED), exif=exif)
    assert open_picture(path).size == (20, 40)


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", Image.new("RGB", (20, 20), RED).convert("CMYK"), quality=100)
    opened = open_picture(path)
    assert opened.mode == "RGB"
    np.testing.assert_allclose(opened.getpixel((5, 5)), RED, atol=6)


@pytest.mark.parametrize(
    ("suffix", "dtype", "value"),
    [
        ("png", np.uint16, 0x8000),
        ("tif", np.uint16, 0x8000),
        ("tif", np.int32, 0x8000),
        ("tif", np.float32, 0.5),
    ],
)
def test_grey_of_more_than_8_bits_is_scaled_not_clipped(
    tmp_path: Path, suffix: str, dtype: type[np.generic], value: float
) -> None:
    grey = Image.fromarray(np.full((20, 20), value, dtype))
    opened = open_picture(saved(tmp_path / f"a.{suffix}", grey))
    assert opened.getpixel((3, 3)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("colour_type", "samples", "expected"),
    [
        (2, (0x8000, 0x4000, 0xFFFF), (128, 64, 255)),
        (6, (0x8000, 0x4000, 0xFFFF, 0x2000), (128, 64, 255, 32)),
        (4, (0x8000, 0x4000), (128, 128, 128, 64)),
    ],
)
def test_16_bits_a_channel_are_converted(
    tmp_path: Path, colour_type: int, samples: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    rows = (b"\0" + struct.pack(f">{len(samples)}H", *samples) * 20) * 20
    (tmp_path / "a.png").write_bytes(png((20, 20), 16, colour_type, zlib.compress(rows)))
    assert open_picture(tmp_path / "a.png").getpixel((3, 3)) == expected


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif"])
@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (False, False)), (3, (True, True)), (6, (True, False)), (8, (False, True))],
)
def test_exif_turns_pictures_of_every_format(
    tmp_path: Path, suffix: str, orientation: int, corner: tuple[bool, bool]
) -> None:
    image, exif = Image.new("RGB", (40, 20), "white"), Image.Exif()
    image.paste((0, 0, 0), (0, 0, 10, 10))  # the upper left corner of the sensor
    exif[0x0112] = orientation
    opened = open_picture(saved(tmp_path / f"a.{suffix}", image, exif=exif)).convert("L")
    dark = np.argwhere(np.asarray(opened) < 60).mean(axis=0) > np.array(opened.size[::-1]) / 2
    assert (bool(dark[1]), bool(dark[0])) == corner


def test_cmyk_is_read_from_tiff(tmp_path: Path) -> None:
    image = Image.new("CMYK", (20, 20), (0, 255, 255, 0))
    assert open_picture(saved(tmp_path / "a.tif", image)).getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["LA", "P", "RGBA"])
def test_transparency_is_kept_in_every_mode(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (20, 20), (90, 90, 90, 255))
    image.paste((90, 90, 90, 0), (0, 0, 10, 20))
    given = image.quantize(8, Image.Quantize.FASTOCTREE) if mode == "P" else image.convert(mode)
    assert given.mode == mode
    opened = open_picture(saved(tmp_path / "a.png", given))
    assert opened.mode == "RGBA"
    assert [opened.getpixel(at)[3] for at in ((2, 2), (15, 2))] == [0, 255]


def test_an_animation_is_opened_at_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, "blue")]
    path = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(open_picture(path).getpixel((3, 3))[:3], RED, atol=8)


def test_one_transparent_pixel_is_kept(tmp_path: Path) -> None:
    image = Image.new("RGBA", (20, 20), (*RED, 255))
    image.putpixel((0, 0), (0, 0, 0, 0))
    opened = open_picture(saved(tmp_path / "a.png", image))
    assert opened.mode == "RGBA"
    assert opened.getchannel("A").getpixel((0, 0)) == 0


def test_an_icc_profile_is_converted(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")
    image = Image.new("RGB", (20, 20), RED)
    kept = open_picture(saved(tmp_path / "a.png", image, icc_profile=srgb))
    np.testing.assert_allclose(kept.getpixel((1, 1)), RED, atol=1)
    other = open_picture(saved(tmp_path / "b.png", image, icc_profile=swapped))
    np.testing.assert_allclose(other.getpixel((1, 1)), (RED[1], RED[0], RED[2]), atol=3)


def test_a_broken_profile_is_ignored(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.new("RGB", (20, 20), RED), icc_profile=b"nonsense")
    assert open_picture(path).getpixel((1, 1)) == RED


def png_header(width: int, height: int) -> bytes:
    return png((width, height), 8, RGB, b"")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a picture"),
        (b"hello", "not a picture"),
        (png_header(1, 1), "1x1; each side must have at least 16"),
        (png_header(10_000, 10_000), "100 megapixels; at most 64"),
        (png_header(100_000, 100_000), "megapixels"),
        (png_header(20, 20), "damaged"),
    ],
)
def test_a_file_that_is_not_a_picture_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=message):
        open_picture(path)


def test_a_truncated_picture_is_refused_as_damaged(tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 90, 3), np.uint8))
    whole = saved(tmp_path / "a.jpg", noise).read_bytes()
    (tmp_path / "part.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PictureError, match="damaged"):
        open_picture(tmp_path / "part.jpg")


def test_what_is_too_large_to_repair_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("style.pictures.files.MOST_BYTES", 5000)
    path = tmp_path / "a.png"
    path.write_bytes(png_header(20, 20))
    os.truncate(path, 5000)
    with pytest.raises(PictureError, match="damaged"):
        open_picture(path)
    os.truncate(path, 5001)
    with pytest.raises(PictureError, match=r"a\.png .* has more than 5000 bytes"):
        open_picture(path)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_picture(tmp_path / "none.png")


def test_scaling_keeps_the_aspect_ratio_and_never_enlarges() -> None:
    assert scaled(Image.new("RGB", (200, 100)), 50).size == (50, 25)
    assert scaled(Image.new("RGB", (20, 10)), 50).size == (20, 10)
