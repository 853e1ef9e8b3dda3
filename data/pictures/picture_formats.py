"""The formats of pictures that are read, by the names that Pillow has for them.

Pillow tries every decoder that it has where it is given no list. Some start another program: that
of EPS runs Ghostscript, whatever the suffix of the file says.
"""

from __future__ import annotations

from PIL import Image

from data.content import named_content

READABLE = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")  # JPEG reads MPO too
HEAD = 4096  # bytes of a file that say what it is


def readable_formats(*more: str) -> tuple[str, ...]:
    """READABLE and `more`, without those that this Pillow was built without."""
    Image.init()
    return tuple(name for name in (*READABLE, *more) if name in Image.OPEN)


def not_readable(name: str, head: bytes) -> str:
    """What an error says about a file that begins with `head` and is in none of READABLE."""
    what = named_content(head)
    return f"{name} is not a picture in a supported format but {what}; give {', '.join(READABLE)}"
