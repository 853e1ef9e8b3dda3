"""PNG files without the chunks that a decoder can do without.

Pillow refuses a PNG whose compressed text or colour profile is larger than 1 MB, or whose ancillary
chunks are damaged. Their pixels are whole all the same. Needs no torch.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PROFILE_BYTES = 64 * 2**20  # of an unpacked ICC profile; printers' are of a few MB

_KEPT = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"eXIf")


def essential_png(content: bytes) -> bytes:
    """The PNG file with nothing but pixels, transparency, gamma and EXIF data."""
    chunks = (chunk for name, chunk in _chunks(content) if name in _KEPT)
    return PNG_SIGNATURE + b"".join(chunks)


def png_profile(content: bytes) -> bytes | None:
    """The ICC profile of a PNG file; None where it is missing, damaged or too large."""
    packed = next((chunk[8:-4] for name, chunk in _chunks(content) if name == b"iCCP"), b"")
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[packed.index(b"\0") + 2 :], MOST_PROFILE_BYTES)
    except (ValueError, zlib.error):
        return None
    return profile if unpacker.eof else None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name of each chunk, and the whole of it: length, name, data, checksum."""
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">L4s", content, at)
        yield name, content[at : at + length + 12]
        at += length + 12
