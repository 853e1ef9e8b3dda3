"""Sizes of screens by name, in pixels."""

from __future__ import annotations

import re

from data.suggestions import did_you_mean

# Width, height. Names are of common classes of screens, so that none goes out of date.
SIZES: dict[str, tuple[int, int]] = {
    "phone": (1080, 2400),
    "phone-hd": (720, 1600),
    "phone-qhd": (1440, 3200),
    "iphone": (1179, 2556),
    "iphone-max": (1290, 2796),
    "iphone-se": (750, 1334),
    "tablet": (1600, 2560),
    "ipad": (1640, 2360),
}
LEAST_PX, MOST_PX = 320, 4096  # of a side
MOST_PIXELS = 8_300_000  # in all: 2160 x 3840


def parse_size(text: str, name: str = "size") -> tuple[int, int]:
    """Width and height of "1080x2400", or of a name of SIZES. Raises ValueError with `name`."""
    if text in SIZES:
        return SIZES[text]
    found = re.fullmatch(r"([0-9]{1,9})x([0-9]{1,9})", text)
    if not found:
        raise ValueError(
            f"{name} is {text!r}; give WIDTHxHEIGHT in pixels, or one of {', '.join(SIZES)}"
            f"{did_you_mean(text, SIZES)}"
        )
    width, height = int(found[1]), int(found[2])
    if not (LEAST_PX <= width <= MOST_PX and LEAST_PX <= height <= MOST_PX):
        raise ValueError(f"{name} is {text}; each side has {LEAST_PX} to {MOST_PX} pixels")
    if width * height > MOST_PIXELS:
        raise ValueError(f"{name} is {text}; at most {MOST_PIXELS} pixels in all are allowed")
    return width, height
