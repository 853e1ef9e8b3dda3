"""The sizes of a painting, from coarse to fine."""

from __future__ import annotations

import math

from PIL import Image

from style.pictures.files import scaled
from style.pictures.narrow import check_content_shape, check_style_shape, longest_for
from style.transfer.recipe import Recipe

SMALLEST = 128  # longest side in pixels of the pyramid's first picture


def pyramid(longest: int, *, least: int = SMALLEST) -> list[int]:
    """Longest sides in pixels, each twice the one before; the last is `longest`."""
    doublings = max(0, math.floor(math.log2(longest / least)))
    return [round(longest / 2**power) for power in range(doublings, -1, -1)]


def pyramid_of(picture: Image.Image, recipe: Recipe) -> list[int]:
    """The pyramid of a content at its final size, as far down as the network can take it.

    Raises PictureError where it cannot take the final size.
    """
    least = recipe.least_side
    check_content_shape(picture.size, least, recipe.backbone.facts.name)
    sizes = pyramid(max(picture.size), least=max(SMALLEST, recipe.backbone.facts.least_px))
    return [size for size in sizes if min(scaled(picture, size).size) >= least]


def style_size(style: Image.Image, longest: int, recipe: Recipe) -> int:
    """The longest side of a style: `longest`, or what the network needs if that is more.

    Raises PictureError where the style itself is too narrow.
    """
    check_style_shape(style.size, recipe.least_side, recipe.backbone.facts.name)
    return max(recipe.backbone.facts.least_px, longest, longest_for(style.size, recipe.least_side))
