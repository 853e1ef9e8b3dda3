"""Grey pictures of more than 8 bits: integers of 12 to 32 bits, and floats. Needs no torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from style.errors import PictureError

MODES_16_BIT = ("I;16", "I;16L", "I;16B", "I;16N")  # of Pillow
DEEP_GREY_MODES = ("F", "I", *MODES_16_BIT)

# Floats and 32-bit integers do not say which value is white. It is the first of these whose limit
# the picture's highest value does not exceed. Resampling overshoots white, so limits are above it.
FLOAT_WHITES = ((1.0, 2.0), (255.0, 280.0), (65535.0, 72_000.0))  # (white, limit)
INTEGER_WHITES = (255, 65535)  # values may not exceed these; else the type's highest value
LEAST_FRACTION = 1 / 256  # of that type's highest value: a picture that stays below would be black
MOST_UNDERSHOOT = 0.1  # below black, as a fraction of white

_TIFF_BITS, _TIFF_PHOTOMETRIC, _TIFF_SAMPLE_FORMAT = 258, 262, 339
_WHITE_IS_ZERO, _SIGNED = 0, 2  # values of the photometric interpretation and sample format tags


def grey_levels(image: Image.Image, name: str) -> NDArray[np.float32]:
    """The grey levels (H, W), 0 is black and 1 white, of a loaded picture of a DEEP_GREY_MODE.

    `name`: what an error calls the picture. NaN is black. Raises PictureError where no white point
    fits the values.
    """
    values = _values(image)
    white = _white(image, values, name)
    levels = (values.astype(np.float32) / np.float32(white)).clip(0, 1)
    if _tiff_tag(image, _TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO:  # Pillow inverts up to 8 bits only
        levels = 1 - levels
    return levels


def _values(image: Image.Image) -> NDArray[Any]:
    values: NDArray[Any] = np.asarray(image)
    if image.mode == "F":
        return np.where(np.isnan(values), np.float32(0), values)
    if image.mode == "I" and _integer_type(image) == np.dtype(np.uint32):
        return values.view(np.uint32)  # Pillow reads them as int32
    return values


def _white(image: Image.Image, values: NDArray[Any], name: str) -> float:
    """The value of white."""
    if image.mode in MODES_16_BIT:
        bits = _tiff_tag(image, _TIFF_BITS)
        return float(2 ** bits[0] - 1) if bits else 65535.0  # TIFF also stores 12 bits
    lowest, highest = float(values.min()), float(values.max())
    whites: tuple[tuple[float, float], ...]
    if image.mode == "F":
        whites, allowed = FLOAT_WHITES, "1, 255 or 65535"
    else:
        whites, allowed = _integer_whites(image), "255, 65535 or the highest integer of its type"
    white = next((white for white, limit in whites if highest <= limit), None)
    is_black = white is not None and white > 65535 and highest < white * LEAST_FRACTION
    if white is None or is_black or lowest < -MOST_UNDERSHOOT * white:
        raise PictureError(
            f"{name} has grey values from {lowest:g} to {highest:g}; white must be {allowed}"
        )
    return white


def _integer_whites(image: Image.Image) -> tuple[tuple[float, float], ...]:
    if image.format == "PPM":  # Pillow scales its 16 bits to the whole range
        return ((65535.0, 65535.0),)
    highest = np.iinfo(_integer_type(image)).max
    whites = [*(white for white in INTEGER_WHITES if white < highest), highest]
    return tuple((float(white), float(white)) for white in whites)


def _integer_type(image: Image.Image) -> np.dtype[Any]:
    """The type that a picture of mode "I" has in its file."""
    bits = _tiff_tag(image, _TIFF_BITS) or (32,)
    sample_format = _tiff_tag(image, _TIFF_SAMPLE_FORMAT)
    is_signed = getattr(image, "tag_v2", None) is None or sample_format == (_SIGNED,)
    return np.dtype(f"{'i' if is_signed else 'u'}{bits[0] // 8}")


def _tiff_tag(image: Image.Image, tag: int) -> Any:
    tags = getattr(image, "tag_v2", None)
    return None if tags is None else tags.get(tag)
