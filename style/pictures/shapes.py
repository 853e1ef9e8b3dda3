"""Pictures that belong to another one have its shape. Needs no torch."""

from __future__ import annotations

from PIL import Image

from style.errors import ConfigError

MAX_ASPECT_DIFFERENCE = 0.02  # of two aspect ratios, as a fraction of one of them


def check_same_shape(image: Image.Image, name: str, other: Image.Image, other_name: str) -> None:
    """Raises ConfigError where two pictures differ in their aspect ratio; sizes may differ.

    `name`, `other_name`: what the message calls them.
    """
    aspect, other_aspect = (one.width / one.height for one in (image, other))
    if abs(aspect / other_aspect - 1) > MAX_ASPECT_DIFFERENCE:
        raise ConfigError(
            f"{name} is {image.width}x{image.height}, but {other_name} is"
            f" {other.width}x{other.height}: the aspect ratios differ"
        )
