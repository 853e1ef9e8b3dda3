"""Which part of the content is painted like which part of a style, by colours in pictures.

As the guides of Gatys et al., arXiv 1611.07865, and the colour codes of neural doodles. Needs no
torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from style.errors import ConfigError

MASK_COLORS = ("black", "blue", "green", "cyan", "red", "magenta", "yellow", "white")  # as R G B
SAME_SHAPE = 0.02  # most that the ratio of sides of a mask may be off its picture's


@dataclass(frozen=True)
class Masks:
    """Of the content, and of each style: a picture, or one of MASK_COLORS for all of it.

    What is of a colour in the content is painted like what is of that colour in the styles; where
    no style has it the content stays as it is. A style without a mask is all white. Pixels count as
    the colour of the nearest corner of the cube of colours: each channel is 0 or 255.
    """

    content: Image.Image | str = "white"
    styles: tuple[Image.Image | str, ...] = ()


@dataclass(frozen=True)
class Region:
    """Where one colour is in the content and in each style: "L" pictures, white inside, or None."""

    color: str
    content: Image.Image
    styles: tuple[Image.Image | None, ...]


def regions(
    masks: Masks,
    content: Image.Image,
    styles: Sequence[Image.Image],
    weights: Sequence[float] = (),
) -> tuple[Region, ...]:
    """What is painted, each at its picture's size. Raises ConfigError where masks do not fit.

    A style of weight 0 has no colour; without `weights` all count.
    """
    if len(masks.styles) > len(styles):
        raise ConfigError(f"{len(masks.styles)} style masks for {len(styles)} styles")
    given = (*masks.styles, *["white"] * (len(styles) - len(masks.styles)))
    there = _colors(masks.content, content, "the content")
    taken = [
        _colors(mask, style, "a style") if weight else {}
        for mask, style, weight in zip(given, styles, weights or [1.0] * len(styles), strict=True)
    ]
    found = tuple(
        Region(color, place, tuple(one.get(color) for one in taken))
        for color, place in there.items()
        if any(color in one for one in taken)
    )
    if not found:
        wanted = sorted({color for one in taken for color in one})
        raise ConfigError(
            f"nothing would be painted: the content's mask is {', '.join(there)},"
            f" the styles' {', '.join(wanted)}"
        )
    return found


def painted(found: Sequence[Region]) -> Image.Image:
    """An "L" picture of all regions together."""
    summed = sum(np.asarray(region.content, np.int32) for region in found)
    return Image.fromarray(np.clip(summed, 0, 255).astype(np.uint8))


def _colors(mask: Image.Image | str, picture: Image.Image, name: str) -> dict[str, Image.Image]:
    """Where each colour of a mask is, at the size of its picture."""
    if isinstance(mask, str):
        if mask not in MASK_COLORS:
            raise ConfigError(
                f"the mask of {name} is {mask!r}; it is a picture or {', '.join(MASK_COLORS)}"
            )
        return {mask: Image.new("L", picture.size, 255)}
    shapes = [one.width / one.height for one in (mask, picture)]
    if abs(shapes[0] / shapes[1] - 1) > SAME_SHAPE:
        sizes = [f"{one.width}x{one.height}" for one in (mask, picture)]
        raise ConfigError(f"the mask of {name} is {sizes[0]}, its picture {sizes[1]}: other shapes")
    code = _codes(mask)
    return {
        MASK_COLORS[index]: Image.fromarray(
            np.where(code == index, 255, 0).astype(np.uint8)
        ).resize(picture.size, Image.Resampling.BOX)
        for index in np.unique(code).tolist()
    }


def _codes(mask: Image.Image) -> NDArray[np.int64]:
    """The index in MASK_COLORS of each pixel (H, W)."""
    is_bright = np.asarray(mask.convert("RGB"), np.int64) > 127
    found: NDArray[np.int64] = is_bright @ np.array([4, 2, 1])
    return found
