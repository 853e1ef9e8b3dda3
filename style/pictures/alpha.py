"""The alpha channel of an opened picture, in whichever way its file states transparency.

A PNG picture without an alpha channel may name one transparent colour at the bit depth of the file
(tRNS chunk; PNG specification, 11.3.2.1). Pillow compares it to the samples as it has converted
them, which is right for 1 and 8 bits only. Needs no torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FACTORS = {"L;2": 255 // 3, "L;4": 255 // 15}  # from samples of 2 and 4 bits to 8 bits
_COLOUR_16_BIT = "RGB;16B"  # Pillow keeps the high byte of each sample
_LOW_BYTES = "RGB;16L"  # read in the wrong byte order, it keeps the low byte


def load_with_alpha(image: Image.Image) -> Image.Image | None:
    """Loads an opened picture and returns its alpha channel ("L"); None where it has none."""
    raw_mode = _raw_mode(image)
    transparent = image.info.get("transparency")
    low_bytes = _low_bytes(image) if transparent and raw_mode == _COLOUR_16_BIT else None
    image.load()
    if low_bytes is not None:
        high_bytes = np.asarray(image, np.uint16)
        return _opaque_unless(high_bytes * 256 + low_bytes, transparent)
    if transparent is not None and (image.mode.startswith("I;16") or raw_mode in _FACTORS):
        factor = _FACTORS.get(raw_mode, 1)
        return _opaque_unless(np.asarray(image)[..., None], transparent * factor)
    if not image.has_transparency_data:
        return None
    return image.convert("LA" if image.mode == "La" else "RGBA").getchannel("A")


def _raw_mode(image: Image.Image) -> str:
    """What Pillow calls the layout of the samples in the file; loading forgets it."""
    tiles = getattr(image, "tile", None)
    return str(tiles[0].args) if tiles else ""


def _low_bytes(image: Any) -> NDArray[np.uint8]:
    """The low bytes (H, W, 3) of the samples of an opened 16-bit colour PNG, read a second time."""
    position = image.fp.tell()
    image.fp.seek(0)
    again: Any = Image.open(image.fp, formats=["PNG"])
    again.tile = [tile._replace(args=_LOW_BYTES) for tile in again.tile]
    low_bytes = np.asarray(again)
    image.fp.seek(position)
    return low_bytes


def _opaque_unless(samples: NDArray[Any], transparent: Any) -> Image.Image:
    """255, but 0 where all channels of `samples` (H, W, C) equal the transparent colour's."""
    is_transparent = (samples == np.asarray(transparent)).all(axis=-1)
    return Image.fromarray(np.where(is_transparent, 0, 255).astype(np.uint8))
