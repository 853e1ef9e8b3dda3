"""Animated GIF and WebP files that grow frame by frame, so that none stays in memory.

Pillow encodes each frame as a picture of its own; its blocks are then put behind the last frame's.
GIF: CompuServe's specification 89a (1990). WebP: RFC 9649, "Extended File Format".
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from PIL import Image

WEBP_QUALITY = 90  # of 100

_LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"  # GIF: for ever
_CONTROL, _IMAGE, _END = b"\x21\xf9", b"\x2c", b"\x3b"  # what GIF's blocks begin with
_TABLE = 0x80  # a palette follows; its three lowest bits are the power of its length
_ALPHA, _ANIMATED = 0x10, 0x02  # flags of WebP's VP8X
_INSTEAD = 0x02  # a WebP frame takes the place of the last one, and is not blended with it


class Gif:
    """An animation that plays for ever, each frame with its own palette of 256 colours."""

    def __init__(self, file: BinaryIO, size: tuple[int, int], *, wait_ms: int) -> None:
        self._file, self._wait = file, round(wait_ms / 10)  # in hundredths of a second
        file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0, 0, 0) + _LOOP)

    def add(self, frame: Image.Image) -> None:
        """Writes a frame of the animation's size."""
        still = _encoded(frame, "GIF")
        depth = still[10] & 7
        at = 13 + 3 * 2 ** (depth + 1)
        palette, flags, clear = still[13:at], 0, 0
        while still[at : at + 1] != _IMAGE:
            if still[at : at + 2] == _CONTROL:
                flags, clear = still[at + 3] & 1, still[at + 6]
            at = _behind(still, at + 2)
        self._file.write(_CONTROL + struct.pack("<BBHBB", 4, flags | 2 << 2, self._wait, clear, 0))
        self._file.write(still[at : at + 9] + bytes([still[at + 9] | _TABLE | depth]) + palette)
        self._file.write(still[at + 10 : -len(_END)])

    def close(self) -> None:
        """Writes the end."""
        self._file.write(_END)


def _behind(still: bytes, at: int) -> int:
    """Where a GIF's row of sub-blocks ends: each begins with its length, an empty one is last."""
    while still[at]:
        at += 1 + still[at]
    return at + 1


class WebP:
    """An animation that plays for ever."""

    def __init__(self, file: BinaryIO, size: tuple[int, int], *, wait_ms: int) -> None:
        self._file, self._wait = file, wait_ms
        self._size = b"".join(_short(side - 1) for side in size)
        file.write(b"RIFF\0\0\0\0WEBP")  # its length is known at the end
        self._put(b"VP8X", bytes([_ALPHA | _ANIMATED, 0, 0, 0]) + self._size)
        self._put(b"ANIM", bytes(4 + 2))  # a clear background; for ever

    def add(self, frame: Image.Image) -> None:
        """Writes a frame of the animation's size."""
        head = bytes(6) + self._size + _short(self._wait) + bytes([_INSTEAD])
        self._put(b"ANMF", head + _pixels(_encoded(frame, "WEBP", quality=WEBP_QUALITY)))

    def close(self) -> None:
        """Writes how long it is."""
        length = self._file.tell()
        self._file.seek(4)
        self._file.write(struct.pack("<I", length - 8))

    def _put(self, name: bytes, content: bytes) -> None:
        self._file.write(name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2))


def _pixels(still: bytes) -> bytes:
    """The chunks of a WebP picture that hold its pixels and its alpha."""
    at, found = 12, b""
    while at < len(still):
        (length,) = struct.unpack_from("<I", still, at + 4)
        end = at + 8 + length + length % 2
        if still[at : at + 4] in (b"ALPH", b"VP8 ", b"VP8L"):
            found += still[at:end]
        at = end
    return found


def _short(number: int) -> bytes:
    """In three bytes."""
    return number.to_bytes(3, "little")


def _encoded(frame: Image.Image, kind: str, **options: int) -> bytes:
    content = io.BytesIO()
    frame.save(content, kind, **options)
    return content.getvalue()
