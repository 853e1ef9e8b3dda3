"""The sizes of a painting, from coarse to fine."""

from __future__ import annotations

import math

from PIL import Image

from style.errors import PictureError
from style.pictures.files import scaled
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
    if min(picture.size) < least:
        needed = longest_for(picture, least)
        raise PictureError(
            f"the content is {picture.width}x{picture.height} px at this size, and"
            f" {recipe.backbone.facts.name} needs {least} on the shorter side: give --size {needed}"
            " where the picture has as much, or cut it to a wider shape"
        )
    sizes = pyramid(max(picture.size), least=max(SMALLEST, recipe.backbone.facts.least_px))
    return [size for size in sizes if min(scaled(picture, size).size) >= least]


def style_size(style: Image.Image, longest: int, recipe: Recipe) -> int:
    """The longest side of a style: `longest`, or what the network needs if that is more.

    Raises PictureError where the style itself is too narrow.
    """
    if min(style.size) < recipe.least_side:
        raise PictureError(
            f"a style is {style.width}x{style.height} px, and {recipe.backbone.facts.name} needs"
            f" {recipe.least_side} on the shorter side: choose a wider one"
        )
    return max(recipe.backbone.facts.least_px, longest, longest_for(style, recipe.least_side))


def longest_for(picture: Image.Image, shorter: int) -> int:
    """The longest side at which the shorter one is at least `shorter`, both in pixels."""
    return math.ceil(shorter * max(picture.size) / min(picture.size))
