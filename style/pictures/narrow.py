"""Pictures that are too narrow for a network: one message for each, wherever it is noticed.

Sizes are (width, height) in pixels. `least`: what the shorter side must have.
"""

from __future__ import annotations

import math

from style.errors import PictureError

Size = tuple[int, int]


def check_content_shape(size: Size, least: int, backbone: str) -> None:
    """Raises PictureError for a content that is too narrow at its final size."""
    if min(size) < least:
        raise PictureError(
            f"the content is {size[0]}x{size[1]} px at this size, and {backbone} needs {least} on"
            f" the shorter side: give --size {longest_for(size, least)} where the picture has as"
            " much, or cut it to a wider shape"
        )


def check_style_shape(size: Size, least: int, backbone: str) -> None:
    """Raises PictureError for a style that is too narrow."""
    if min(size) < least:
        raise PictureError(
            f"a style is {size[0]}x{size[1]} px, and {backbone} needs {least} on the shorter side:"
            " choose a wider one"
        )


def check_dream_shape(size: Size, least: int, backbone: str) -> None:
    """Raises PictureError for a picture that is too narrow at its final size to dream in."""
    if min(size) < least:
        raise PictureError(
            f"the picture is {size[0]}x{size[1]} px at this size, and {backbone} needs {least} on"
            " the shorter side: give a larger --size where the picture has as much, or cut it to a"
            " wider shape"
        )


def longest_for(size: Size, shorter: int) -> int:
    """The longest side at which the shorter one is at least `shorter`."""
    return math.ceil(shorter * max(size) / min(size))
