"""Grey pictures of more than 8 bits: where white is, and which end of the scale it is."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from style.errors import PictureError
from style.pictures.files import open_picture
from tests.style.pictures.handmade import BLACK_IS_ZERO, WHITE_IS_ZERO, tiff_of

RAMP = np.linspace(0, 1, 20)


def ramp(white: float, dtype: type[np.generic]) -> NDArray[np.generic]:
    """(20, 20): black at the left, `white` at the right."""
    return np.tile((RAMP * white), (20, 1)).astype(dtype)


def row_of(path: Path) -> NDArray[np.uint8]:
    image = np.asarray(open_picture(path))
    assert (image[..., :1] == image).all()
    row: NDArray[np.uint8] = image[0, :, 0]
    return row


@pytest.mark.parametrize("photometric", [WHITE_IS_ZERO, BLACK_IS_ZERO])
@pytest.mark.parametrize(
    ("white", "dtype"),
    [
        (255, np.uint8),
        (65535, np.uint16),
        (1, np.float32),
        (255, np.float32),
        (65535, np.float32),
    ],
)
def test_black_and_white_are_where_the_file_says(
    tmp_path: Path, photometric: int, white: float, dtype: type[np.generic]
) -> None:
    (tmp_path / "a.tif").write_bytes(tiff_of(ramp(white, dtype), photometric))
    expected = RAMP if photometric == BLACK_IS_ZERO else 1 - RAMP
    np.testing.assert_allclose(row_of(tmp_path / "a.tif"), expected * 255, atol=1)


def test_12_bits_are_scaled_by_their_own_white(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiff_of(ramp(4095, np.uint16), BLACK_IS_ZERO, bits=12))
    np.testing.assert_allclose(row_of(tmp_path / "a.tif"), RAMP * 255, atol=1)


@pytest.mark.parametrize(
    ("white", "dtype"),
    [
        (255, np.int32),
        (255, np.int16),
        (32767, np.int16),
        (65535, np.int32),
        (2**31 - 1, np.int32),
        (255, np.uint32),
        (65535, np.uint32),
        (2**32 - 1, np.uint32),
    ],
)
def test_integers_are_scaled_by_the_first_white_that_holds_them(
    tmp_path: Path, white: int, dtype: type[np.generic]
) -> None:
    (tmp_path / "a.tif").write_bytes(tiff_of(ramp(white, dtype), BLACK_IS_ZERO))
    np.testing.assert_allclose(row_of(tmp_path / "a.tif"), RAMP * 255, atol=1)


def test_a_dark_16_bit_pgm_stays_dark(tmp_path: Path) -> None:
    pixels = ramp(200, np.uint16).byteswap().tobytes()
    (tmp_path / "a.pgm").write_bytes(b"P5 20 20 65535\n" + pixels)
    assert row_of(tmp_path / "a.pgm").max() == 1


@pytest.mark.parametrize(("highest", "expected"), [(1.3, 255), (0.5, 128), (262.0, 255)])
def test_floats_a_little_above_white_are_clipped(
    tmp_path: Path, highest: float, expected: int
) -> None:
    Image.fromarray(ramp(highest, np.float32)).save(tmp_path / "a.tif")
    assert row_of(tmp_path / "a.tif")[-1] == expected


def test_not_a_number_is_black(tmp_path: Path) -> None:
    pixels = ramp(255, np.float32)
    pixels[:, 3] = np.nan
    Image.fromarray(pixels).save(tmp_path / "a.tif")
    row = row_of(tmp_path / "a.tif")
    assert (row[3], row[-1]) == (0, 255)


@pytest.mark.parametrize(
    ("values", "dtype", "message"),
    [
        ((0, 1e6), np.float32, r"a\.tif has grey values from 0 to 1e\+06; white must be 1, 255"),
        ((0, np.inf), np.float32, "from 0 to inf"),
        ((-1, 1), np.float32, "from -1 to 1"),
        ((-300, 255), np.int32, "from -300 to 255; white must be 255, 65535 or the highest"),
        ((0, 70_000), np.int32, "from 0 to 70000"),
    ],
)
def test_values_whose_white_is_unknown_are_refused_in_one_line(
    tmp_path: Path, values: tuple[float, float], dtype: type[np.generic], message: str
) -> None:
    Image.fromarray(np.tile(np.array(values, dtype), (20, 10))).save(tmp_path / "a.tif")
    with pytest.raises(PictureError, match=message) as caught:
        open_picture(tmp_path / "a.tif")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize(("white", "dtype"), [(255, np.uint8), (65535, np.uint16), (1, np.float32)])
def test_white_is_zero_under_every_compression(
    tmp_path: Path, compression: str, white: float, dtype: type[np.generic]
) -> None:
    samples = ramp(white, dtype)
    if dtype is np.uint8:  # Pillow inverts these, also when it writes them
        samples = np.uint8(255) - samples
    image = Image.fromarray(samples)
    image.save(tmp_path / "a.tif", compression=compression, tiffinfo={262: WHITE_IS_ZERO})
    np.testing.assert_allclose(row_of(tmp_path / "a.tif"), (1 - RAMP) * 255, atol=1)
