"""JPEG files that lack only their end marker. ITU-T T.81 (1992), annex B. Needs no torch."""

from __future__ import annotations

import hashlib
import io
import re

from PIL import Image

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
COEFFICIENTS = 64  # of a block
LEAST_SCAN_HEADER = 6  # bytes after its length: a count, one component, three parameters

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # neither a data byte 255 nor a restart marker
_START_OF_SCAN = 0xDA
_START_OF_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

# Bytes that a decoder reads as pixels where some are missing, and skips where all are there. After
# a restart marker too far from the expected one, libjpeg goes on decoding: one of these three is.
_FILLERS = tuple(
    noise * 64 + bytes([0xFF, 0xD0 + restart]) + noise * 64
    for restart, noise in ((0, b"\x55\x12"), (2, b"\xaa\x34"), (4, b"\x33\xc6"))
)


def with_end_marker(content: bytes) -> bytes | None:
    """The JPEG file with its end marker; None where more than that is missing.

    libjpeg fills missing pixels with grey and reports no error. So the file is decoded with
    different bytes at its end: if they change the picture, pixels are missing.
    """
    content = content.removesuffix(b"\xff")  # the first half of the marker
    if not _has_all_coefficients(content):
        return None
    digests = {_digest(content + filler + JPEG_END) for filler in (b"", *_FILLERS)}
    return content + JPEG_END if len(digests) == 1 and None not in digests else None


def _has_all_coefficients(content: bytes) -> bool:
    """Whether the scans have every coefficient of every component at its full precision."""
    components, complete = set[int](), set[tuple[int, int]]()
    at = len(JPEG_START)
    while match := _MARKER.search(content, at):
        marker, at = content[match.start() + 1], match.end()
        segment = content[at + 2 : at + int.from_bytes(content[at : at + 2])]
        at += 2 + len(segment)
        if marker in _START_OF_FRAME:
            components.update(segment[6::3])
        elif marker == _START_OF_SCAN and len(segment) >= LEAST_SCAN_HEADER:
            complete |= _completed(segment)
    wanted = {(one, index) for one in components for index in range(COEFFICIENTS)}
    return bool(wanted) and wanted <= complete


def _completed(scan: bytes) -> set[tuple[int, int]]:
    """The component and index of each coefficient whose last bit a scan header announces."""
    first, last, precision = scan[-3:]
    if precision & 15:  # the low bits come in a later scan
        return set()
    return {(one, index) for one in scan[1:-3:2] for index in range(first, last + 1)}


def _digest(content: bytes) -> bytes | None:
    """A hash of the decoded pixels; None where they cannot be decoded."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            return hashlib.sha256(image.tobytes()).digest()
    except (OSError, SyntaxError, ValueError):
        return None
