"""Bytes of the formats that our code reads and does not write."""

import struct

BARE = {b"PTTS": 54, b"WPTT": 54, b"MPF": 62}  # bytes of a header without an illustration


def head(magic: bytes, *, illustration: int = 6, kind: bytes = b"unsigned char") -> bytes:
    """The header of a .ptts, .wptt or .mpf file, with `illustration` bytes of an illustration."""
    return (
        struct.pack("<i", BARE[magic] + illustration)
        + magic.ljust(8, b"\0")
        + b"x" * illustration
        + b"GB2312".ljust(20, b"\0")
        + struct.pack("<h", 2)
        + kind.ljust(20, b"\0")
    )


def page(magic: bytes, lines: bytes) -> bytes:
    """Page 7: three strokes of two points each, then `lines`."""
    strokes = b"".join(struct.pack("<H4H", 2, n, n, n + 1, n + 2) for n in (10, 20, 30))
    return head(magic) + struct.pack("<iii", 0, 7, 3) + strokes + lines


def numbers(*values: int) -> bytes:
    """Stroke numbers, and before them how many there are."""
    return struct.pack(f"<H{len(values)}H", len(values), *values)
