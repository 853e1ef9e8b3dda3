"""Which way up a camera's picture is: the EXIF orientation, read without the other tags.

A damaged tag elsewhere in the EXIF data (Exif 2.32, a TIFF directory) does not matter here. Needs
no torch.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Any

from PIL import Image

UPRIGHT = 1
TRANSPOSITIONS = {  # by EXIF orientation: what turns the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_ORIENTATION_TAG = 0x0112
_FIELD_FORMATS = {1: "B", 3: "H", 4: "L"}  # TIFF field types byte, short and long, for `struct`
_IN_XMP = re.compile(r'tiff:Orientation(?:="|>)([1-8])')


def upright_method(image: Image.Image) -> Image.Transpose | None:
    """What turns a loaded picture upright, by its EXIF or XMP orientation; None where it is.

    Pillow turns TIFF pictures itself when it loads them.
    """
    return None if image.format == "TIFF" else TRANSPOSITIONS.get(orientation(image.info))


def orientation(info: Mapping[Any, Any]) -> int:
    """The orientation, 1 to 8, in the metadata that Pillow found; 1 where there is none."""
    return exif_orientation(_exif(info)) or _xmp_orientation(info) or UPRIGHT


def exif_orientation(exif: bytes) -> int | None:
    """The orientation tag, 1 to 8, of the first directory; None where it is missing or damaged."""
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return None
    try:
        (directory,) = struct.unpack_from(f"{order}L", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, field_type = struct.unpack_from(f"{order}HH", exif, entry)
            if tag == _ORIENTATION_TAG and field_type in _FIELD_FORMATS:
                (value,) = struct.unpack_from(order + _FIELD_FORMATS[field_type], exif, entry + 8)
                return value if 1 <= value <= 8 else None
    except struct.error:  # the directory ends early
        return None
    return None


def _exif(info: Mapping[Any, Any]) -> bytes:
    """The EXIF data: raw, or as the hexadecimal text that ImageMagick writes into PNG files."""
    if isinstance(exif := info.get("exif"), bytes):
        return exif
    text = str(info.get("Raw profile type exif", ""))
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except ValueError:
        return b""


def _xmp_orientation(info: Mapping[Any, Any]) -> int | None:
    xmp = info.get("XML:com.adobe.xmp") or info.get("xmp") or ""
    text = xmp.decode("latin-1") if isinstance(xmp, bytes) else str(xmp)
    match = _IN_XMP.search(text)
    return int(match[1]) if match else None
