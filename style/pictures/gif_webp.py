"""Writers of animated GIF and WebP files that append frame by frame, so that none stays in memory.

Pillow encodes each frame as a still picture; the writer copies its blocks behind those of the last
frame. GIF: CompuServe's specification 89a (1990). WebP: RFC 9649, "Extended File Format".
"""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import BinaryIO

from PIL import Image

WEBP_QUALITY = 90  # of 100

_GIF_LOOP_FOREVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
_GIF_GRAPHIC_CONTROL, _GIF_IMAGE, _GIF_TRAILER = b"\x21\xf9", b"\x2c", b"\x3b"
_GIF_HAS_PALETTE = 0x80  # flag; the lowest three bits of its byte are the palette's depth minus 1
_GIF_CLEAR_FRAME = 2 << 2  # disposal method: the frame is cleared before the next is drawn
_WEBP_HAS_ALPHA, _WEBP_IS_ANIMATED = 0x10, 0x02  # flags of the VP8X chunk
_WEBP_NO_BLENDING = 0x02  # flag of a frame: it replaces the last frame


class GifWriter:
    """Writes a GIF that loops forever; each frame has its own palette of 256 colours."""

    def __init__(self, file: BinaryIO, size: tuple[int, int], *, frame_ms: Fraction) -> None:
        self._file, self._delay_cs = file, round(frame_ms / 10)
        file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0, 0, 0) + _GIF_LOOP_FOREVER)

    def add(self, frame: Image.Image) -> None:
        """Appends a frame of the animation's size."""
        still = _encoded(frame, "GIF")
        depth = still[10] & 7
        at = 13 + 3 * 2 ** (depth + 1)  # behind the header and its palette
        palette, has_transparency, transparent_index = still[13:at], 0, 0
        while still[at : at + 1] != _GIF_IMAGE:
            if still[at : at + 2] == _GIF_GRAPHIC_CONTROL:
                has_transparency, transparent_index = still[at + 3] & 1, still[at + 6]
            at = _end_of_sub_blocks(still, at + 2)
        flags = has_transparency | _GIF_CLEAR_FRAME
        control = struct.pack("<BBHBB", 4, flags, self._delay_cs, transparent_index, 0)
        self._file.write(_GIF_GRAPHIC_CONTROL + control)
        self._file.write(still[at : at + 9] + bytes([still[at + 9] | _GIF_HAS_PALETTE | depth]))
        self._file.write(palette + still[at + 10 : -len(_GIF_TRAILER)])

    def close(self) -> None:
        """Writes the trailer."""
        self._file.write(_GIF_TRAILER)


def _end_of_sub_blocks(still: bytes, at: int) -> int:
    """The offset behind GIF sub-blocks: each begins with its length; an empty one is the last."""
    while still[at]:
        at += 1 + still[at]
    return at + 1


class WebPWriter:
    """Writes a WebP animation that loops forever."""

    def __init__(self, file: BinaryIO, size: tuple[int, int], *, frame_ms: Fraction) -> None:
        self._file, self._frame_ms = file, round(frame_ms)
        self._size = b"".join(_uint24(side - 1) for side in size)
        file.write(b"RIFF\0\0\0\0WEBP")  # `close` fills in the length
        flags = bytes([_WEBP_HAS_ALPHA | _WEBP_IS_ANIMATED, 0, 0, 0])
        self._write_chunk(b"VP8X", flags + self._size)
        self._write_chunk(b"ANIM", bytes(4 + 2))  # transparent background; no limit of loops

    def add(self, frame: Image.Image) -> None:
        """Appends a frame of the animation's size."""
        header = bytes(6) + self._size + _uint24(self._frame_ms) + bytes([_WEBP_NO_BLENDING])
        still = _encoded(frame, "WEBP", quality=WEBP_QUALITY)
        self._write_chunk(b"ANMF", header + _pixel_chunks(still))

    def close(self) -> None:
        """Writes the length of the file into its header."""
        length = self._file.tell()
        self._file.seek(4)
        self._file.write(struct.pack("<I", length - 8))

    def _write_chunk(self, name: bytes, content: bytes) -> None:
        padding = bytes(len(content) % 2)
        self._file.write(name + struct.pack("<I", len(content)) + content + padding)


def _pixel_chunks(still: bytes) -> bytes:
    """The chunks of a WebP picture that hold its pixels and its alpha channel."""
    at, chunks = 12, b""
    while at < len(still):
        (length,) = struct.unpack_from("<I", still, at + 4)
        end = at + 8 + length + length % 2
        if still[at : at + 4] in (b"ALPH", b"VP8 ", b"VP8L"):
            chunks += still[at:end]
        at = end
    return chunks


def _uint24(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _encoded(frame: Image.Image, kind: str, **options: int) -> bytes:
    content = io.BytesIO()
    frame.save(content, kind, **options)
    return content.getvalue()
