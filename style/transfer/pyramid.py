"""The sizes of a painting, from coarse to fine."""

from __future__ import annotations

import math

from PIL import Image

from style.backbones.backbone import Backbone

SMALLEST = 128  # longest side in pixels of the pyramid's first picture


def pyramid(longest: int, *, least: int = SMALLEST) -> list[int]:
    """Longest sides in pixels, each twice the one before; the last is `longest`."""
    doublings = max(0, math.floor(math.log2(longest / least)))
    return [round(longest / 2**power) for power in range(doublings, -1, -1)]


def pyramid_of(picture: Image.Image, backbone: Backbone) -> list[int]:
    """The pyramid of a picture, down to the least size that the backbone allows."""
    return pyramid(max(picture.size), least=max(SMALLEST, backbone.facts.least_px))
